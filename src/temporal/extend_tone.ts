import type { Picture, Plane } from '../picture.js';
import { BlockGrid } from './block_grid.js';
import { TONE_BLOCK } from './tone.js';

/** Sums over blocks of one size. */
interface Level {
  readonly columns: number;
  readonly rows: number;
  /** Weighted differences, `[3, rows, columns]`. */
  readonly sums: Float64Array;
  /** `[rows, columns]`; 0 where nothing is certain. */
  readonly weights: Float64Array;
  /** What sums are divided by for their mean, `[rows, columns]`. */
  readonly counted: Float64Array;
}

export interface ExtendOptions {
  /** Side of the blocks, px. */
  readonly block?: number;
  /** Whether uncertain pixels count as having no tone: it then fades away from what is certain. */
  readonly fading?: boolean;
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
export function extendTone(
  painted: Picture,
  certainty: Plane,
  content: Picture,
  { block = TONE_BLOCK, fading = false }: ExtendOptions = {},
): Picture {
  const { width, height } = content;
  const n = width * height;
  const grid = new BlockGrid(content, block);
  const { columns, rows } = grid;
  const weights = grid.weights(certainty);
  const counted = fading ? grid.areas() : weights;
  const sums = new Float64Array(3 * columns * rows);
  for (let c = 0; c < 3; c++) {
    const channel = ({ data }: Picture) => data.subarray(c * n, (c + 1) * n);
    grid.add(ofChannel(sums, c), certainty, channel(painted), channel(content));
  }
  const means = fill({ columns, rows, sums, weights, counted });
  const data = new Float32Array(3 * n);
  for (let c = 0; c < 3; c++)
    for (let y = 0, o = c * n; y < height; y++, o += width)
      grid.row(ofChannel(means, c), y, data.subarray(o, o + width));
  return { width, height, data };
}

function ofChannel(values: Float64Array, c: number): Float64Array {
  return values.subarray((c * values.length) / 3, ((c + 1) * values.length) / 3);
}

/** The means of all blocks, `[3, rows, columns]`: of those without certain pixels the parent's; 0 with none anywhere. */
function fill(level: Level): Float64Array {
  const { columns, rows, sums, weights, counted } = level;
  const n = columns * rows;
  const half = n > 1 && weights.includes(0) ? pull(level) : undefined;
  const parents = half && { ...half, means: fill(half) };
  const means = new Float64Array(3 * n);
  for (let c = 0; c < 3; c++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const b = row * columns + column;
        if (weights[b] > 0) means[c * n + b] = sums[c * n + b] / counted[b];
        else if (parents)
          means[c * n + b] = parents.means[(c * parents.rows + (row >> 1)) * parents.columns + (column >> 1)];
      }
  return means;
}

/** Four blocks become one. */
function pull({ columns, rows, sums, weights, counted }: Level): Level {
  const [halfColumns, halfRows] = [(columns + 1) >> 1, (rows + 1) >> 1];
  const reduced = (values: Float64Array): Float64Array => {
    const planes = values.length / (columns * rows);
    const out = new Float64Array(planes * halfColumns * halfRows);
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor(i / columns);
      const [plane, y] = [Math.floor(row / rows), row % rows];
      out[(plane * halfRows + (y >> 1)) * halfColumns + ((i % columns) >> 1)] += values[i];
    }
    return out;
  };
  const of = { sums: reduced(sums), weights: reduced(weights), counted: reduced(counted) };
  return { columns: halfColumns, rows: halfRows, ...of };
}
