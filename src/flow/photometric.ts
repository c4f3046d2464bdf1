import type { Plane } from '../picture.js';
import { type FlowField, requireSameSize, sampleBilinear } from './flow_field.js';

/** Lumas `[H,W]`, 0..255, of the frames that a backward flow leads between. */
export interface FramePair {
  readonly previous: Plane;
  readonly current: Plane;
}

/** Mean differences are taken over windows that reach so far to each side: 5×5 pixels. */
const REACH = 2;

/**
 * How much a frame differs from what its backward flow says it looks like, `[H,W]`, grey levels: the mean of
 * |previous(p + w(p)) − current(p)| over the 5×5 pixels around, of those whose vectors stay in the frame; 0 where
 * none does.
 * Throws `INVALID_ARGUMENT` when sizes differ.
 */
export function photometricDifference(backward: FlowField, { previous, current }: FramePair): Plane {
  requireSameSize('previous frame', backward, previous);
  requireSameSize('current frame', backward, current);
  const { width, height, u, v } = backward;
  const sums = new Float32Array(width * height);
  const counts = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const tx = x + u[i];
      const ty = y + v[i];
      if (!(tx >= 0 && ty >= 0 && tx <= width - 1 && ty <= height - 1)) continue;
      sums[i] = Math.abs(sampleBilinear(previous.data, width, height, tx, ty) - current.data[i]);
      counts[i] = 1;
    }
  for (const data of [sums, counts]) boxSum(data, width, height);
  for (let i = 0; i < sums.length; i++) sums[i] = counts[i] > 0 ? sums[i] / counts[i] : 0;
  return { width, height, data: sums };
}

/** Sums over the window around every pixel, in place, by rows then columns; nothing lies past the border. */
function boxSum(data: Float32Array, width: number, height: number): void {
  const line = new Float32Array(Math.max(width, height) + 2 * REACH);
  const along = (start: number, step: number, n: number) => {
    for (let k = 0; k < n; k++) line[k + REACH] = data[start + step * k];
    line.fill(0, n + REACH, n + 2 * REACH);
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let d = 0; d <= 2 * REACH; d++) sum += line[k + d];
      data[start + step * k] = sum;
    }
  };
  for (let y = 0; y < height; y++) along(y * width, 1, width);
  for (let x = 0; x < width; x++) along(x, width, height);
}
