import { nearestPatches } from '../matching/nearest_patches.js';
import { patchTargets } from '../matching/patch_targets.js';
import { type MatchedLoss, matchedGraph } from './matched.js';

/**
 * Of the mean, what counts. Patches of relu4_1 are as far apart as the content is from a painting, and the style term
 * has twenty times its weight by default: with all of it nothing is left of a frame but what the painting has.
 */
const SHARE = 0.05;

/**
 * Mean squared difference of every 3×3 patch of features to the painting's patch that correlates best with it (Li &
 * Wand 2016, "Combining Markov random fields and convolutional neural networks for image synthesis", eq. 2 and 3, at
 * their layers; differs in the factor). It copies what is in the painting, shapes and all, where Gram matrices scatter it.
 */
export const patches: MatchedLoss = {
  name: 'patches',
  help: 'each 3×3 patch of features, to the one in the painting most like it',
  layers: ['relu3_1', 'relu4_1'],
  // The patch that correlates best is not the one least far away.
  continuous: false,
  ...matchedGraph,
  matcher: (views, normaliser, products) => async (found) =>
    patchTargets(found, await nearestPatches(found, views, products), views, normaliser / SHARE),
};
