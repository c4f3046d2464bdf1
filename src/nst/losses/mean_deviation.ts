import {
  add,
  constant,
  type Expr,
  gemm,
  mul,
  relu,
  scale,
  sqrt,
  sub,
  sum,
  sumSquares,
} from '../../engine/index.js';
import type { LayerLoss } from './loss.js';
import { matrixOf } from './moments.js';

/** Added to variances, grey levels²: a feature that is the same everywhere has a derivative still. */
const LEAST_VARIANCE = 1e-4;

/**
 * Squared differences of every feature's mean and standard deviation, the sum divided by N: what adaptive instance
 * normalisation sets (Huang & Belongie 2017, eq. 13; differs in the normalisation, and in squares for norms, as the
 * batch statistics of Li et al. 2017, "Demystifying neural style transfer", section 4.2).
 */
export const meanDeviation: LayerLoss = {
  name: 'mean_deviation',
  help: "every feature's mean and standard deviation, as AdaIN sets them",
  measure(layer) {
    const { head } = layer;
    const mean = layer.mean();
    if (!head) return { mean, deviation: deviation(layer.variance()) };
    const h = matrixOf(head);
    const bias = constant([head.outputs, 1], head.bias);
    // The diagonal of H C Hᵀ: less work than the head at every place.
    const variance = sum(mul(gemm(h, layer.covariance()), h), [1]);
    return { mean: add(gemm(h, mean), bias), deviation: deviation(variance) };
  },
  distance: (found, target, channels) =>
    scale(
      add(sumSquares(sub(found.mean, target.mean)), sumSquares(sub(found.deviation, target.deviation))),
      1 / channels,
    ),
};

/** Rounding may take a variance that a head works out of others below 0. */
function deviation(variance: Expr): Expr {
  return sqrt(add(relu(variance), constant([], [LEAST_VARIANCE])));
}
