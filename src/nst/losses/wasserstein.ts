import {
  add,
  type Expr,
  matmul,
  mul,
  scale,
  stopGradient,
  sub,
  sum,
  sumSquares,
} from '../../engine/index.js';
import type { Head } from '../network.js';
import type { LayerLoss } from './loss.js';
import { identity, matrixRoots } from './matrix_root.js';
import { type Matrix, mapped, matrixOf } from './moments.js';

/**
 * Every direction's variance is taken to be larger by this share of all the variance that the target has. Deep layers
 * have directions in which hardly anything varies, or nothing where they have fewer places than channels: roots and
 * their derivatives would be lost in float32's rounding there. Distances change by some per cent.
 */
const RIDGE = 3e-4;
/** Least eigenvalues to come out right, as shares: of a covariance so widened, and of a product of two. */
const LEAST = { covariance: 1e-4, product: 1e-6 };

/**
 * Squared 2-Wasserstein distance of two Gaussians that have the features' means m and covariances C, divided by N:
 * |m − m'|² + tr C + tr C' − 2 tr (S C S)^½, S = C'^½ (Dowson & Landau 1982; as a loss of style, Mroueh 2020).
 * An evaluation takes two fifths longer than with Gram matrices for VGG-19 at 256×144, less for larger frames, and a
 * seventh more for `lite` at 320×180. Where features are independent it is the loss of means and deviations.
 *
 * The trace of a root is not differentiated through the iteration that finds it. For any positive matrix Z,
 * 2 tr A^½ ≤ tr ZA + tr Z⁻¹, and at Z = A^(−½) both are equal, as are their derivatives by A: there Z is held.
 *
 * The mean of several paintings' roots S is their barycentre under this distance where their covariances commute
 * (Agueh & Carlier 2011); the value is then larger than a distance by a constant.
 */
export const wasserstein: LayerLoss = {
  name: 'wasserstein',
  help: 'how far features must be moved, as Gaussians, to be distributed as the painting’s',
  measure(layer) {
    const { head } = layer;
    const mean = layer.mean();
    const c = layer.covariance();
    const map = head && matrixOf(isometry(head));
    const covariance = map ? mapped(map, c) : c;
    return {
      mean: map ? matmul(map, mean) : mean,
      covariance,
      root: matrixRoots(widened(covariance, covariance), LEAST.covariance).root,
    };
  },
  distance(found, target, channels) {
    const [c, other] = [found.covariance, target.covariance].map((one) => widened(one, target.covariance));
    const product = matmul(matmul(target.root, c), target.root);
    const { root, inverse } = matrixRoots(product, LEAST.product);
    const twiceRoot = add(sum(mul(stopGradient(inverse), product)), trace(stopGradient(root)));
    const spread = sub(add(trace(c), trace(other)), twiceRoot);
    return scale(add(sumSquares(sub(found.mean, target.mean)), spread), 1 / channels);
  },
};

/** The covariance with a share of all the variance of `by` added to every direction's. */
function widened(covariance: Expr, by: Expr): Expr {
  return add(covariance, mul(scale(identity(covariance.shape[0]), RIDGE), trace(by)));
}

function trace(matrix: Expr): Expr {
  return sum(mul(matrix, identity(matrix.shape[0])));
}

/**
 * A matrix of no more rows than columns under which features are as far from each other as under the head H: R with
 * RᵀR = HᵀH, by Cholesky's method. Distances between Gaussians are the same then, and their matrices smaller.
 */
function isometry(head: Head): Matrix {
  const { outputs, inputs: k, weight } = head;
  if (outputs <= k) return head;
  const r = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      let product = 0;
      for (let o = 0; o < outputs; o++) product += weight[o * k + i] * weight[o * k + j];
      for (let m = 0; m < i; m++) product -= r[m * k + i] * r[m * k + j];
      if (j === i) r[i * k + i] = Math.sqrt(Math.max(product, 0));
      else r[i * k + j] = r[i * k + i] > 0 ? product / r[i * k + i] : 0;
    }
  }
  return { outputs: k, inputs: k, weight: Float32Array.from(r) };
}
