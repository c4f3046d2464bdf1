import { DEFAULT_FORM, type FormLayers, formLayers } from './energy_form.js';

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

/**
 * The cost of an energy over a network of 3×3 convolutions. The gradient towards the image passes every convolution
 * once more, and every Gram matrix once more too. Convolutions deeper than the energy looks are left out.
 */
export function networkCost(
  layers: readonly LayerShape[],
  { contentLayers, styleLayers, dream }: FormLayers = DEFAULT_FORM,
): NetworkCost {
  const places = layers.map(({ block }, i) => i - layers.findIndex((other) => other.block === block) + 1);
  const names = layers.map(({ block }, i) => `relu${block}_${places[i]}`);
  const deepest = Math.max(
    ...formLayers({ contentLayers, styleLayers, dream }).map((layer) => names.indexOf(layer)),
  );
  let flop = 0;
  let features = 0;
  let weights = 0;
  layers.slice(0, deepest + 1).forEach(({ block, inputs, outputs }, i) => {
    const share = 4 ** (1 - block);
    flop += 2 * 2 * 9 * inputs * outputs * share;
    if (styleLayers.includes(names[i])) flop += 2 * 2 * outputs * outputs * share;
    features += 4 * outputs * share;
    weights += 4 * (9 * inputs + 1) * outputs;
  });
  return { flop, features, weights };
}
