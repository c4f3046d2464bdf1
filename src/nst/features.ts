import { avgPool2, constant, conv2d, type Expr, maxPool2, relu, sub } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Convolution, Head, Network } from './network.js';
import { type Border, unwrapped, wrapped } from './torus.js';

/** How 2×2 blocks become one pixel between the network's blocks; `max` is what VGG-19 was trained with. */
export type Pooling = 'max' | 'average';

/** The layers of a network whose features may enter an energy: those with heads where it has heads, else all. */
export function energyLayers(network: Network): string[] {
  const taps = network.convolutions.map(({ tap }) => tap);
  return network.heads.size > 0 ? taps.filter((tap) => network.heads.has(tap)) : taps;
}

/** What the network itself computes at a layer, `[1,K,h,w]`, and the linear map that energies see it through, if any. */
export interface Tap {
  readonly own: Expr;
  readonly head: Head | undefined;
}

/**
 * Features of an image at the wanted layers, as graph nodes.
 *
 * The mean is subtracted inside the graph, before the first zero padding, so that the border is padded with the
 * mean colour. The next convolution reads the layer itself, never its head's output.
 *
 * @param image `[1,3,H,W]`, R, G, B, 0..255
 * @param border what lies beyond the picture's edge; for `wrap`, sides are whole multiples of what the deepest layer's
 *   poolings divide them by
 * @returns by layer, own features `[1,K,h,w]`: K the layer's width, h = ⌊H / 2^(block−1)⌋
 * @throws NstError `LAYER_UNKNOWN` (usage), `PICTURE_TOO_SMALL` (input)
 */
export function tapsOf(
  network: Network,
  image: Expr,
  layers: readonly string[],
  pooling: Pooling,
  border: Border = 'zero',
): Map<string, Tap> {
  assertLayers(network, layers);
  checkSize(network, image, layers);
  const wanted = new Set(layers);
  const result = new Map<string, Tap>();
  for (const { tap, after } of layersOf(network, image, pooling, border)) {
    if (wanted.has(tap)) result.set(tap, { own: after, head: network.heads.get(tap) });
    if (result.size === wanted.size) break;
  }
  return result;
}

/** What a layer answers to an image: `[1,K,h,w]` as its convolution gives it, and after its relu. */
export interface Layer {
  readonly tap: string;
  readonly before: Expr;
  readonly after: Expr;
}

/** The layers of a network over an image `[1,3,H,W]`, 0..255, in order; each is made when it is asked for. */
export function layersOf(
  network: Network,
  image: Expr,
  pooling: Pooling,
  border: Border = 'zero',
): Generator<Layer> {
  return layersFrom(network.convolutions, centred(network, image), pooling, border);
}

/** An image 0..255 as the first convolution wants it. */
export function centred(network: Network, image: Expr): Expr {
  return sub(image, constant([1, 3, 1, 1], network.input.mean));
}

/** 2×2 blocks as one pixel each. */
export function pooled(x: Expr, pooling: Pooling): Expr {
  return pooling === 'max' ? maxPool2(x) : avgPool2(x);
}

/** The layers of convolutions that follow one another, from the input `[1,C,h,w]` of the first on. */
export function* layersFrom(
  convolutions: readonly Convolution[],
  input: Expr,
  pooling: Pooling,
  border: Border = 'zero',
): Generator<Layer> {
  let x = input;
  let block = convolutions[0]?.block;
  for (const convolution of convolutions) {
    if (convolution.block > block) {
      x = pooled(x, pooling);
      block = convolution.block;
    }
    const { inputs, outputs, weight, bias, tap } = convolution;
    const w = constant([outputs, inputs, 3, 3], weight);
    const b = constant([outputs], bias);
    const before = border === 'wrap' ? unwrapped(conv2d(wrapped(x), w, b)) : conv2d(x, w, b);
    x = relu(before);
    yield { tap, before, after: x };
  }
}

/** Features of a tap as energies measure them, `[1,K,h,w]`: K the width of the head, or of the layer where it has none. */
export function projected({ own, head }: Tap): Expr {
  if (!head) return own;
  const { inputs, outputs, weight, bias } = head;
  return conv2d(own, constant([outputs, inputs, 1, 1], weight), constant([outputs], bias));
}

/** `tapsOf`, each `projected`. */
export function features(
  network: Network,
  image: Expr,
  layers: readonly string[],
  pooling: Pooling,
): Map<string, Expr> {
  const taps = tapsOf(network, image, layers, pooling);
  return new Map([...taps].map(([layer, tap]) => [layer, projected(tap)]));
}

/** @throws NstError `LAYER_UNKNOWN` (usage) for a layer that no energy of this network can use. */
export function assertLayers(network: Network, layers: readonly string[]): void {
  const known = energyLayers(network);
  for (const layer of layers) {
    if (!known.includes(layer))
      throw new NstError(
        'usage',
        'LAYER_UNKNOWN',
        `Layer "${layer}" is not in network ${network.name}: expected one of ${known.join(', ')}`,
      );
  }
}

/** @throws NstError `PICTURE_TOO_SMALL` (input) for an image that leaves nothing of the deepest of these layers. */
export function checkSize(network: Network, image: Expr, layers: readonly string[]): void {
  const [, , height, width] = image.shape;
  const deepest = network.convolutions.findLast(({ tap }) => layers.includes(tap));
  const least = 2 ** ((deepest?.block ?? 1) - 1);
  if (Math.min(width, height) < least)
    throw new NstError(
      'input',
      'PICTURE_TOO_SMALL',
      `A picture for layer ${deepest?.tap} must be at least ${least}×${least} px, found ${width}×${height}`,
    );
}
