import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { createDis, type Dis } from './dis.js';
import { DIS_PARAMETERS } from './dis_parameters.js';
import { farneback, requireOpenCv } from './farneback.js';
import type { FlowField } from './flow_field.js';
import type { FlowModel } from './flow_model.js';

/** Names of the flow estimators: our own, best first, and OpenCV's. */
export const ESTIMATORS = ['strong', 'medium', 'farneback'] as const;
export type EstimatorName = (typeof ESTIMATORS)[number];

/** What flow is estimated with: an estimator of the program, or a model of the user's. */
export type Estimator = EstimatorName | FlowModel;

/** Whether a word names an estimator. */
export function isEstimatorName(word: string): word is EstimatorName {
  return (ESTIMATORS as readonly string[]).includes(word);
}

/** Throws `OPENCV_MISSING` (environment) where an estimator needs a package that is not there. Loads nothing. */
export function requireEstimator(estimator: EstimatorName): void {
  if (estimator === 'farneback') requireOpenCv();
}

/**
 * Whether the certainty of an estimator's flow needs the photometric gate: Farneback's flow fails towards rest
 * in both directions alike, which the forward-backward check cannot see.
 */
export function needsGate(estimator: EstimatorName): boolean {
  return estimator === 'farneback';
}

let dis: Dis | undefined;

/**
 * Flow from one frame to another, computed in this thread: by dense inverse search with variational refinement in
 * 20 ms (`medium`) to 0.3 s (`strong`) at 640×360, or by OpenCV (`farneback`). The same input gives the same bits.
 *
 * `from` and `to`: luma `[H,W]`, 0..255, of one size, any size from 1×1.
 * Memory: what the largest pair so far needed stays with the thread, at most 100 (`strong`) or 45
 * (`medium`) bytes per pixel of it, 0.8 or 0.4 GB at 4K.
 * Throws `INVALID_ARGUMENT` (sizes differ or are no sizes), `FLOW_PICTURE_TOO_LARGE`, and what farneback() throws.
 */
export function estimateFlow(from: Plane, to: Plane, estimator: EstimatorName): FlowField {
  if (!isEstimatorName(estimator)) {
    throw new NstError(
      'usage',
      'INVALID_ARGUMENT',
      `flow estimator: expected one of ${ESTIMATORS.join(', ')}, found "${estimator}"`,
    );
  }
  if (estimator === 'farneback') return farneback(from, to);
  dis ??= createDis();
  return dis.estimate(from, to, DIS_PARAMETERS[estimator]);
}
