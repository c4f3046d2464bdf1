import { luma, type Picture, type Plane } from '../picture.js';
import { grainOf } from './noise.js';

/** Side of the blocks that are looked at one by one, and of those whose mean is, px. */
const SMALL = 8;
const LARGE = 32;
/** Differences below these, grey levels, are not seen, or are a coder's: of a small block's pixels, a large one's mean. */
const UNSEEN = 2;
const UNSEEN_MEAN = 1;
/**
 * What grain of deviation 1 gives at most. The difference of two takes has √2 of it; over 64 pixels that is met within
 * 9 %, and not every part of a frame has grain alike. A mean over 1024 pixels has a deviation of √2/32 then.
 */
const OF_GRAIN = 1.5 * Math.SQRT2;
const OF_GRAIN_MEAN = (5 * Math.SQRT2) / LARGE;

/**
 * Whether two frames show the same: nowhere do they differ by more than their grain, or by what is seen. Every block of
 * 8 px is looked at, so that a small thing that moves is not lost in a large frame, and the mean colour of every block
 * of 32 px, so that a change of light is not lost in the grain.
 *
 * @param now `[3,H,W]`, 0..255, and `then` of the same size; otherwise they do not show the same.
 */
export function isUnchanged(now: Picture, then: Picture): boolean {
  const { width, height } = now;
  if (then.width !== width || then.height !== height) return false;
  const [lumaNow, lumaThen] = [luma(now), luma(then)];
  const grain = Math.max(grainOf(lumaNow), grainOf(lumaThen));
  const difference = { width, height, data: lumaNow.data.map((v, i) => v - lumaThen.data[i]) };
  const most = Math.max(UNSEEN, OF_GRAIN * grain);
  if (!everyBlock(difference, SMALL, (_, squares, pixels) => squares <= most * most * pixels)) return false;
  const mostMean = Math.max(UNSEEN_MEAN, OF_GRAIN_MEAN * grain);
  const n = width * height;
  return [0, 1, 2].every((c) => {
    const data = now.data.subarray(c * n, (c + 1) * n).map((v, i) => v - then.data[c * n + i]);
    const isSame = (sum: number, _: number, pixels: number) => Math.abs(sum) <= mostMean * pixels;
    return everyBlock({ width, height, data }, LARGE, isSame);
  });
}

/**
 * Whether all blocks of a plane meet a condition on the sum of their values, the sum of the squares, and the number.
 * Blocks are of nearly one size, that of `side`: a sliver at the edge would be all grain.
 */
function everyBlock(
  { width, height, data }: Plane,
  side: number,
  holds: (sum: number, squares: number, pixels: number) => boolean,
): boolean {
  const columns = Math.max(1, Math.round(width / side));
  const rows = Math.max(1, Math.round(height / side));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [top, bottom] = [row, row + 1].map((k) => Math.round((k * height) / rows));
      const [left, right] = [column, column + 1].map((k) => Math.round((k * width) / columns));
      let [sum, squares] = [0, 0];
      for (let y = top; y < bottom; y++)
        for (let i = y * width + left; i < y * width + right; i++) {
          sum += data[i];
          squares += data[i] * data[i];
        }
      if (!holds(sum, squares, (bottom - top) * (right - left))) return false;
    }
  return true;
}
