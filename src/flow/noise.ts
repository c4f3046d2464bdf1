import type { Plane } from '../picture.js';

/** Side of the blocks that are looked at, px; between two of them one is left out, in either direction. */
const BLOCK = 8;
/** The share of blocks that are taken to be flat: what they have of detail is noise. */
const FLAT_SHARE = 0.2;
/** Mean |L| of noise of standard deviation 1, L having the coefficients below: √(2/π) · 6. */
const RESPONSE = 6 * Math.sqrt(2 / Math.PI);
/** Noise beyond this, grey levels, is taken for texture. */
const MOST = 12;

/**
 * Standard deviation of a frame's grain, grey levels, from what the difference of two Laplacians leaves of it
 * (Immerkær 1996, "Fast noise variance estimation"). Differs from there: not the mean over the frame counts, to
 * which every texture adds, but the flattest fifth of its blocks.
 *
 * `frame`: luma `[H,W]`, 0..255. 0 for a frame too small for a block.
 */
export function grainOf({ width, height, data }: Plane): number {
  const means: number[] = [];
  for (let top = 1; top + BLOCK < height; top += 2 * BLOCK)
    for (let left = 1; left + BLOCK < width; left += 2 * BLOCK) {
      let sum = 0;
      for (let y = top; y < top + BLOCK; y++)
        for (let i = y * width + left; i < y * width + left + BLOCK; i++) {
          const corners =
            data[i - width - 1] + data[i - width + 1] + data[i + width - 1] + data[i + width + 1];
          const sides = data[i - width] + data[i + width] + data[i - 1] + data[i + 1];
          sum += Math.abs(corners - 2 * sides + 4 * data[i]);
        }
      means.push(sum / BLOCK ** 2);
    }
  if (means.length === 0) return 0;
  means.sort((a, b) => a - b);
  return Math.min(MOST, means[Math.floor(FLAT_SHARE * means.length)] / RESPONSE);
}
