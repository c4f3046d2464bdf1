import {
  constant,
  type Expr,
  gemm,
  mul,
  reshape,
  scale,
  sqrt,
  stopGradient,
  sub,
  sum,
} from '../../engine/index.js';
import type { Head } from '../network.js';

/** Where the features of a layer lie: their mean over the places, and how they are spread about it. */
export interface Moments {
  /** `[K,1]`. */
  readonly mean: Expr;
  /** Features less their mean, `[K,h·w]`, each place by the root of its weight: times its transposed, the covariance. */
  readonly spread: Expr;
}

/**
 * The moments of features `[1,K,h,w]`.
 *
 * @param weights how much each place counts, `[1,1,h,w]`, with the sum 1; all alike where absent
 */
export function moments(features: Expr, weights: Expr | undefined): Moments {
  const [, k, h, w] = features.shape;
  const mean = weights ? overPlaces(mul(features, weights)) : scale(overPlaces(features), 1 / (h * w));
  // About the mean a covariance does not depend on the mean, to first order: its derivative need not go that way.
  const centred = sub(features, stopGradient(mean));
  const weighted = weights ? mul(centred, sqrt(weights)) : scale(centred, 1 / Math.sqrt(h * w));
  return { mean: reshape(mean, [k, 1]), spread: reshape(weighted, [k, h * w]) };
}

/** Covariance matrix `[K,K]` of features so spread. */
export function covarianceOf(spread: Expr): Expr {
  return gemm(spread, spread, { transB: true });
}

/** H C Hᵀ: the covariance of features that the matrix H maps. */
export function mapped(h: Expr, covariance: Expr): Expr {
  return gemm(gemm(h, covariance), h, { transB: true });
}

/** A linear map: a head without its bias. */
export type Matrix = Pick<Head, 'inputs' | 'outputs' | 'weight'>;

/** A linear map as a graph node `[outputs,inputs]`. */
export function matrixOf({ outputs, inputs, weight }: Matrix): Expr {
  return constant([outputs, inputs], weight);
}

/** Rows first: one float32 total over all places of a large picture loses two decimals. */
function overPlaces(x: Expr): Expr {
  return sum(sum(x, [3]), [2]);
}
