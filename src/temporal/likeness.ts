import type { FlowField } from '../flow/flow_field.js';
import type { Plane } from '../picture.js';

/** Flow from one luma plane to another. */
export type EstimateFlow = (from: Plane, to: Plane) => FlowField;

/** A frame as it is compared with others. */
export interface Look {
  /** Luma `[H,W]`, 0..255. */
  readonly grey: Plane;
  /** Its local contrast. */
  readonly contrast: Plane;
}

/** Added to each pixel's contrasts: where both frames are flat, nothing says that they differ. */
const FLAT = 0.1;
/** Shifts are looked for in pictures smaller by this factor. */
const SHRINK = 4;
/** Share of the frame that a shift must leave in sight. */
const LEAST_OVERLAP = 0.4;

/**
 * How far motion fails to explain one frame by another: 0 where it explains all of it, about 0.65 for pictures of
 * different things. Light that changes smoothly over the frame makes no difference.
 *
 * The mean of |a − b| over that of |a| + |b|, for the local contrasts a of `current` and b of `previous` warped.
 */
export function difference(previous: Look, current: Look, estimate: EstimateFlow): number {
  return compare(previous, current, estimate, { x: 0, y: 0 });
}

/**
 * The difference after the best shift of the whole frame, for motion that is too fast for flow: whip pans, shaking.
 * Only what both frames show counts then.
 */
export function shiftedDifference(previous: Look, current: Look, estimate: EstimateFlow): number {
  return compare(previous, current, estimate, bestShift(previous.contrast, current.contrast));
}

interface Shift {
  readonly x: number;
  readonly y: number;
}

/** @param shift a pixel p of `current` is looked for around p + shift in `previous`, px. */
function compare(previous: Look, current: Look, estimate: EstimateFlow, shift: Shift): number {
  const { width, height } = current.grey;
  const moved = shift.x === 0 && shift.y === 0 ? previous.grey : shifted(previous.grey, shift);
  const { u, v } = estimate(current.grey, moved);
  const a = current.contrast.data;
  let apart = 0;
  let both = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (x + shift.x < 0 || x + shift.x >= width || y + shift.y < 0 || y + shift.y >= height) continue;
      const i = y * width + x;
      const b = sample(previous.contrast, x + shift.x + u[i], y + shift.y + v[i]);
      apart += Math.abs(a[i] - b);
      both += Math.abs(a[i]) + Math.abs(b) + FLAT;
    }
  return apart / both;
}

function sample({ width, height, data }: Plane, x: number, y: number): number {
  const cx = Math.min(width - 1, Math.max(0, x));
  const cy = Math.min(height - 1, Math.max(0, y));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const [ax, ay] = [cx - x0, cy - y0];
  const i = y0 * width + x0;
  const right = x0 < width - 1 ? 1 : 0;
  const below = y0 < height - 1 ? width : 0;
  const above = (1 - ax) * data[i] + ax * data[i + right];
  return (1 - ay) * above + ay * ((1 - ax) * data[i + below] + ax * data[i + below + right]);
}

/** The plane seen from `shift` away; its border goes on outside. */
function shifted({ width, height, data }: Plane, shift: Shift): Plane {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sx = Math.min(width - 1, Math.max(0, x + shift.x));
      const sy = Math.min(height - 1, Math.max(0, y + shift.y));
      out[y * width + x] = data[sy * width + sx];
    }
  return { width, height, data: out };
}

/** The shift, px, by which `previous` looks most like `current`: all are tried, in smaller pictures. */
function bestShift(previous: Plane, current: Plane): Shift {
  const before = shrunk(previous);
  const now = shrunk(current);
  const { width, height } = now;
  let best = { x: 0, y: 0, score: Number.POSITIVE_INFINITY };
  for (let y = 1 - height; y < height; y++)
    for (let x = 1 - width; x < width; x++) {
      const overlap = (width - Math.abs(x)) * (height - Math.abs(y));
      if (overlap < LEAST_OVERLAP * width * height) continue;
      const score = apartAt(before, now, x, y);
      if (score < best.score) best = { x, y, score };
    }
  return { x: SHRINK * best.x, y: SHRINK * best.y };
}

function apartAt(before: Plane, now: Plane, dx: number, dy: number): number {
  const { width, height } = now;
  let apart = 0;
  let both = 0;
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++)
    for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
      const a = now.data[y * width + x];
      const b = before.data[(y + dy) * width + x + dx];
      apart += Math.abs(a - b);
      both += Math.abs(a) + Math.abs(b) + FLAT;
    }
  return apart / both;
}

/** Means of square blocks; what does not fill one is left out. */
function shrunk({ width, height, data }: Plane): Plane {
  const w = Math.max(1, Math.floor(width / SHRINK));
  const h = Math.max(1, Math.floor(height / SHRINK));
  const out = new Float32Array(w * h);
  for (let y = 0; y < Math.min(height, h * SHRINK); y++)
    for (let x = 0; x < Math.min(width, w * SHRINK); x++)
      out[Math.floor(y / SHRINK) * w + Math.floor(x / SHRINK)] += data[y * width + x] / SHRINK ** 2;
  return { width: w, height: h, data: out };
}
