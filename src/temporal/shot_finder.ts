import type { FlowField } from '../flow/flow_field.js';
import { luma, type Picture, type Plane } from '../picture.js';
import type { ShotStart } from './shots.js';
import { warpPicture } from './warp.js';

/** How many frames before and after a frame have a say in whether it begins a shot. */
export const REACH = 1;

/** Flow from one frame to another and its certainty. */
export type MeasureMotion = (
  from: Plane,
  to: Plane,
) => { readonly flow: FlowField; readonly certainty: Plane };

/** Below this mean certainty forward and backward flow hardly agree anywhere. */
const LOST_CERTAINTY = 0.35;
/** Grey levels: the warped previous frame is that far off the current one, on average, only when it shows something else. */
const FOREIGN_DIFFERENCE = 12;

/** Finds where shots begin in frames that follow each other. */
export class ShotFinder {
  private before: { readonly picture: Picture; readonly grey: Plane } | undefined;

  constructor(private readonly measure: MeasureMotion) {}

  /** Takes the next frame; returns the starts that are certain by now. */
  look(frame: number, picture: Picture): ShotStart[] {
    const grey = luma(picture);
    const { before } = this;
    this.before = { picture, grey };
    if (!before) return [];
    const { flow, certainty } = this.measure(grey, before.grey);
    let sum = 0;
    for (const c of certainty.data) sum += c;
    if (sum / certainty.data.length >= LOST_CERTAINTY) return [];
    const warped = luma(warpPicture(before.picture, flow).picture).data;
    let offset = 0;
    for (let i = 0; i < warped.length; i++) offset += (grey.data[i] - warped[i]) / warped.length;
    let difference = 0;
    for (let i = 0; i < warped.length; i++)
      difference += Math.abs(grey.data[i] - warped[i] - offset) / warped.length;
    return difference > FOREIGN_DIFFERENCE ? [{ frame, boundary: 'cut' }] : [];
  }

  /** No frame follows: returns the remaining starts. */
  end(): ShotStart[] {
    return [];
  }
}
