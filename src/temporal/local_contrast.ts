import type { Plane } from '../picture.js';

/** Half side of the window that a pixel is compared with, px. */
const RADIUS = 7;
/** Grey levels of spread that count as nothing: grain, and what coding leaves of a flat region. */
const NOTHING = 4;

/**
 * How much brighter every pixel is than its surroundings, in units of their spread: the same picture in another light
 * gives the same values, a flat region gives 0.
 *
 * @param grey luma `[H,W]`, 0..255.
 */
export function localContrast(grey: Plane): Plane {
  const { width, height, data } = grey;
  const mean = boxMean(grey);
  const square = boxMean({ width, height, data: data.map((v) => v * v) });
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) {
    const spread = Math.sqrt(Math.max(0, square[i] - mean[i] * mean[i]));
    out[i] = (data[i] - mean[i]) / (spread + NOTHING);
  }
  return { width, height, data: out };
}

/** Mean over the window around every pixel, as far as it lies in the picture. */
function boxMean({ width, height, data }: Plane): Float32Array {
  const rows = new Float32Array(data.length);
  for (let y = 0; y < height; y++) slide(data, rows, y * width, 1, width);
  const out = new Float32Array(data.length);
  for (let x = 0; x < width; x++) slide(rows, out, x, width, height);
  return out;
}

/** Sliding mean of the `n` values of `from` that begin at `start` and lie `step` apart. */
function slide(from: Float32Array, to: Float32Array, start: number, step: number, n: number): void {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < Math.min(RADIUS, n); k++, count++) sum += from[start + k * step];
  for (let k = 0; k < n; k++) {
    if (k + RADIUS < n) {
      sum += from[start + (k + RADIUS) * step];
      count++;
    }
    if (k - RADIUS - 1 >= 0) {
      sum -= from[start + (k - RADIUS - 1) * step];
      count--;
    }
    to[start + k * step] = sum / count;
  }
}
