import type { FeatureMaps, Products, WeighedMaps } from './match.js';

/** Which patch of which view of a painting is nearest, by the place of its middle; place −1 where none was looked for. */
export interface NearestPatches {
  readonly view: Uint16Array;
  readonly place: Int32Array;
}

/** Numbers that a block of inner products holds at most: 128 MiB, however large pictures are. */
const MOST_PRODUCTS = 2 ** 25;

/**
 * For every 3×3 patch of features the patch of a painting with which its normalised cross-correlation is greatest (Li
 * & Wand 2016, "Combining Markov random fields and convolutional neural networks for image synthesis", eq. 3). All
 * patches that lie wholly in the layer are looked at; those of middle weight 0 neither look nor are found. The length
 * of the looking patch is left out: it changes no order.
 *
 * The inner product of two patches is the sum of nine inner products of single places, so those are computed once, a
 * block of rows against a block of rows: a ninth of the work of comparing whole patches, in memory that does not grow
 * with the pictures.
 *
 * @param views features of the painting, and of the painting turned or scaled
 * @param most numbers that a block of inner products may hold
 */
export async function nearestPatches(
  found: WeighedMaps,
  views: readonly WeighedMaps[],
  products: Products,
  most = MOST_PRODUCTS,
): Promise<NearestPatches> {
  const places = found.width * found.height;
  const view = new Uint16Array(places);
  const place = new Int32Array(places).fill(-1);
  const best = new Float32Array(places).fill(Number.NEGATIVE_INFINITY);
  for (const [v, painting] of views.entries()) {
    const inverse = inverseLengths(painting);
    for (const here of bands(found, most)) {
      const mine = rowsOf(found, here);
      for (const there of bands(painting, most)) {
        const block = await products(mine, rowsOf(painting, there), found.channels);
        lookThrough(block, { found, here }, { painting, there, inverse }, (at, score, nearest) => {
          if (score <= best[at]) return;
          best[at] = score;
          view[at] = v;
          place[at] = nearest;
        });
      }
    }
  }
  return { view, place };
}

interface Rows {
  readonly from: number;
  readonly count: number;
}

/** Blocks of rows of equal height, each with a row above and below those whose patches it is for. */
function bands({ width, height }: FeatureMaps, most: number): Rows[] {
  if (height < 3 || width < 3) return [];
  const tallest = Math.max(3, Math.floor(Math.sqrt(most) / width));
  const blocks = Math.ceil((height - 2) / (tallest - 2));
  const count = Math.ceil((height - 2) / blocks) + 2;
  return Array.from({ length: blocks }, (_, k) => ({
    from: Math.min(k * (count - 2), height - count),
    count,
  }));
}

/** `[K, count·w]`. */
function rowsOf({ channels, width, height, data }: FeatureMaps, { from, count }: Rows): Float32Array {
  if (count === height) return data;
  const out = new Float32Array(channels * count * width);
  for (let c = 0; c < channels; c++) {
    const begin = (c * height + from) * width;
    out.set(data.subarray(begin, begin + count * width), c * count * width);
  }
  return out;
}

/** 1 / length of the patch around each place; not a number, which is never the greatest, where there is none. */
function inverseLengths({ channels, width, height, data, weights }: WeighedMaps): Float32Array {
  const n = width * height;
  const squares = new Float64Array(n);
  for (let c = 0; c < channels; c++) for (let p = 0; p < n; p++) squares[p] += data[c * n + p] ** 2;
  const inverse = new Float32Array(n).fill(Number.NaN);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      if (weights && !(weights[p] > 0)) continue;
      let sum = 0;
      for (let dy = -width; dy <= width; dy += width)
        sum += squares[p + dy - 1] + squares[p + dy] + squares[p + dy + 1];
      // A patch of zeros correlates with nothing: it is the nearest only where all are such.
      inverse[p] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    }
  return inverse;
}

/** Tells for each patch of a block of rows the one of greatest correlation in a block of the painting's. */
function lookThrough(
  block: Float32Array,
  { found, here }: { readonly found: WeighedMaps; readonly here: Rows },
  {
    painting,
    there,
    inverse,
  }: { readonly painting: FeatureMaps; readonly there: Rows; readonly inverse: Float32Array },
  tell: (at: number, score: number, nearest: number) => void,
): void {
  const w = found.width;
  const W = painting.width;
  const columns = there.count * W;
  /** From one pair of places to the next pair down, and to the next on the right. */
  const down = w * columns + W;
  const right = columns + 1;
  const first = there.from * W;
  for (let y = 1; y < here.count - 1; y++)
    for (let x = 1; x < w - 1; x++) {
      const at = (here.from + y) * w + x;
      if (found.weights && !(found.weights[at] > 0)) continue;
      const row = (y * w + x) * columns;
      let best = Number.NEGATIVE_INFINITY;
      let nearest = -1;
      for (let v = 1; v < there.count - 1; v++)
        for (let q = v * W + 1; q < v * W + W - 1; q++) {
          const i = row + q;
          const product =
            block[i - down - right] +
            block[i - down] +
            block[i - down + right] +
            block[i - right] +
            block[i] +
            block[i + right] +
            block[i + down - right] +
            block[i + down] +
            block[i + down + right];
          const score = product * inverse[first + q];
          if (score > best) {
            best = score;
            nearest = q;
          }
        }
      if (nearest >= 0) tell(at, best, first + nearest);
    }
}
