import { scale, sub, sumSquares } from '../../engine/index.js';
import type { LayerLoss } from './loss.js';
import { mapped, matrixOf } from './moments.js';

/**
 * Mean squared difference of the features' covariance matrices `[N,N]`, the mean taken over N²: Gram matrices of
 * features less their mean, in the same normalisation. How strong a feature is on average is left to the picture.
 */
export const covariance: LayerLoss = {
  name: 'covariance',
  help: 'covariance matrices: which features vary together, whatever their means',
  measure(layer, channels) {
    const { head } = layer;
    const c = layer.covariance();
    // A head's bias moves means only.
    return { covariance: scale(head ? mapped(matrixOf(head), c) : c, 1 / channels) };
  },
  distance: (found, target, channels) =>
    scale(sumSquares(sub(found.covariance, target.covariance)), 1 / channels ** 2),
};
