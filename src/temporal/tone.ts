import type { Picture } from '../picture.js';
import type { WarpedPicture } from './warp.js';

/** Side of the blocks whose mean is a tone, px: larger than a stroke, smaller than an object. */
const BLOCK = 16;

/** Sums of differences and the number of pixels in them, per block. */
interface Blocks {
  readonly columns: number;
  readonly rows: number;
  /** `[3, rows, columns]` */
  readonly sums: Float64Array;
  /** `[rows, columns]` */
  readonly counts: Float64Array;
}

/**
 * How much lighter, darker or otherwise coloured painting made the picture, `[3,H,W]`, grey levels: the mean
 * of (painted − content) over blocks of the warped picture that lie inside, carried on outwards. Blocks
 * without such pixels take the mean of the next larger block that has some (pull–push, after Gortler et al.
 * 1996, section 3.2); between block centres the tone is interpolated bilinearly.
 */
export function extendTone(warped: WarpedPicture, content: Picture): Picture {
  const { width, height } = content;
  const means = fill(measure(warped, content));
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

function measure(warped: WarpedPicture, content: Picture): Blocks {
  const { width, height, data } = content;
  const columns = Math.ceil(width / BLOCK);
  const rows = Math.ceil(height / BLOCK);
  const blocks = emptyBlocks(columns, rows);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      if (warped.inside.data[p] === 0) continue;
      const b = Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK);
      blocks.counts[b]++;
      for (let c = 0, i = p; c < 3; c++, i += width * height)
        blocks.sums[c * columns * rows + b] += warped.picture.data[i] - data[i];
    }
  return blocks;
}

/** Sums become means; blocks without pixels take their parent's, which exists where any pixel is inside at all. */
function fill(blocks: Blocks): Blocks {
  const { columns, rows, sums, counts } = blocks;
  const n = columns * rows;
  const parent = n > 1 && counts.includes(0) ? fill(pull(blocks)) : undefined;
  const means = emptyBlocks(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const b = row * columns + column;
      means.counts[b] = 1;
      for (let c = 0; c < 3; c++)
        if (counts[b] > 0) means.sums[c * n + b] = sums[c * n + b] / counts[b];
        else if (parent)
          means.sums[c * n + b] =
            parent.sums[(c * parent.rows + (row >> 1)) * parent.columns + (column >> 1)];
    }
  return means;
}

/** Four blocks become one. */
function pull({ columns, rows, sums, counts }: Blocks): Blocks {
  const half = emptyBlocks((columns + 1) >> 1, (rows + 1) >> 1);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const b = row * columns + column;
      const to = (row >> 1) * half.columns + (column >> 1);
      half.counts[to] += counts[b];
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
    counts: new Float64Array(columns * rows),
  };
}
