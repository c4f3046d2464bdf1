import { LUMA, type Picture, type Plane } from '../picture.js';
import { BlockGrid } from './block_grid.js';
import { TONE_BLOCK, TONE_ROUNDS } from './tone.js';

/** The finest detail of a picture's colours beside their luma, block by block, per pixel, grey levels squared. */
export interface ColourDetail {
  /** `[rows, columns]`; 0 where nothing of a block is certain. */
  readonly blocks: Float64Array;
  /** The median of those that are certain. */
  readonly usual: number;
}

/**
 * How strong the finest detail of colours is in each block of 16 px: the mean over certain pixels of the squared
 * differences of colours minus luma from the mean of their four neighbours', summed over channels.
 *
 * @param certainty The weight of each pixel, 0..1.
 */
export function colourDetail(picture: Picture, certainty: Plane): ColourDetail {
  const grid = new BlockGrid(picture, TONE_BLOCK);
  const weights = grid.weights(certainty);
  const blocks = meanSquares(detailsOf(picture), certainty, grid, weights);
  const known = blocks.filter((_, b) => weights[b] >= 1).sort();
  return { blocks, usual: known.length > 0 ? known[known.length >> 1] : 0 };
}

/**
 * The painted frame with no more of the finest colour detail, block by block, than the frame before had there or has in its
 * median block. The networks hardly see such detail, and every frame of a shot goes on with the descent: within a second flat
 * areas that were begun anew would be covered with saturated dots. Luma stays as it is.
 *
 * @param carried What `colourDetail` says of the frame before, moved along.
 */
export function holdColourDetail(painted: Picture, carried: ColourDetail): Picture {
  const { width, height } = painted;
  const n = width * height;
  const grid = new BlockGrid(painted, TONE_BLOCK);
  const all = { width, height, data: new Float32Array(n).fill(1) };
  const held = { ...painted, data: painted.data.slice() };
  const weights = grid.weights(all);
  const shares = new Float32Array(n);
  for (let round = 0; round < TONE_ROUNDS; round++) {
    const details = detailsOf(held);
    const excess = meanSquares(details, all, grid, weights).map((energy, b) => {
      const most = Math.max(carried.blocks[b], carried.usual);
      return energy > most ? 1 - Math.sqrt(most / energy) : 0;
    });
    for (let y = 0; y < height; y++) grid.row(excess, y, shares.subarray(y * width, (y + 1) * width));
    for (const [c, detail] of details.entries())
      for (let p = 0; p < n; p++) held.data[c * n + p] -= shares[p] * detail[p];
  }
  return held;
}

/** The weighted mean of each block's squares, summed over channels; 0 where less than a pixel counts. */
function meanSquares(
  details: readonly Float32Array[],
  weight: Plane,
  grid: BlockGrid,
  weights: Float64Array,
): Float64Array {
  const squares = new Float32Array(weight.data.length);
  for (const detail of details) for (let p = 0; p < squares.length; p++) squares[p] += detail[p] ** 2;
  const sums = new Float64Array(weights.length);
  grid.add(sums, weight, squares);
  return sums.map((sum, b) => (weights[b] >= 1 ? sum / weights[b] : 0));
}

/** Each channel minus luma, minus the mean of the same at the four neighbours; 0 at the border. */
function detailsOf(picture: Picture): Float32Array[] {
  const { width, height, data } = picture;
  const n = width * height;
  return [0, 1, 2].map((c) => {
    const colour = new Float32Array(n);
    for (let p = 0; p < n; p++)
      colour[p] = data[c * n + p] - LUMA[0] * data[p] - LUMA[1] * data[n + p] - LUMA[2] * data[2 * n + p];
    const detail = new Float32Array(n);
    for (let y = 1; y < height - 1; y++)
      for (let p = y * width + 1; p < (y + 1) * width - 1; p++)
        detail[p] = colour[p] - (colour[p - 1] + colour[p + 1] + colour[p - width] + colour[p + width]) / 4;
    return detail;
  });
}
