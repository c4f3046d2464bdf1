import { constant, type Expr, gemm } from '../../engine/index.js';
import type { Head } from '../network.js';

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
