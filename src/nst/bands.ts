/** How often sides are halved: the coarsest band is of means over 8×8 px. With larger blocks more evaluations are needed. */
const HALVINGS = 3;

/** Blocks of 2^l×2^l px; at the right and lower edge as much of one as the picture has. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** One over the pixels of each block `[h,w]`. */
  readonly shares: Float32Array;
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
  readonly #levels: readonly Level[];

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    let counts = new Float32Array(width * height).fill(1);
    const levels: Level[] = [{ width, height, shares: counts, sums: new Float32Array() }];
    for (let l = 0; l < HALVINGS; l++) {
      const below = levels[l];
      const size = { width: (below.width + 1) >> 1, height: (below.height + 1) >> 1 };
      const blocks = size.width * size.height;
      const larger = new Float32Array(blocks);
      addUp(counts, below, larger, size);
      counts = larger;
      levels.push({ ...size, shares: counts.map((count) => 1 / count), sums: new Float32Array(3 * blocks) });
    }
    this.#levels = levels;
    this.count = IN_BLOCK * counts.length;
  }

  /** Sum of squares of each band of `x` `[3,H,W]`. */
  squares(x: Float32Array): Float64Array {
    const found = new Float64Array(this.count);
    const { width: blocks } = this.#levels[HALVINGS];
    for (const [l, { width, height, shares, sums }] of this.#summed(x).entries()) {
      const n = shares.length;
      for (let p = 0, y = 0; y < height; y++)
        for (let x = 0; x < width; x++, p++) {
          const [r, g, b] = [sums[p], sums[n + p], sums[2 * n + p]];
          const luma = (shares[p] * (r + g + b) ** 2) / 3;
          const band = bandAt(l, x, y, blocks);
          found[band] += luma;
          found[band + 1] += shares[p] * (r * r + g * g + b * b) - luma;
        }
    }
    // |M_l|² holds all coarser bands too.
    for (let band = 0; band < found.length; band++)
      if (band % IN_BLOCK < IN_BLOCK - 2) found[band] = Math.max(0, found[band] - found[band + 2]);
    return found;
  }

  /** Multiplies each band of `x` `[3,H,W]` by its factor, in place. */
  scale(x: Float32Array, factors: ArrayLike<number>): void {
    const levels = this.#summed(x);
    const { width: blocks } = this.#levels[HALVINGS];
    // Σ f_l·(M_l − M_{l+1}) = Σ (f_l − f_{l−1})·M_l, from the coarsest down.
    for (let l = HALVINGS; l >= 0; l--) {
      const { width, height, shares, sums } = levels[l];
      const n = shares.length;
      for (let p = 0, y = 0; y < height; y++)
        for (let x = 0; x < width; x++, p++) {
          const band = bandAt(l, x, y, blocks);
          const luma = factors[band] - (l > 0 ? factors[band - 2] : 0);
          const chroma = factors[band + 1] - (l > 0 ? factors[band - 1] : 0);
          const [r, g, b] = [shares[p] * sums[p], shares[p] * sums[n + p], shares[p] * sums[2 * n + p]];
          const grey = ((luma - chroma) * (r + g + b)) / 3;
          sums[p] = grey + chroma * r;
          sums[n + p] = grey + chroma * g;
          sums[2 * n + p] = grey + chroma * b;
        }
      if (l < HALVINGS) spread(levels[l + 1], levels[l]);
    }
  }

  /** The levels with the sums of `x`, which is level 0 itself. */
  #summed(x: Float32Array): Level[] {
    const [finest, ...coarser] = this.#levels;
    const levels = [{ ...finest, sums: x }, ...coarser];
    for (let l = 0; l < HALVINGS; l++) addUp(levels[l].sums, levels[l], levels[l + 1].sums, levels[l + 1]);
    return levels;
  }
}

/** The band of luma at a place of a level; chroma's is the next, and the finer level's luma lies two before. */
function bandAt(level: number, x: number, y: number, blocks: number): number {
  const halvings = HALVINGS - level;
  return IN_BLOCK * ((y >> halvings) * blocks + (x >> halvings)) + 2 * level;
}

/** Sums of 2×2 places of planes, one plane after the other. */
function addUp(
  from: Float32Array,
  fine: Pick<Level, 'width' | 'height'>,
  to: Float32Array,
  coarse: Pick<Level, 'width' | 'height'>,
): void {
  to.fill(0);
  const rows = from.length / fine.width;
  for (let row = 0; row < rows; row++) {
    const plane = Math.floor(row / fine.height);
    const o = (plane * coarse.height + ((row - plane * fine.height) >> 1)) * coarse.width;
    for (let x = 0, i = row * fine.width; x < fine.width; x++, i++) to[o + (x >> 1)] += from[i];
  }
}

/** Adds what coarse blocks hold to each of their parts. */
function spread(coarse: Level, fine: Level): void {
  const rows = fine.sums.length / fine.width;
  for (let row = 0; row < rows; row++) {
    const plane = Math.floor(row / fine.height);
    const o = (plane * coarse.height + ((row - plane * fine.height) >> 1)) * coarse.width;
    for (let x = 0, i = row * fine.width; x < fine.width; x++, i++) fine.sums[i] += coarse.sums[o + (x >> 1)];
  }
}
