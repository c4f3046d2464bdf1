import { scale, sub, sumSquares } from '../../engine/index.js';
import type { LayerLoss } from './loss.js';

/**
 * Mean squared difference of features `[1,K,h,w]` to those of the content picture, the mean taken over N·h·w (Gatys,
 * Ecker & Bethge 2016, eq. 1; differs in the normalisation: a mean instead of half a sum, as Johnson).
 */
export const content: LayerLoss = {
  name: 'content',
  help: 'features, place by place',
  measure: (layer) => ({ features: layer.projected() }),
  distance: ({ features }, target, channels) => {
    const [, , h, w] = features.shape;
    return scale(sumSquares(sub(features, target.features)), 1 / (channels * h * w));
  },
};
