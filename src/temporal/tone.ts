import type { Picture, Plane } from '../picture.js';

/** Side of the blocks whose mean is a tone, px: larger than a stroke, smaller than an object. */
const BLOCK = 16;

type Size = Pick<Picture, 'width' | 'height'>;

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
  const { width, height } = picture;
  const n = width * height;
  const data = new Float32Array(3 * n);
  const tones = new ChannelTones(certainty);
  for (let c = 0; c < 3; c++) {
    const channel = ({ data }: Picture) => data.subarray(c * n, (c + 1) * n);
    tones.measure(channel(picture), channel(other));
    for (let y = 0; y < height; y++) data.set(tones.row(y), c * n + y * width);
  }
  return { width, height, data };
}

/** The tone of one channel after the other, as {@link toneDifference} says, without memory for all pixels of it. */
export class ChannelTones {
  /** The sum of all weights. */
  readonly certain: number;
  readonly #spread: BlockSpread;
  /** What the sums of blocks are divided by. */
  readonly #counted: Float64Array;
  readonly #means: Float64Array;
  readonly #line: Float32Array;

  /** @param certainty The weight of each pixel, 0..1. */
  constructor(readonly certainty: Plane) {
    this.certain = certainty.data.reduce((sum, weight) => sum + weight, 0);
    this.#spread = new BlockSpread(certainty);
    this.#counted = countedWeights(blockWeights(certainty), certainty);
    this.#means = new Float64Array(this.#counted.length);
    this.#line = new Float32Array(certainty.width);
  }

  /** Measures how much lighter a channel `[H,W]` is than another, or than black. */
  measure(channel: Float32Array, other?: Float32Array): void {
    const means = this.#means;
    means.fill(0);
    addBlocks(means, this.certainty, channel, other);
    for (let b = 0; b < means.length; b++) means[b] /= this.#counted[b];
  }

  /** What was measured at the pixels of row `y`; holds until the next call. */
  row(y: number): Float32Array {
    this.#spread.row(this.#means, y, this.#line);
    return this.#line;
  }
}

/** What the sum of a block is divided by, where its mean counts in proportion to how much of the block is certain. */
function countedWeights(weights: Float64Array, { width, height }: Size): Float64Array {
  const columns = Math.ceil(width / BLOCK);
  return weights.map((weight, b) => {
    const left = (b % columns) * BLOCK;
    const top = Math.floor(b / columns) * BLOCK;
    const area = (Math.min(width, left + BLOCK) - left) * (Math.min(height, top + BLOCK) - top);
    return Math.max(weight, area / 2);
  });
}

/** Values of blocks, held in `sums`, at every pixel: bilinearly between the centres. */
function interpolate({ sums }: Blocks, { width, height }: Size): Picture {
  const spread = new BlockSpread({ width, height });
  const data = new Float32Array(3 * width * height);
  const n = sums.length / 3;
  for (let c = 0; c < 3; c++) {
    const values = sums.subarray(c * n, (c + 1) * n);
    for (let y = 0, o = c * width * height; y < height; y++, o += width)
      spread.row(values, y, data.subarray(o, o + width));
  }
  return { width, height, data };
}

/** Spreads values of blocks over a picture's pixels, row by row: bilinearly between the centres. */
class BlockSpread {
  readonly #columns: number;
  readonly #rows: number;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #share: Float64Array;

  constructor({ width, height }: Size) {
    this.#columns = Math.ceil(width / BLOCK);
    this.#rows = Math.ceil(height / BLOCK);
    this.#left = new Int32Array(width);
    this.#right = new Int32Array(width);
    this.#share = new Float64Array(width);
    for (let x = 0; x < width; x++)
      [this.#left[x], this.#right[x], this.#share[x]] = neighbours(x, this.#columns);
  }

  /** Fills `out`, as wide as the picture, with the values `[rows, columns]` at pixel row `y`. */
  row(values: Float64Array, y: number, out: Float32Array): void {
    const [left, right, share] = [this.#left, this.#right, this.#share];
    const [top, bottom, ay] = neighbours(y, this.#rows);
    const line = new Float64Array(this.#columns);
    const [above, below] = [top * line.length, bottom * line.length];
    for (let k = 0; k < line.length; k++) line[k] = (1 - ay) * values[above + k] + ay * values[below + k];
    for (let x = 0; x < out.length; x++) out[x] = (1 - share[x]) * line[left[x]] + share[x] * line[right[x]];
  }
}

/** The blocks whose centres lie around pixel `p`, and how far it is from the first to the second. */
function neighbours(p: number, blocks: number): [number, number, number] {
  const q = Math.min(blocks - 1, Math.max(0, (p + 0.5) / BLOCK - 0.5));
  const first = Math.floor(q);
  return [first, Math.min(blocks - 1, first + 1), q - first];
}

function measure(painted: Picture, certainty: Plane, content: Picture): Blocks {
  const { width, height } = content;
  const n = width * height;
  const blocks = emptyBlocks(Math.ceil(width / BLOCK), Math.ceil(height / BLOCK));
  for (let c = 0; c < 3; c++) {
    const channel = ({ data }: Picture) => data.subarray(c * n, (c + 1) * n);
    const each = blocks.weights.length;
    addBlocks(blocks.sums.subarray(c * each, (c + 1) * each), certainty, channel(painted), channel(content));
  }
  return { ...blocks, weights: blockWeights(certainty) };
}

/** The sum of the weights of each block's pixels. */
function blockWeights(certainty: Plane): Float64Array {
  const { width, height } = certainty;
  const weights = new Float64Array(Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK));
  addBlocks(weights, certainty, new Float32Array(width * height).fill(1));
  return weights;
}

/** Adds to the sum of each block its pixels' weighted differences of one plane from another, or from 0. */
function addBlocks(sums: Float64Array, certainty: Plane, plane: Float32Array, other?: Float32Array): void {
  const { width, height, data: weights } = certainty;
  const columns = Math.ceil(width / BLOCK);
  for (let y = 0; y < height; y++)
    for (let column = 0; column < columns; column++) {
      const b = Math.floor(y / BLOCK) * columns + column;
      const end = y * width + Math.min(width, (column + 1) * BLOCK);
      let sum = sums[b];
      for (let p = y * width + column * BLOCK; p < end; p++)
        sum += weights[p] * (other ? plane[p] - other[p] : plane[p]);
      sums[b] = sum;
    }
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
