import { createPicture, type Picture, type Plane } from '../picture.js';

/** An earlier painted frame as it would look now. */
export interface Neighbour {
  /** How many frames back it is, j. */
  readonly distance: number;
  /** It, warped onto the frame: ω_j, `[3,H,W]`, 0..255. */
  readonly warped: Picture;
  /** How far the warp can be trusted: c^j, `[H,W]`, 0..1. */
  readonly certainty: Plane;
}

/** All neighbours in one picture, as the energy takes them. */
export interface MergedNeighbours {
  /** ω = Σ_j c_long^j·ω_j / C; where C is 0, the nearest neighbour's ω_j. `[3,H,W]`, 0..255. */
  readonly warped: Picture;
  /** C = Σ_j c_long^j, never above the largest c^j, so 0..1; `[H,W]`. */
  readonly certainty: Plane;
  /** What the temporal term of ω and C lacks: (1/3HW) Σ c_long^j·|ω_j − ω|², whatever the picture is. */
  readonly constant: number;
}

/**
 * The long-term loss of Ruder et al. 2016, section 4.3, in the form of the short-term one: for every picture x
 *
 *   Σ_j (1/3HW) Σ c_long^j·(x − ω_j)²  =  (1/3HW) Σ C·(x − ω)²  +  constant.
 *
 * c_long^j = max(c^j − Σ_{k<j} c^k, 0): a farther frame says only what no nearer one does. The sum is over the plain
 * certainties c^k, as in the paper.
 *
 * One neighbour comes back as it is, value for value.
 *
 * @param neighbours At least one, of one size, in any order, of distances that differ.
 * @throws RangeError where there is none, or sizes differ.
 */
export function mergeNeighbours(neighbours: readonly Neighbour[]): MergedNeighbours {
  const near = [...neighbours].sort((a, b) => a.distance - b.distance);
  if (near.length === 0) throw new RangeError('long-term: expected a neighbour, found none');
  requireOneSize(near);
  const { width, height } = near[0].warped;
  if (near.length === 1) return { warped: near[0].warped, certainty: near[0].certainty, constant: 0 };
  const n = width * height;
  const shares = longTermCertainties(near.map(({ certainty }) => certainty)).map(({ data }) => data);
  const pictures = near.map(({ warped }) => warped.data);
  const merged = createPicture(width, height);
  const total = new Float32Array(n);
  let constant = 0;
  for (let p = 0; p < n; p++) {
    let [counted, only] = [0, 0];
    for (let k = 0; k < near.length; k++) {
      if (shares[k][p] === 0) continue;
      if (counted++ === 0) only = k;
      total[p] += shares[k][p];
    }
    for (let i = p; i < 3 * n; i += n) {
      // The mean of one might differ from it in the last bit.
      merged.data[i] = counted > 1 ? mean(pictures, shares, i, p) : pictures[only][i];
      // Of the rounded mean: the identity is about the picture that is used.
      for (let k = 0; k < near.length; k++) constant += shares[k][p] * (pictures[k][i] - merged.data[i]) ** 2;
    }
  }
  return { warped: merged, certainty: { width, height, data: total }, constant: constant / (3 * n) };
}

/** The mean of value `i` of the pictures, weighted by the shares of its pixel `p`. */
function mean(pictures: readonly Float32Array[], shares: readonly Float32Array[], i: number, p: number) {
  let sum = 0;
  let weight = 0;
  for (let k = 0; k < pictures.length; k++) {
    sum += shares[k][p] * pictures[k][i];
    weight += shares[k][p];
  }
  return sum / weight;
}

function requireOneSize(neighbours: readonly Neighbour[]): void {
  const { width, height } = neighbours[0].warped;
  for (const { distance, warped, certainty } of neighbours)
    for (const found of [warped, certainty])
      if (found.width !== width || found.height !== height)
        throw new RangeError(
          `long-term: expected ${width}x${height} pixels at distance ${distance}, found ${found.width}x${found.height}`,
        );
}

/** c_long^j of certainties c^j that are ordered by distance, nearest first. */
export function longTermCertainties(certainties: readonly Plane[]): Plane[] {
  const nearer = new Float64Array(certainties[0]?.data.length ?? 0);
  return certainties.map(({ width, height, data }) => {
    const share = new Float32Array(data.length);
    for (let p = 0; p < data.length; p++) {
      share[p] = Math.max(data[p] - nearer[p], 0);
      nearer[p] += data[p];
    }
    return { width, height, data: share };
  });
}
