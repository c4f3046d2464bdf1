import { covariance } from './covariance.js';
import { gramMatrix } from './gram.js';
import { histogram } from './histogram.js';
import type { LayerLoss } from './loss.js';
import { meanDeviation } from './mean_deviation.js';
import { patches } from './patches.js';
import { wasserstein } from './wasserstein.js';

/** What paintings may be compared by, under the names that `--style-loss` knows: a line for each, a file for each. */
export const STYLE_LOSSES = {
  gram: gramMatrix,
  covariance,
  'mean-deviation': meanDeviation,
  wasserstein,
  patches,
  histogram,
} as const satisfies Readonly<Record<string, LayerLoss>>;

/** A loss of `STYLE_LOSSES`. */
export type StyleLossName = keyof typeof STYLE_LOSSES;
