import {
  add,
  constant,
  div,
  type Expr,
  matmul,
  mul,
  scale,
  sqrt,
  sub,
  sumSquares,
} from '../../engine/index.js';

/** A matrix's root and its inverse. */
export interface Roots {
  readonly root: Expr;
  readonly inverse: Expr;
}

/**
 * Root and inverse root of a symmetric positive definite matrix `[K,K]`, by Newton and Schulz's coupled iteration
 * Y ← Y·T, Z ← T·Z, T = ½(3·1 − Z·Y), which needs products of matrices only and so runs in the graph (Higham 2008,
 * "Functions of matrices", chapter 6), from Y = A/‖A‖, Z = 1.
 *
 * Differs in the steps' scaling by α = √(3 / (1 + l + l²)), with l a lower bound of the roots of Z·Y's eigenvalues
 * (Chen & Chow 2014, "A stable scaling of Newton-Schulz for improving the sign function computation of a Hermitian
 * matrix"): small ones grow by 2.6 a step instead of 1.5, so that eleven steps do what some twenty did.
 *
 * @param least the least eigenvalue that is to come out right, as a share of ‖A‖; smaller ones come out smaller
 */
export function matrixRoots(a: Expr, least: number): Roots {
  const [k] = a.shape;
  const one = identity(k);
  const size = sqrt(add(sumSquares(a), constant([], [LEAST_SQUARE])));
  const steps = scalings(Math.sqrt(least));
  let y = div(a, size);
  let z: Expr | undefined;
  for (const alpha of steps) {
    const product = z ? matmul(z, y) : y;
    const t = sub(scale(one, 1.5 * alpha), scale(product, 0.5 * alpha ** 3));
    y = matmul(y, t);
    z = z ? matmul(t, z) : t;
  }
  const rootOfSize = sqrt(size);
  return { root: mul(y, rootOfSize), inverse: div(z!, rootOfSize) };
}

/** The scalings of the steps that bring values from `least`..1 to 1, the last ones next to 1. */
function scalings(least: number): number[] {
  const alphas: number[] = [];
  for (let l = least; 1 - l > CONVERGED; ) {
    const alpha = Math.sqrt(3 / (1 + l + l * l));
    alphas.push(alpha);
    l = 0.5 * alpha * l * (3 - alpha * alpha * l * l);
  }
  return alphas;
}

/** Keeps the root of a matrix of zeros 0: what no place of a picture counts for has no covariance. */
const LEAST_SQUARE = 1e-20;

/** Near 1 an error becomes 3/4 of its square at each step: the next would be below float32's. */
const CONVERGED = 1e-6;

export function identity(k: number): Expr {
  const values = new Float32Array(k * k);
  for (let i = 0; i < k; i++) values[i * k + i] = 1;
  return constant([k, k], values);
}
