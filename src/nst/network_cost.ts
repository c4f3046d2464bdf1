import { DEFAULT_FORM } from './energy.js';

/** A convolution as far as its cost goes. */
export interface LayerShape {
  /** 1-based; sides are halved from one block to the next. */
  readonly block: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** What a network's energy costs, by its shape alone. */
export interface NetworkCost {
  /** Multiplications and additions of one evaluation, energy and gradient, per pixel of the frame. */
  readonly flop: number;
  /** Bytes of all layers' outputs, float32, per pixel of the frame. */
  readonly features: number;
  /** Bytes of all weights, float32. */
  readonly weights: number;
}

/** Channels of every convolution, block by block, as layers. */
export function layersOfWidths(widths: readonly (readonly number[])[]): LayerShape[] {
  let inputs = 3;
  return widths.flatMap((block, b) =>
    block.map((outputs) => {
      const layer = { block: b + 1, inputs, outputs };
      inputs = outputs;
      return layer;
    }),
  );
}

/** Deepest block of the energy's default layers, of which the first convolution is read. */
const DEEPEST = Math.max(...DEFAULT_FORM.styleLayers.map((layer) => Number(layer[4])));

/**
 * The cost of the default energy over a network of 3×3 convolutions. The gradient towards the image passes every
 * convolution once more, and every Gram matrix once more too.
 */
export function networkCost(layers: readonly LayerShape[]): NetworkCost {
  const read = layers.filter(
    ({ block }, i) => block < DEEPEST || (block === DEEPEST && layers[i - 1]?.block !== block),
  );
  let flop = 0;
  let features = 0;
  let weights = 0;
  read.forEach(({ block, inputs, outputs }, i) => {
    const share = 4 ** (1 - block);
    flop += 2 * 2 * 9 * inputs * outputs * share;
    if (read[i - 1]?.block !== block) flop += 2 * 2 * outputs * outputs * share;
    features += 4 * outputs * share;
    weights += 4 * (9 * inputs + 1) * outputs;
  });
  return { flop, features, weights };
}
