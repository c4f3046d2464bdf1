/** How often sides are halved: the coarsest band is of means over 8×8 px. With larger blocks more evaluations are needed. */
const HALVINGS = 3;

/** Side of the coarsest blocks, px. */
const BLOCK = 2 ** HALVINGS;

/** Place of the blocks: the first ones lie so many pixels, 0..7, beyond the left and the upper edge. */
export interface BlockShift {
  readonly x: number;
  readonly y: number;
}

const UNMOVED: BlockShift = { x: 0, y: 0 };

/**
 * How far the first blocks of eight steps lie beyond an edge. Early steps are the longest: near and far, even and odd take
 * turns as in the sequence of Thue and Morse, so that no phase has more of them than another.
 */
const SHIFTS = [0, 5, 3, 6, 1, 4, 2, 7];

/**
 * How the blocks of step `k` lie: every eight steps their borders fall on all columns and all rows alike. Blocks that stayed
 * would leave their grid in the picture.
 */
export function blockShift(k: number): BlockShift {
  const at = SHIFTS[k % BLOCK];
  const opposite = BLOCK - 1 - at;
  return Math.floor(k / BLOCK) % 2 === 0 ? { x: opposite, y: at } : { x: at, y: opposite };
}

/** Blocks of 2^l×2^l px; at the edges as much of one as the picture has. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** One over the columns of each block, and over the rows; 0 of those that have none. */
  readonly columns: Float32Array;
  readonly rows: Float32Array;
  /** How far its first value lies into the blocks of twice its size: the shift itself at level 0, then nothing. */
  readonly left: number;
  readonly top: number;
  /** What is summed over the blocks, `[3,h,w]`: the picture itself at level 0; overwritten by every call. */
  readonly sums: Float32Array;
}

/** Of every size of detail luma and chroma. */
const IN_BLOCK = 2 * (HALVINGS + 1);

/**
 * A picture `[3,H,W]` as a sum of parts that are orthogonal to each other: in every block of 8 px its detail of the
 * size of 1, 2 and 4 px and its mean, each apart in luma (the mean of the channels) and chroma (the rest). With M_l
 * the picture of means over blocks of 2^l px, detail of that size is M_l − M_{l+1}: Haar's wavelets without their
 * coefficients, for pictures of any size.
 */
export class Bands {
  /** Block by block, row by row, of every size from 1 px up luma, then chroma. */
  readonly count: number;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #blocks: { readonly width: number; readonly height: number };
  /** Room for the sums of each level above the picture itself, however blocks lie. */
  readonly #sums: readonly Float32Array[];

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#size = { width, height };
    this.#blocks = { width: Math.ceil(width / BLOCK), height: Math.ceil(height / BLOCK) };
    this.#sums = Array.from({ length: HALVINGS }, (_, l) => {
      const most = (side: number) => ((side + BLOCK - 2) >> (l + 1)) + 1;
      return new Float32Array(3 * most(width) * most(height));
    });
    this.count = IN_BLOCK * this.#blocks.width * this.#blocks.height;
  }

  /** Sum of squares of each band of `x` `[3,H,W]`. */
  squares(x: Float32Array): Float64Array {
    const found = new Float64Array(this.count);
    for (const [l, { width, height, columns, rows, sums }] of this.#summed(x, UNMOVED).entries()) {
      const n = width * height;
      for (let p = 0, y = 0; y < height; y++)
        for (let x = 0; x < width; x++, p++) {
          const share = columns[x] * rows[y];
          const [r, g, b] = [sums[p], sums[n + p], sums[2 * n + p]];
          const luma = (share * (r + g + b) ** 2) / 3;
          const band = bandAt(l, x, y, this.#blocks.width);
          found[band] += luma;
          found[band + 1] += share * (r * r + g * g + b * b) - luma;
        }
    }
    // |M_l|² holds all coarser bands too.
    for (let band = 0; band < found.length; band++)
      if (band % IN_BLOCK < IN_BLOCK - 2) found[band] = Math.max(0, found[band] - found[band + 2]);
    return found;
  }

  /**
   * Multiplies each band of `x` `[3,H,W]` by its factor, in place. Where blocks are moved, their factors are interpolated
   * between the centres of those that are not.
   */
  scale(x: Float32Array, factors: ArrayLike<number>, shift = UNMOVED): void {
    const levels = this.#summed(x, shift);
    const { width: blocks } = levels[HALVINGS];
    const moved = shift.x === 0 && shift.y === 0 ? factors : this.#moved(factors, shift, levels[HALVINGS]);
    // Σ f_l·(M_l − M_{l+1}) = Σ (f_l − f_{l−1})·M_l, from the coarsest down.
    for (let l = HALVINGS; l >= 0; l--) {
      const { width, height, columns, rows, left, top, sums } = levels[l];
      const n = width * height;
      for (let p = 0, y = 0; y < height; y++)
        for (let x = 0; x < width; x++, p++) {
          const band = bandAt(l, x + left, y + top, blocks);
          const luma = moved[band] - (l > 0 ? moved[band - 2] : 0);
          const chroma = moved[band + 1] - (l > 0 ? moved[band - 1] : 0);
          const share = columns[x] * rows[y];
          const [r, g, b] = [share * sums[p], share * sums[n + p], share * sums[2 * n + p]];
          const grey = ((luma - chroma) * (r + g + b)) / 3;
          sums[p] = grey + chroma * r;
          sums[n + p] = grey + chroma * g;
          sums[2 * n + p] = grey + chroma * b;
        }
      if (l < HALVINGS) spread(levels[l + 1], levels[l]);
    }
  }

  /** Factors of blocks that are moved. */
  #moved(factors: ArrayLike<number>, { x: dx, y: dy }: BlockShift, { width, height }: Level): Float64Array {
    const { width: across, height: down } = this.#blocks;
    const out = new Float64Array(IN_BLOCK * width * height);
    const [tx, ty] = [dx / BLOCK, dy / BLOCK];
    for (let y = 0, o = 0; y < height; y++) {
      const [above, here] = [Math.max(0, y - 1), Math.min(down - 1, y)];
      for (let x = 0; x < width; x++) {
        const [before, at] = [Math.max(0, x - 1), Math.min(across - 1, x)];
        for (let k = 0; k < IN_BLOCK; k++, o++) {
          const of = (row: number, column: number) => factors[IN_BLOCK * (row * across + column) + k];
          out[o] =
            (1 - ty) * ((1 - tx) * of(here, at) + tx * of(here, before)) +
            ty * ((1 - tx) * of(above, at) + tx * of(above, before));
        }
      }
    }
    return out;
  }

  /** The levels with the sums of `x`, which is level 0 itself. */
  #summed(x: Float32Array, shift: BlockShift): Level[] {
    const { width, height } = this.#size;
    const [columns, rows] = [counts(width, shift.x), counts(height, shift.y)];
    const levels = columns.map((across, l): Level => {
      const down = rows[l];
      const size = 3 * across.length * down.length;
      const sums = l === 0 ? x : this.#sums[l - 1].subarray(0, size);
      const [left, top] = l === 0 ? [shift.x, shift.y] : [0, 0];
      return { width: across.length, height: down.length, columns: across, rows: down, left, top, sums };
    });
    for (let l = 0; l < HALVINGS; l++) addUp(levels[l], levels[l + 1]);
    return levels;
  }
}

/** One over the pixels of each block along one side, of every level. */
function counts(side: number, shift: number): Float32Array[] {
  return Array.from({ length: HALVINGS + 1 }, (_, l) => {
    if (l === 0) return new Float32Array(side).fill(1);
    const found = new Float32Array(((side - 1 + shift) >> l) + 1);
    for (let p = 0; p < side; p++) found[(p + shift) >> l]++;
    return found.map((count) => (count > 0 ? 1 / count : 0));
  });
}

/** The band of luma at a place of a level; chroma's is the next, and the finer level's luma lies two before. */
function bandAt(level: number, x: number, y: number, blocks: number): number {
  const halvings = HALVINGS - level;
  return IN_BLOCK * ((y >> halvings) * blocks + (x >> halvings)) + 2 * level;
}

/** Sums of 2×2 places of planes, one plane after the other. */
function addUp(fine: Level, coarse: Level): void {
  const { sums: to } = coarse;
  to.fill(0);
  for (let c = 0, i = 0; c < 3; c++)
    for (let y = 0; y < fine.height; y++) {
      const o = (c * coarse.height + ((y + fine.top) >> 1)) * coarse.width;
      for (let x = 0; x < fine.width; x++, i++) to[o + ((x + fine.left) >> 1)] += fine.sums[i];
    }
}

/** Adds what coarse blocks hold to each of their parts. */
function spread(coarse: Level, fine: Level): void {
  for (let c = 0, i = 0; c < 3; c++)
    for (let y = 0; y < fine.height; y++) {
      const o = (c * coarse.height + ((y + fine.top) >> 1)) * coarse.width;
      for (let x = 0; x < fine.width; x++, i++) fine.sums[i] += coarse.sums[o + ((x + fine.left) >> 1)];
    }
}
