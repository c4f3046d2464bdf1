import { randomNumbers } from '../../dist/nst/noise.js';
import { encodeSafetensors, type Tensor } from '../../dist/nst/safetensors.js';

export interface TinyOptions {
  readonly seed?: number;
  /** Widths of the convolutions, block by block. */
  readonly widths?: readonly (readonly number[])[];
  /** Taps that get a head, with the teacher's channel count. */
  readonly heads?: Readonly<Record<string, number>>;
  /** Heads are linear where false; they have a bias otherwise. */
  readonly headBias?: boolean;
  readonly order?: 'RGB' | 'BGR';
  readonly type?: 'F32' | 'F16';
}

/** VGG's five blocks, a few channels wide. */
export const TINY_WIDTHS = [[4, 4], [5, 6], [6, 5, 6], [7, 6, 5], [8]];

/** Random weights of a small network in VGG's shape, scaled so that responses keep their size from layer to layer. */
export function tinyTensors({
  seed = 1,
  widths = TINY_WIDTHS,
  heads = {},
  headBias = true,
}: TinyOptions = {}): Map<string, Tensor> {
  const random = randomNumbers(seed);
  const tensors = new Map<string, Tensor>();
  const fill = (shape: number[], size: number) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++) data[i] = size * (2 * random() - 1);
    return { shape, data };
  };
  let inputs = 3;
  widths.forEach((block, b) => {
    block.forEach((outputs, i) => {
      const name = `${b + 1}_${i + 1}`;
      tensors.set(`conv${name}.weight`, fill([outputs, inputs, 3, 3], Math.sqrt(6 / (9 * inputs))));
      tensors.set(`conv${name}.bias`, fill([outputs], 2));
      if (heads[`relu${name}`] !== undefined) {
        tensors.set(`head.relu${name}.weight`, fill([outputs + 1, outputs, 1, 1], Math.sqrt(3 / outputs)));
        tensors.set(`head.relu${name}.bias`, fill([outputs + 1], headBias ? 2 : 0));
      }
      inputs = outputs;
    });
  });
  return tensors;
}

/** The metadata that goes with `tinyTensors`, in the formal keys. */
export function tinyMetadata({ heads, order = 'RGB' }: TinyOptions = {}): Record<string, string> {
  const mean = order === 'RGB' ? [123.68, 116.779, 103.939] : [103.939, 116.779, 123.68];
  return {
    network: 'tiny',
    channel_order: order,
    mean: JSON.stringify(mean),
    ...(heads && { teacher_channels: JSON.stringify(heads) }),
  };
}

/** The bytes of a network file. */
export function tinyNetwork(options: TinyOptions = {}): Uint8Array {
  return encodeSafetensors(tinyTensors(options), tinyMetadata(options), options.type);
}
