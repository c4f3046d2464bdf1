import type { Plane } from '../picture.js';

/** Side of the blocks that are looked at, px, and about how many of them, spread over the frame. */
const BLOCK = 8;
const BLOCKS = 400;
/** The share of blocks that are taken to be flat: what they have of detail is noise. */
const FLAT_SHARE = 0.05;
/** What the flattest twentieth of blocks has of the mean response where there is nothing but noise. */
const OF_MEAN = 0.75;
/** Mean |L| of noise of standard deviation 1, L having the coefficients below: √(2/π) · 6. */
const RESPONSE = 6 * Math.sqrt(2 / Math.PI);
/** Noise beyond this, grey levels, is taken for texture. */
const MOST = 12;

/**
 * Standard deviation of a frame's grain, grey levels, from what the difference of two Laplacians leaves of it
 * (Immerkær 1996, "Fast noise variance estimation"). Differs from there: not the mean over the frame counts, to
 * which every texture adds, but the flattest twentieth of its blocks, and none of them lies in a bar above or below.
 *
 * `frame`: luma `[H,W]`, 0..255. 0 for a frame too small for a block.
 */
export function grainOf({ width, height, data }: Plane): number {
  const step = BLOCK * Math.max(1, Math.round(Math.sqrt((width * height) / BLOCKS) / BLOCK));
  // L is a second difference of second differences: this one is down the frame.
  const bend = (i: number) => data[i - width] - 2 * data[i] + data[i + width];
  const isBlank = (y: number) =>
    data.subarray(y * width, (y + 1) * width).every((d) => d === data[y * width]);
  let [first, end] = [0, height];
  while (first < end && isBlank(first)) first++;
  while (first < end && isBlank(end - 1)) end--;
  const means: number[] = [];
  for (let top = first + 1; top + BLOCK < end; top += step) {
    for (let left = 1; left + BLOCK < width; left += step) {
      let sum = 0;
      for (let y = top; y < top + BLOCK; y++) {
        const start = y * width + left;
        let before = bend(start - 1);
        let here = bend(start);
        for (let i = start; i < start + BLOCK; i++) {
          const after = bend(i + 1);
          sum += Math.abs(before - 2 * here + after);
          before = here;
          here = after;
        }
      }
      means.push(sum / BLOCK ** 2);
    }
  }
  if (means.length === 0) return 0;
  means.sort((a, b) => a - b);
  return Math.min(MOST, means[Math.floor(FLAT_SHARE * means.length)] / (OF_MEAN * RESPONSE));
}
