import type { FlowField } from '../flow/flow_field.js';
import { luma, type Picture, type Plane } from '../picture.js';
import { warpPicture } from './warp.js';

/** Below this mean certainty forward and backward flow hardly agree anywhere. */
const LOST_CERTAINTY = 0.35;
/** Grey levels: the warped previous frame is that far off the current one, on average, only when it shows something else. */
const FOREIGN_DIFFERENCE = 12;

/**
 * Whether a shot ends between two source frames: motion cannot explain the second from the first. Both
 * signs are asked for, since fast motion loses certainty and a flash changes brightness, but neither does both.
 */
export function isHardCut(
  previous: Picture,
  current: Picture,
  backward: FlowField,
  certainty: Plane,
): boolean {
  let sum = 0;
  for (const c of certainty.data) sum += c;
  if (sum / certainty.data.length >= LOST_CERTAINTY) return false;
  return motionCompensatedDifference(previous, current, backward) > FOREIGN_DIFFERENCE;
}

/** Mean absolute luma difference between `current` and the warped `previous`, after their means are made equal; grey levels. */
export function motionCompensatedDifference(
  previous: Picture,
  current: Picture,
  backward: FlowField,
): number {
  const warped = luma(warpPicture(previous, backward).picture).data;
  const target = luma(current).data;
  const n = target.length;
  let offset = 0;
  for (let i = 0; i < n; i++) offset += target[i] - warped[i];
  offset /= n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.abs(target[i] - warped[i] - offset);
  return sum / n;
}
