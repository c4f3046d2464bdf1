import type { Picture, Plane } from '../picture.js';

/** The blocks of a picture, rows of squares from the top left on: sums over them, and values of them spread over pixels. */
export class BlockGrid {
  readonly columns: number;
  readonly rows: number;
  readonly #width: number;
  readonly #height: number;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #share: Float64Array;

  /** @param side Of a block, px. */
  constructor(
    { width, height }: Pick<Picture, 'width' | 'height'>,
    readonly side: number,
  ) {
    this.columns = Math.ceil(width / side);
    this.rows = Math.ceil(height / side);
    this.#width = width;
    this.#height = height;
    this.#left = new Int32Array(width);
    this.#right = new Int32Array(width);
    this.#share = new Float64Array(width);
    for (let x = 0; x < width; x++)
      [this.#left[x], this.#right[x], this.#share[x]] = this.#neighbours(x, this.columns);
  }

  /** The number of pixels of each block, `[rows, columns]`: less at the right and the lower border. */
  areas(): Float64Array {
    return Float64Array.from({ length: this.columns * this.rows }, (_, b) => {
      const left = (b % this.columns) * this.side;
      const top = Math.floor(b / this.columns) * this.side;
      const [right, bottom] = [left + this.side, top + this.side];
      return (Math.min(this.#width, right) - left) * (Math.min(this.#height, bottom) - top);
    });
  }

  /** The sum of the weights of each block's pixels, `[rows, columns]`. */
  weights(weight: Plane): Float64Array {
    const sums = new Float64Array(this.columns * this.rows);
    this.add(sums, weight, new Float32Array(this.#width * this.#height).fill(1));
    return sums;
  }

  /** Adds to the sum of each block its pixels' weighted differences of one plane from another, or from 0. */
  add(sums: Float64Array, { data: weights }: Plane, plane: Float32Array, other?: Float32Array): void {
    const width = this.#width;
    for (let y = 0; y < this.#height; y++)
      for (let column = 0; column < this.columns; column++) {
        const b = Math.floor(y / this.side) * this.columns + column;
        const end = y * width + Math.min(width, (column + 1) * this.side);
        let sum = sums[b];
        for (let p = y * width + column * this.side; p < end; p++)
          sum += weights[p] * (other ? plane[p] - other[p] : plane[p]);
        sums[b] = sum;
      }
  }

  /** Fills `out`, as wide as the picture, with the values `[rows, columns]` at pixel row `y`: bilinear between centres. */
  row(values: Float64Array, y: number, out: Float32Array): void {
    const [left, right, share] = [this.#left, this.#right, this.#share];
    const [top, bottom, ay] = this.#neighbours(y, this.rows);
    const line = new Float64Array(this.columns);
    const [above, below] = [top * line.length, bottom * line.length];
    for (let k = 0; k < line.length; k++) line[k] = (1 - ay) * values[above + k] + ay * values[below + k];
    for (let x = 0; x < out.length; x++) out[x] = (1 - share[x]) * line[left[x]] + share[x] * line[right[x]];
  }

  /** The blocks whose centres lie around pixel `p`, and how far it is from the first to the second. */
  #neighbours(p: number, blocks: number): [number, number, number] {
    const q = Math.min(blocks - 1, Math.max(0, (p + 0.5) / this.side - 0.5));
    const first = Math.floor(q);
    return [first, Math.min(blocks - 1, first + 1), q - first];
  }
}
