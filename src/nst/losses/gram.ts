import { constant, type Expr, gemm, scale, sub, sumSquares } from '../../engine/index.js';
import type { LayerView } from './layer_view.js';
import type { LayerLoss } from './loss.js';

/**
 * Gram matrix of a layer as energies see it, `[K,K]`: that of its projected features. A head H without bias is applied
 * to the matrix, H (F Fᵀ) Hᵀ, rather than to every pixel's features.
 */
function layerGram(layer: LayerView, channels: number): Expr {
  const { head } = layer;
  if (!head) return layer.gram(channels);
  if (head.bias.some((b) => b !== 0)) return layer.projectedGram(channels);
  const h = constant([head.outputs, head.inputs], head.weight);
  return gemm(gemm(h, layer.gram(channels)), h, { transB: true });
}

/**
 * Mean squared difference of Gram matrices `[K,K]`, the mean taken over N² (Gatys et al. 2016, eq. 4 and 5; differs in
 * the normalisation: E_Gatys = N²/4 times this).
 */
export const gramMatrix: LayerLoss = {
  name: 'style',
  help: 'Gram matrices: which features come together, and how strongly',
  measure: (layer, channels) => ({ gram: layerGram(layer, channels) }),
  distance: (found, target, channels) => scale(sumSquares(sub(found.gram, target.gram)), 1 / channels ** 2),
};
