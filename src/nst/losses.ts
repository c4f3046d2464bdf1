import {
  add,
  constant,
  type Expr,
  gemm,
  mul,
  reshape,
  scale,
  slice,
  square,
  sub,
  sum,
  sumSquares,
} from '../engine/index.js';
import { projected, type Tap } from './features.js';

/**
 * Gram matrix of features `[1,K,h,w]`: F Fᵀ / (N·h·w), `[K,K]` (Gatys, Ecker & Bethge 2016, eq. 3, with Johnson's
 * normalisation). `channels` is N, which differs from K where a head stands for a wider network.
 */
export function gram(features: Expr, channels: number): Expr {
  const [, k, h, w] = features.shape;
  const f = reshape(features, [k, h * w]);
  return gemm(f, f, { transB: true, alpha: 1 / (channels * h * w) });
}

/**
 * Gram matrix of a tap as energies see it: that of its `projected` features. A head H without bias is applied to the
 * matrix, H (F Fᵀ) Hᵀ, rather than to every pixel's features.
 */
export function tapGram(tap: Tap, channels: number): Expr {
  const { own, head } = tap;
  if (!head || head.bias.some((b) => b !== 0)) return gram(projected(tap), channels);
  const h = constant([head.outputs, head.inputs], head.weight);
  return gemm(gemm(h, gram(own, channels)), h, { transB: true });
}

/**
 * Content: mean squared difference of features `[1,K,h,w]` to those of the content picture, the mean taken over
 * N·h·w (Gatys et al. 2016, eq. 1; differs in the normalisation: a mean instead of half a sum, as Johnson).
 */
export function contentLoss(features: Expr, target: Expr, channels: number): Expr {
  const [, , h, w] = features.shape;
  return scale(sumSquares(sub(features, target)), 1 / (channels * h * w));
}

/**
 * Style: mean squared difference of Gram matrices `[K,K]`, the mean taken over N² (Gatys et al. 2016, eq. 4 and 5;
 * differs in the normalisation: E_Gatys = N²/4 times this).
 */
export function gramLoss(gram: Expr, target: Expr, channels: number): Expr {
  return scale(sumSquares(sub(gram, target)), 1 / channels ** 2);
}

/**
 * Temporal: (1/3HW) Σ c·(x − ω)², image and warped previous frame `[1,3,H,W]`, certainty `[1,1,H,W]` in 0..1 (Ruder,
 * Dosovitskiy & Brox 2016, eq. 7). Its derivative has the factor c, not √c as in the authors' program.
 */
export function temporalLoss(image: Expr, warped: Expr, certainty: Expr): Expr {
  const [, , h, w] = image.shape;
  return scale(sum(mul(certainty, square(sub(image, warped)))), 1 / (3 * h * w));
}

/**
 * Total variation: ½ Σ (Δx² + Δy²) over all pixels and channels (Mahendran & Vedaldi 2015, eq. 4 with β = 2; differs
 * in the factor ½, which the gradient of Johnson's program implies).
 */
export function totalVariation(image: Expr): Expr {
  return scale(add(sumSquares(difference(image, 2)), sumSquares(difference(image, 3))), 0.5);
}

/** Each pixel's successor along the axis minus the pixel. */
function difference(image: Expr, axis: 2 | 3): Expr {
  const begin = [0, 0, 0, 0];
  const end = [...image.shape];
  begin[axis] = 1;
  const next = slice(image, begin, image.shape);
  end[axis] -= 1;
  return sub(next, slice(image, [0, 0, 0, 0], end));
}
