import { scale, sub, sumSquares } from '../../engine/index.js';
import type { LayerLoss } from './loss.js';
import { covarianceOf, mapped, matrixOf, moments } from './moments.js';

/**
 * Mean squared difference of the features' covariance matrices `[N,N]`, the mean taken over N²: Gram matrices of
 * features less their mean, in the same normalisation. How strong a feature is on average is left to the picture.
 */
export const covariance: LayerLoss = {
  name: 'covariance',
  help: 'covariance matrices: which features vary together, whatever their means',
  measure({ own, head }, channels, weights) {
    const c = covarianceOf(moments(own, weights).spread);
    // A head's bias moves means only.
    return { covariance: scale(head ? mapped(matrixOf(head), c) : c, 1 / channels) };
  },
  distance: (found, target, channels) =>
    scale(sumSquares(sub(found.covariance, target.covariance)), 1 / channels ** 2),
};
