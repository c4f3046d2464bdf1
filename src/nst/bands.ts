/** How often sides are halved: the coarsest band is of means over 32×32 px. */
const HALVINGS = 5;

/** Blocks of 2^l×2^l px; at the right and lower edge as much of one as the picture has. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** One over the pixels of each block `[h,w]`. */
  readonly shares: Float32Array;
  /** What is summed over the blocks, `[3,h,w]`: the picture itself at level 0; overwritten by every call. */
  readonly sums: Float32Array;
}

/**
 * A picture `[3,H,W]` as a sum of parts that are orthogonal to each other: its detail of the size of 1, 2, 4, … 16 px
 * and the means over 32 px, each apart in luma (the mean of the channels) and chroma (the rest). With M_l the picture of
 * means over blocks of 2^l px, detail of that size is M_l − M_{l+1}: Haar's wavelets without their coefficients, for
 * pictures of any size.
 */
export class Bands {
  /** Of every size from 1 px up luma, then chroma. */
  readonly count = 2 * (HALVINGS + 1);
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
  }

  /** Sum of squares of each band of `x` `[3,H,W]`. */
  squares(x: Float32Array): Float64Array {
    const found = new Float64Array(this.count);
    for (const [l, { shares, sums }] of this.#summed(x).entries()) {
      const n = shares.length;
      let [luma, all] = [0, 0];
      for (let p = 0; p < n; p++) {
        const [r, g, b] = [sums[p], sums[n + p], sums[2 * n + p]];
        luma += (shares[p] * (r + g + b) ** 2) / 3;
        all += shares[p] * (r * r + g * g + b * b);
      }
      found[2 * l] = luma;
      found[2 * l + 1] = all - luma;
    }
    // |M_l|² holds all coarser bands too.
    return found.map((square, b) => Math.max(0, square - (found[b + 2] ?? 0)));
  }

  /** Multiplies each band of `x` `[3,H,W]` by its factor, in place. */
  scale(x: Float32Array, factors: ArrayLike<number>): void {
    const levels = this.#summed(x);
    // Σ f_l·(M_l − M_{l+1}) = Σ (f_l − f_{l−1})·M_l, from the coarsest down.
    for (let l = HALVINGS; l >= 0; l--) {
      const { shares, sums } = levels[l];
      const n = shares.length;
      const luma = factors[2 * l] - (l > 0 ? factors[2 * l - 2] : 0);
      const chroma = factors[2 * l + 1] - (l > 0 ? factors[2 * l - 1] : 0);
      for (let p = 0; p < n; p++) {
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
