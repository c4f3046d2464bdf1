import { constant, type Expr, gemm, mul, reshape, scale, sqrt, sub, sumSquares } from '../../engine/index.js';
import { projected, type Tap } from '../features.js';
import type { LayerLoss } from './loss.js';

/**
 * Gram matrix of features `[1,K,h,w]`: F Fᵀ / (N·h·w), `[K,K]` (Gatys, Ecker & Bethge 2016, eq. 3, with Johnson's
 * normalisation); with weights a guided one, F diag(w) Fᵀ / N, w = T²/ΣT² for the guide T of Gatys et al. 2017
 * ("Controlling perceptual factors in neural style transfer", section 5).
 */
function gram(features: Expr, channels: number, weights: Expr | undefined): Expr {
  const [, k, h, w] = features.shape;
  const guided = weights ? mul(features, sqrt(weights)) : features;
  const f = reshape(guided, [k, h * w]);
  return gemm(f, f, { transB: true, alpha: weights ? 1 / channels : 1 / (channels * h * w) });
}

/**
 * Gram matrix of a tap as energies see it: that of its `projected` features. A head H without bias is applied to the
 * matrix, H (F Fᵀ) Hᵀ, rather than to every pixel's features.
 */
function tapGram(tap: Tap, channels: number, weights: Expr | undefined): Expr {
  const { own, head } = tap;
  if (!head || head.bias.some((b) => b !== 0)) return gram(projected(tap), channels, weights);
  const h = constant([head.outputs, head.inputs], head.weight);
  return gemm(gemm(h, gram(own, channels, weights)), h, { transB: true });
}

/**
 * Mean squared difference of Gram matrices `[K,K]`, the mean taken over N² (Gatys et al. 2016, eq. 4 and 5; differs in
 * the normalisation: E_Gatys = N²/4 times this).
 */
export const gramMatrix: LayerLoss = {
  name: 'style',
  help: 'Gram matrices: which features come together, and how strongly',
  measure: (tap, channels, weights) => ({ gram: tapGram(tap, channels, weights) }),
  distance: (found, target, channels) => scale(sumSquares(sub(found.gram, target.gram)), 1 / channels ** 2),
};
