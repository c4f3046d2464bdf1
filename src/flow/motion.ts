import type { Plane } from '../picture.js';
import type { FlowField } from './flow_field.js';

/** The motion from one frame to another. */
export interface Motion {
  /** Where a pixel of the one is in the other, px: it warps a picture of the other into the one. */
  readonly flow: FlowField;
  /** 0..1 */
  readonly certainty: Plane;
}

/** Of two estimates of one motion, each pixel's more certain one, the first where they are alike; in the first's memory. */
export function moreCertain(one: Motion, other: Motion): Motion {
  for (let i = 0; i < one.certainty.data.length; i++) {
    if (!(other.certainty.data[i] > one.certainty.data[i])) continue;
    one.certainty.data[i] = other.certainty.data[i];
    one.flow.u[i] = other.flow.u[i];
    one.flow.v[i] = other.flow.v[i];
  }
  return one;
}
