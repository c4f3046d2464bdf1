import type { Picture, Plane } from '../picture.js';

/** Side of the blocks whose mean is a tone, px: larger than a stroke, smaller than an object. */
const BLOCK = 16;

/** Weighted sums of differences and the sum of their weights, per block. */
interface Blocks {
  readonly columns: number;
  readonly rows: number;
  /** `[3, rows, columns]` */
  readonly sums: Float64Array;
  /** `[rows, columns]` */
  readonly weights: Float64Array;
}

/**
 * How much lighter, darker or otherwise coloured painting made the picture, `[3,H,W]`, grey levels: the mean
 * of (painted − content) over the certain pixels of each block, carried on to where there are none. Blocks
 * without certain pixels take the mean of the next larger block that has some (pull–push, after Gortler et
 * al. 1996, section 3.2); between block centres the tone is interpolated bilinearly.
 *
 * @param painted `[3,H,W]`, 0..255.
 * @param certainty The weight of each pixel, 0..1.
 */
export function extendTone(painted: Picture, certainty: Plane, content: Picture): Picture {
  return interpolate(fill(measure(painted, certainty, content)), content);
}

/**
 * How much lighter, darker or otherwise coloured a picture is than another nearby, `[3,H,W]`, grey levels: as
 * {@link extendTone}, but nothing is carried on to where there are no certain pixels. In a block of which less than
 * half is certain the mean counts in proportion: that of few pixels says little of the block.
 *
 * @param certainty The weight of each pixel, 0..1.
 */
export function toneDifference(picture: Picture, certainty: Plane, other: Picture): Picture {
  const { columns, rows, sums, weights } = measure(picture, certainty, other);
  const n = columns * rows;
  const means = emptyBlocks(columns, rows);
  for (let b = 0; b < n; b++) {
    const right = Math.min(picture.width, ((b % columns) + 1) * BLOCK);
    const bottom = Math.min(picture.height, (Math.floor(b / columns) + 1) * BLOCK);
    const area = (right - (b % columns) * BLOCK) * (bottom - Math.floor(b / columns) * BLOCK);
    for (let c = 0; c < 3; c++) means.sums[c * n + b] = sums[c * n + b] / Math.max(weights[b], area / 2);
  }
  return interpolate(means, picture);
}

/** Values of blocks, held in `sums`, at every pixel: bilinearly between the centres. */
function interpolate(means: Blocks, { width, height }: Pick<Picture, 'width' | 'height'>): Picture {
  const { columns, rows, sums } = means;
  const out = new Float32Array(3 * width * height);
  const left = new Int32Array(width);
  const right = new Int32Array(width);
  const share = new Float64Array(width);
  for (let x = 0; x < width; x++) [left[x], right[x], share[x]] = neighbours(x, columns);
  const line = new Float64Array(columns);
  for (let c = 0, o = 0; c < 3; c++)
    for (let y = 0; y < height; y++) {
      const [top, bottom, ay] = neighbours(y, rows);
      const [above, below] = [(c * rows + top) * columns, (c * rows + bottom) * columns];
      for (let k = 0; k < columns; k++) line[k] = (1 - ay) * sums[above + k] + ay * sums[below + k];
      for (let x = 0; x < width; x++, o++)
        out[o] = (1 - share[x]) * line[left[x]] + share[x] * line[right[x]];
    }
  return { width, height, data: out };
}

/** The blocks whose centres lie around pixel `p`, and how far it is from the first to the second. */
function neighbours(p: number, blocks: number): [number, number, number] {
  const q = Math.min(blocks - 1, Math.max(0, (p + 0.5) / BLOCK - 0.5));
  const first = Math.floor(q);
  return [first, Math.min(blocks - 1, first + 1), q - first];
}

function measure(painted: Picture, certainty: Plane, content: Picture): Blocks {
  const { width, height, data } = content;
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const blocks = emptyBlocks(columns, rows);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const weight = certainty.data[p];
      if (weight === 0) continue;
      const b = Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK);
      blocks.weights[b] += weight;
      for (let c = 0, i = p; c < 3; c++, i += width * height)
        blocks.sums[c * columns * rows + b] += weight * (painted.data[i] - data[i]);
    }
  return blocks;
}

/** Sums become means; blocks without certain pixels take their parent's; with none anywhere the tone is 0. */
function fill(blocks: Blocks): Blocks {
  const { columns, rows, sums, weights } = blocks;
  const n = columns * rows;
  const parent = n > 1 && weights.includes(0) ? fill(pull(blocks)) : undefined;
  const means = emptyBlocks(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const b = row * columns + column;
      means.weights[b] = 1;
      for (let c = 0; c < 3; c++)
        if (weights[b] > 0) means.sums[c * n + b] = sums[c * n + b] / weights[b];
        else if (parent)
          means.sums[c * n + b] =
            parent.sums[(c * parent.rows + (row >> 1)) * parent.columns + (column >> 1)];
    }
  return means;
}

/** Four blocks become one. */
function pull({ columns, rows, sums, weights }: Blocks): Blocks {
  const half = emptyBlocks((columns + 1) >> 1, (rows + 1) >> 1);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const b = row * columns + column;
      const to = (row >> 1) * half.columns + (column >> 1);
      half.weights[to] += weights[b];
      for (let c = 0; c < 3; c++)
        half.sums[c * half.columns * half.rows + to] += sums[c * columns * rows + b];
    }
  return half;
}

function emptyBlocks(columns: number, rows: number): Blocks {
  return {
    columns,
    rows,
    sums: new Float64Array(3 * columns * rows),
    weights: new Float64Array(columns * rows),
  };
}
