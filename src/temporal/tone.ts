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
  const { width, height } = content;
  const means = fill(measure(painted, certainty, content));
  const out = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom, ay] = neighbours(y, means.rows);
    for (let x = 0; x < width; x++) {
      const [left, right, ax] = neighbours(x, means.columns);
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) =>
          means.sums[(c * means.rows + row) * means.columns + column];
        out[(c * height + y) * width + x] =
          (1 - ay) * ((1 - ax) * at(top, left) + ax * at(top, right)) +
          ay * ((1 - ax) * at(bottom, left) + ax * at(bottom, right));
      }
    }
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
