import {
  type Expr,
  gemm,
  meanSquares,
  mul,
  reshape,
  scale,
  slice,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
} from '../../engine/index.js';
import { projected, type Tap } from '../features.js';
import type { Head } from '../network.js';

/**
 * What losses may ask of a layer's own features F `[1,K,h,w]`, places weighted by w ≥ 0 with the sum 1. All but the
 * features themselves are sums over places, or made of such sums: they can be added up over parts of a picture.
 */
export interface LayerView {
  /** What energies see the features through, if anything. */
  readonly head: Head | undefined;
  /** How much each place counts, `[1,1,h,w]`; all alike where absent. */
  readonly weights: Expr | undefined;
  /** Features as energies see them, place by place. */
  projected(): Expr;
  /**
   * F diag(w) Fᵀ / N, `[K,K]` (Gatys, Ecker & Bethge 2016, eq. 3, with Johnson's normalisation; with weights the guided
   * one of Gatys et al. 2017, "Controlling perceptual factors in neural style transfer", section 5).
   */
  gram(channels: number): Expr;
  /** The same of the features as energies see them. */
  projectedGram(channels: number): Expr;
  /** Mean over the places, `[K,1]`. */
  mean(): Expr;
  /** How features vary together about their mean, `[K,K]`. */
  covariance(): Expr;
  /** Its diagonal, `[K,1]`. */
  variance(): Expr;
  /** Mean of F² over places and features, or of one feature map, `[]`. */
  meanSquare(channel?: number): Expr;
}

/** A layer whose features are in the graph. */
export class TapView implements LayerView {
  readonly #tap: Tap;
  readonly #centre: Expr | undefined;
  #moments: { readonly mean: Expr; readonly spread: Expr } | undefined;

  /** @param centre what features are taken to vary about, `[1,K,1,1]`: their mean, unless that is known from elsewhere */
  constructor(
    tap: Tap,
    readonly weights: Expr | undefined = undefined,
    centre?: Expr,
  ) {
    this.#tap = tap;
    this.#centre = centre;
  }

  get head(): Head | undefined {
    return this.#tap.head;
  }

  projected(): Expr {
    return projected(this.#tap);
  }

  gram(channels: number): Expr {
    return this.#gramOf(this.#tap.own, channels);
  }

  projectedGram(channels: number): Expr {
    return this.#gramOf(this.projected(), channels);
  }

  mean(): Expr {
    return this.#both().mean;
  }

  covariance(): Expr {
    const { spread } = this.#both();
    return gemm(spread, spread, { transB: true });
  }

  variance(): Expr {
    return sum(square(this.#both().spread), [1]);
  }

  meanSquare(channel?: number): Expr {
    const { own } = this.#tap;
    const [, k, h, w] = own.shape;
    const seen = channel === undefined ? own : slice(own, [0, channel, 0, 0], [1, channel + 1, h, w]);
    if (!this.weights) return meanSquares(seen);
    return scale(sum(mul(square(seen), this.weights)), 1 / (channel === undefined ? k : 1));
  }

  #gramOf(features: Expr, channels: number): Expr {
    const [, k, h, w] = features.shape;
    const guided = this.weights ? mul(features, sqrt(this.weights)) : features;
    const f = reshape(guided, [k, h * w]);
    return gemm(f, f, { transB: true, alpha: this.weights ? 1 / channels : 1 / (channels * h * w) });
  }

  /** The mean, and features less their mean, each place by the root of its weight: times its transposed, the covariance. */
  #both() {
    if (this.#moments) return this.#moments;
    const { own } = this.#tap;
    const { weights } = this;
    const [, k, h, w] = own.shape;
    const mean = weights ? overPlaces(mul(own, weights)) : scale(overPlaces(own), 1 / (h * w));
    // About the mean a covariance does not depend on the mean, to first order: its derivative need not go that way.
    const off = sub(own, this.#centre ?? stopGradient(mean));
    const weighted = weights ? mul(off, sqrt(weights)) : scale(off, 1 / Math.sqrt(h * w));
    this.#moments = { mean: reshape(mean, [k, 1]), spread: reshape(weighted, [k, h * w]) };
    return this.#moments;
  }
}

/** Rows first: one float32 total over all places of a large picture loses two decimals. */
function overPlaces(x: Expr): Expr {
  return sum(sum(x, [3]), [2]);
}
