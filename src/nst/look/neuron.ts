import { NstError } from '../../error.js';
import { didYouMean } from '../../nearest.js';
import type { Network } from '../network.js';

/** A channel of a layer, as the network itself computes it, before any head: one neuron for each place. */
export interface Channel {
  /** `relu4_1` */
  readonly layer: string;
  /** From 0. */
  readonly channel: number;
}

/** `relu4_1/12` */
export function channelName({ layer, channel }: Channel): string {
  return `${layer}/${channel}`;
}

/**
 * What the picture must show for one neuron of a layer to see it: a square of `size` pixels, `stride` pixels from one
 * neuron to the next.
 */
export interface ReceptiveField {
  readonly size: number;
  readonly stride: number;
}

/** Receptive field of a layer's neurons: 3×3 convolutions, and 2×2 pooling between blocks. */
export function receptiveField(network: Network, layer: string): ReceptiveField {
  let [size, stride, block] = [1, 1, 1];
  for (const convolution of network.convolutions) {
    if (convolution.block > block) {
      block = convolution.block;
      size += stride;
      stride *= 2;
    }
    size += 2 * stride;
    if (convolution.tap === layer) break;
  }
  return { size, stride };
}

/** First pixel, across or down, that neuron number `i` of a row or column sees; may lie outside the picture. */
export function fieldStart({ size, stride }: ReceptiveField, i: number): number {
  return stride * i + (stride - size) / 2;
}

/** Number of the neuron of a row or column of `count` that looks nearest at a pixel. */
export function neuronAt({ stride }: ReceptiveField, pixel: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(pixel / stride)));
}

/** A block of a layer's neurons: columns and rows from the first to before the end. */
export interface Block {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The neurons of a layer of `width` × `height` that see nothing but the picture; all of them, where none does. The others
 * see the picture's edge, for beyond it there is nothing, and that raises many of them more than anything that it shows.
 */
export function neuronsInside(
  field: ReceptiveField,
  picture: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): Block {
  const along = (pixels: number, count: number): [number, number] => {
    const numbers = Array.from({ length: count }, (_, i) => i);
    const sees = (i: number) => fieldStart(field, i) >= 0 && fieldStart(field, i) + field.size <= pixels;
    const inside = numbers.filter(sees);
    return inside.length > 0 ? [inside[0], inside[inside.length - 1] + 1] : [0, count];
  };
  const [left, right] = along(picture.width, width);
  const [top, bottom] = along(picture.height, height);
  return { left, right, top, bottom };
}

/** How many channels a layer has. Throws `NstError` `LAYER_UNKNOWN` (usage). */
export function channelsOf(network: Network, layer: string): number {
  const found = network.convolutions.find(({ tap }) => tap === layer);
  if (found) return found.outputs;
  const known = network.convolutions.map(({ tap }) => tap);
  throw new NstError(
    'usage',
    'LAYER_UNKNOWN',
    `Layer "${layer}" is not in network ${network.name}: expected one of ${known.join(', ')}${didYouMean(layer, known)}`,
  );
}
