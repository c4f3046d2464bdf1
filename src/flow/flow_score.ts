import type { Plane } from '../picture.js';
import { endPointError, type FlowField, isKnown, requireSameSize, squaredGradient } from './flow_field.js';

/** What is known of a pair beside its true flow; masks `[H,W]`, non-zero where they hold. */
export interface GroundTruth {
  readonly flow: FlowField;
  /** Covered in the other frame; pixels that leave the frame need not be marked. */
  readonly occluded?: Plane;
  /** No sound truth here: counted in `epe` and `epeBoundary`, as published figures do, and nowhere else. */
  readonly invalid?: Plane;
}

/** How good a flow is. Means and shares over no pixel at all, or without the mask they need, are null. */
export interface FlowScore {
  /**
   * Mean end-point error, px: over all known pixels, over the visible ones (neither covered in the other
   * frame nor outside it), over those at motion boundaries.
   */
  readonly epe: number | null;
  readonly epeVisible: number | null;
  readonly epeBoundary: number | null;
  /** Shares 0..1: of visible pixels kept, of not visible ones rejected, of kept ones more than 3 px wrong. */
  readonly visibleKept: number | null;
  readonly occludedRejected: number | null;
  readonly keptWrong: number | null;
}

/** Pixels of at least this certainty count as kept. */
export const KEPT_CERTAINTY = 0.5;
const WRONG_PX = 3;
/** A squared gradient beyond this, (px/px)², means that a neighbour is unknown, not that motion changes. */
const LARGEST_GRADIENT = 1e12;
/** How far around a motion boundary end-point errors are counted, px (in either axis). */
const BOUNDARY_REACH = 5;

/**
 * Scores a flow against the truth, and its certainty where there is one. Motion boundaries are the true
 * flow's, by the formula of the certainty (Ruder et al. 2016, sect. 4.2), widened by 5 px.
 * Throws `INVALID_ARGUMENT` when sizes differ.
 */
export function scoreFlow(flow: FlowField, truth: GroundTruth, certainty?: Plane): FlowScore {
  requireSameSize('true flow', flow, truth.flow);
  for (const [name, mask] of Object.entries({
    'occlusion mask': truth.occluded,
    'invalid mask': truth.invalid,
    certainty,
  })) {
    if (mask) requireSameSize(name, flow, mask);
  }
  const errors = endPointError(flow, truth.flow).data;
  const boundary = motionBoundaries(truth.flow);
  const all = new Mean();
  const visible = new Mean();
  const atBoundary = new Mean();
  const visibleKept = new Mean();
  const occludedRejected = new Mean();
  const keptWrong = new Mean();
  for (let i = 0; i < errors.length; i++) {
    if (Number.isNaN(errors[i])) continue;
    all.add(errors[i]);
    if (boundary[i]) atBoundary.add(errors[i]);
    if (truth.invalid?.data[i]) continue;
    const occluded = truth.occluded && (truth.occluded.data[i] !== 0 || leavesFrame(truth.flow, i));
    if (occluded === false) visible.add(errors[i]);
    if (!certainty) continue;
    const kept = certainty.data[i] >= KEPT_CERTAINTY;
    if (occluded === false) visibleKept.add(Number(kept));
    if (occluded === true) occludedRejected.add(Number(!kept));
    if (kept) keptWrong.add(Number(errors[i] > WRONG_PX));
  }
  return {
    epe: all.value,
    epeVisible: visible.value,
    epeBoundary: atBoundary.value,
    visibleKept: visibleKept.value,
    occludedRejected: occludedRejected.value,
    keptWrong: keptWrong.value,
  };
}

function leavesFrame({ width, height, u, v }: FlowField, i: number): boolean {
  const x = (i % width) + u[i];
  const y = Math.floor(i / width) + v[i];
  return x < 0 || y < 0 || x > width - 1 || y > height - 1;
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  get value(): number | null {
    return this.#count > 0 ? this.#sum / this.#count : null;
  }
}

/** 1 where a motion boundary of the true flow is near. */
function motionBoundaries(truth: FlowField): Uint8Array {
  const { width, height } = truth;
  const edges = squaredGradient(truth).data;
  const near = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (!isKnown(truth, i) || edges[i] >= LARGEST_GRADIENT) continue;
      if (edges[i] <= 0.01 * (truth.u[i] ** 2 + truth.v[i] ** 2) + 0.002) continue;
      const left = Math.max(0, x - BOUNDARY_REACH);
      const right = Math.min(width, x + BOUNDARY_REACH + 1);
      const last = Math.min(height - 1, y + BOUNDARY_REACH);
      for (let row = Math.max(0, y - BOUNDARY_REACH); row <= last; row++) {
        near.fill(1, row * width + left, row * width + right);
      }
    }
  }
  return near;
}
