import type { Tensors } from '../../engine/index.js';
import { blockOf, type SharedInputs, type Views } from '../energy.js';
import type { Tap } from '../features.js';
import { TapView } from '../losses/layer_view.js';
import type { Network } from '../network.js';
import { cutCore } from './crop.js';
import type { Sum } from './sums.js';
import type { Window } from './windows.js';

/** What weighs the places of a block: all alike, or a goal's guide. */
export interface PlaceWeights {
  readonly goal: number | undefined;
  readonly block: number;
}

/** The weights of places that sums are taken with. */
export function weightsOf(network: Network, sums: readonly Pick<Sum, 'layer' | 'goal'>[]): PlaceWeights[] {
  const kinds = new Map<string, PlaceWeights>();
  for (const { layer, goal } of sums) {
    const kind = { goal, block: blockOf(network, layer) };
    kinds.set(placesName(kind), kind);
  }
  return [...kinds.values()];
}

/** The name that the weights of a window's places are fed under. */
export function placesName({ goal, block }: PlaceWeights): string {
  return `places_${goal ?? 'whole'}_${block}`;
}

/** The name of what features of a layer vary about. */
export function centreName({ layer, goal }: Pick<Sum, 'layer' | 'goal'>): string {
  return `centre_${layer}_${goal ?? 'whole'}`;
}

/**
 * Layers of a window, their places weighted by what is fed: 0 outside the core.
 * @param centred whether the means that features vary about are fed too
 */
export function windowViews(
  network: Network,
  taps: ReadonlyMap<string, Tap>,
  { inputs, centred }: { readonly inputs: SharedInputs; readonly centred: boolean },
): Views {
  return (layer, goal) => {
    const tap = taps.get(layer)!;
    const [, k, h, w] = tap.own.shape;
    const weights = inputs.get(placesName({ goal, block: blockOf(network, layer) }), [1, 1, h, w]);
    const centre = centred ? inputs.get(centreName({ layer, goal }), [1, k, 1, 1]) : undefined;
    return new TapView(tap, weights, centre);
  };
}

/** The weights of a window's places, and their sum. */
export interface WindowWeights {
  readonly weights: Float32Array;
  /** Of the weights of all places, those of the window's. */
  readonly share: number;
}

/**
 * @param window at the scale of the block
 * @param size of the block
 * @param feeds of the whole energy, guides among them
 */
export function windowWeights(
  { goal, block }: PlaceWeights,
  window: Window,
  size: { readonly width: number; readonly height: number },
  feeds: Readonly<Tensors>,
): WindowWeights {
  const weights =
    goal === undefined
      ? evenCore(window, 1 / (size.width * size.height))
      : cutCore({ ...size, data: feeds[`guide_${goal}_${block}`] }, window);
  return { weights, share: weights.reduce((sum, weight) => sum + weight, 0) };
}

function evenCore({ width, height, x, y, core }: Window, value: number): Float32Array {
  const out = new Float32Array(width * height);
  for (let row = 0; row < core.height; row++) {
    const from = (core.y - y + row) * width + core.x - x;
    out.fill(value, from, from + core.width);
  }
  return out;
}
