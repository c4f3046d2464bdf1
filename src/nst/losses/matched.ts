import { add, constant, mul, scalar, scale, square, sub, sum } from '../../engine/index.js';
import type { Match, Products, WeighedMaps } from '../matching/match.js';
import type { LayerLoss } from './loss.js';

/** What a frame's features at a layer are to become, for the painting that the matcher was made of. */
export type Matcher = (found: WeighedMaps) => Promise<Match>;

/**
 * A loss that pairs a frame's features with those of a painting, and then draws each to its partner. Finding the
 * partners has no useful derivative: it is done beside the graph.
 */
export interface MatchedLoss extends LayerLoss {
  /**
   * Whether the distance to the partners is a continuous function of the picture, partners and all. They are found at
   * every evaluation then: those are the nearest, so that the derivative towards them is the whole derivative. Else
   * the energy jumps when they change, and they stay for a few steps of the optimiser.
   */
  readonly continuous: boolean;
  /** The style layers that it is taken at where they are among those asked for; else at all of these. */
  readonly layers: readonly string[];
  /**
   * @param views features of the painting, then those of the painting turned or scaled; weights that are 0 everywhere
   *   match nothing
   * @param normaliser N of the layer
   */
  matcher(views: readonly WeighedMaps[], normaliser: number, products: Products): Matcher;
}

/** Whether a loss is taken towards partners that are found beside the graph. */
export function isMatched(loss: LayerLoss): loss is MatchedLoss {
  return 'matcher' in loss;
}

/**
 * The graph of all such losses: Σ_p counts_p ‖F_p − T_p‖² + constant, in which a match says counts, T and constant.
 * Two pictures measured by it, without a match, are compared place by place.
 */
export const matchedGraph: Pick<LayerLoss, 'measure' | 'distance'> = {
  measure(layer, channels) {
    const { weights } = layer;
    const features = layer.projected();
    const [, , h, w] = features.shape;
    const alike = constant([1, 1, h, w], new Float32Array(h * w).fill(1 / (channels * h * w)));
    return { features, counts: weights ? scale(weights, 1 / channels) : alike, constant: scalar(0) };
  },
  distance({ features }, target) {
    return add(sum(mul(target.counts, square(sub(features, target.features)))), target.constant);
  },
};
