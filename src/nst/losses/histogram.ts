import { histogramMatcher } from '../matching/histogram_targets.js';
import { type MatchedLoss, matchedGraph } from './matched.js';

/**
 * Mean squared difference of features to what they become when each channel's histogram is made the painting's (Risser,
 * Wilmot & Barnes 2017, "Stable and controllable neural texture synthesis and style transfer using histogram losses",
 * eq. 6, at their layers). Gram matrices alone leave the spread of features open, which shows as washed-out and
 * overexposed regions; this term holds it.
 */
export const histogram: MatchedLoss = {
  name: 'histogram',
  help: "each feature's histogram",
  layers: ['relu1_1', 'relu4_1'],
  continuous: true,
  ...matchedGraph,
  matcher: ([painting], normaliser) => histogramMatcher(painting, normaliser),
};
