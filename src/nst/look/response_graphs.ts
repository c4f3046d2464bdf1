import { type Expr, gradient, input, mul, sum } from '../../engine/index.js';
import { checkSize, type Layer, layersOf, type Pooling } from '../features.js';
import type { Network } from '../network.js';

/** Where a graph looks: a layer, over pictures of one size. */
export interface Viewpoint {
  readonly network: Network;
  readonly layer: string;
  readonly pooling: Pooling;
  readonly width: number;
  readonly height: number;
}

function layerOver({ network, layer, pooling, width, height }: Viewpoint): { image: Expr; at: Layer } {
  const image = input('image', [1, 3, height, width]);
  checkSize(network, image, [layer]);
  for (const at of layersOf(network, image, pooling)) if (at.tap === layer) return { image, at };
  throw new TypeError(`${layer} is no layer of ${network.name}`);
}

/** Graph: `responses` `[1,K,h,w]` of a layer, after its relu, to `image` `[1,3,H,W]`. */
export function responseGraph(view: Viewpoint): { responses: Expr } {
  return { responses: layerOver(view).at.after };
}

/**
 * Graph of what raises neurons: `response` `[]`, the sum of the layer's values weighted by `share` `[1,K,h,w]` (one
 * neuron: 1 in its place), and `gradient` `[1,3,H,W]`, its derivative by `image`.
 *
 * Differs from the papers in that values are taken before the layer's own relu: the same wherever a neuron answers at
 * all, and where it does not there is still a way up.
 *
 * @param guided Guided backpropagation in place of the derivative, through all relus below the layer.
 */
export function raisingGraph(view: Viewpoint, guided = false): { response: Expr; gradient: Expr } {
  const { image, at } = layerOver(view);
  const response = sum(mul(at.before, input('share', at.before.shape)));
  return { response, gradient: gradient(response, [image], { guided })[0] };
}
