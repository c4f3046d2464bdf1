import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { createDis, type Dis } from './dis.js';
import { DIS_PARAMETERS } from './dis_parameters.js';
import type { FlowField } from './flow_field.js';

/** Names of the flow estimators, best first. */
export const ESTIMATORS = ['strong', 'medium'] as const;
export type EstimatorName = (typeof ESTIMATORS)[number];

/** Whether a word names an estimator. */
export function isEstimatorName(word: string): word is EstimatorName {
  return (ESTIMATORS as readonly string[]).includes(word);
}

let dis: Dis | undefined;

/**
 * Flow from one frame to another by dense inverse search with variational refinement, computed in this
 * thread: 20 ms (`medium`) to 0.3 s (`strong`) at 640×360. The same input gives the same bits.
 *
 * `from` and `to`: luma `[H,W]`, 0..255, of one size, any size from 1×1.
 * Memory: what the largest pair so far needed stays with the thread, at most 100 (`strong`) or 45
 * (`medium`) bytes per pixel of it, 0.8 or 0.4 GB at 4K.
 * Throws `INVALID_ARGUMENT` (sizes differ or are no sizes), `FLOW_PICTURE_TOO_LARGE`.
 */
export function estimateFlow(from: Plane, to: Plane, estimator: EstimatorName): FlowField {
  if (!isEstimatorName(estimator)) {
    throw new NstError(
      'usage',
      'INVALID_ARGUMENT',
      `flow estimator: expected ${ESTIMATORS.join(' or ')}, found "${estimator}"`,
    );
  }
  dis ??= createDis();
  return dis.estimate(from, to, DIS_PARAMETERS[estimator]);
}
