import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture, Plane } from '../../dist/picture.js';
import { longTermCertainties, mergeNeighbours, type Neighbour } from '../../dist/temporal/long_term.js';
import { random } from '../flow/texture.js';

const [width, height] = [7, 5];
const n = width * height;
type Next = () => number;
const picture = (next: Next): Picture => ({
  width,
  height,
  data: Float32Array.from({ length: 3 * n }, () => 255 * next()),
});
/** Certainties as there are: many 0 and 1, few between. */
const plane = (next: Next): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: n }, () => [0, 1, next(), 0.5 * next()][Math.floor(4 * next())]),
});
const neighbours = (next: Next, distances: readonly number[]): Neighbour[] =>
  distances.map((distance) => ({ distance, warped: picture(next), certainty: plane(next) }));

/** Σ_{j∈J} (1/3HW) Σ c_long^j·(x − ω_j)², c_long^j = max(c^j − Σ_{k∈J, k<j} c^k, 0): in float64, as it is written. */
function longTermLoss(x: Picture, all: readonly Neighbour[]): number {
  let sum = 0;
  for (const one of all)
    for (let p = 0; p < n; p++) {
      let share = one.certainty.data[p];
      for (const other of all) if (other.distance < one.distance) share -= other.certainty.data[p];
      for (let c = 0; c < 3; c++)
        sum += Math.max(share, 0) * (x.data[c * n + p] - one.warped.data[c * n + p]) ** 2;
    }
  return sum / (3 * n);
}

describe('mergeNeighbours', () => {
  it('leaves the energy as the formula has it, constant and all, whatever the picture', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        (seed, distances) => {
          const next = random(seed);
          const all = neighbours(next, distances);
          const x = picture(next);
          const { warped, certainty, constant } = mergeNeighbours(all);
          let sum = 0;
          for (let i = 0; i < 3 * n; i++) sum += certainty.data[i % n] * (x.data[i] - warped.data[i]) ** 2;
          const expected = longTermLoss(x, all);
          expect(Math.abs(sum / (3 * n) + constant - expected)).toBeLessThan(1e-4 + 1e-6 * expected);
          expect(constant).toBeGreaterThanOrEqual(0);
          const most = (p: number) => Math.max(...all.map((one) => one.certainty.data[p]));
          for (const [p, c] of certainty.data.entries()) expect(c).toBeLessThanOrEqual(most(p) + 1e-6);
        },
      ),
    );
  });

  it('gives a single neighbour back as it is, and the nearest where nobody is certain', () => {
    const [one, two] = neighbours(random(4), [3, 9]);
    const alone = mergeNeighbours([one]);
    expect(alone).toEqual({ warped: one.warped, certainty: one.certainty, constant: 0 });
    const blind = { ...two, certainty: { width, height, data: new Float32Array(n) } };
    expect(mergeNeighbours([blind, one])).toEqual(alone);
    const lost = { ...one, certainty: blind.certainty };
    expect(mergeNeighbours([blind, lost]).warped).toEqual(one.warped);
    expect(mergeNeighbours([lost, two]).certainty).toEqual(two.certainty);
  });

  it('lets a farther frame speak only where no nearer one does', () => {
    const at = (...values: number[]): Plane => ({ width: 3, height: 1, data: Float32Array.from(values) });
    // The sum is over c^k, not over what was left of them: the third gets nothing at 0.5 + 0.75.
    const shares = longTermCertainties([at(1, 0.5, 0), at(1, 0.75, 0.25), at(1, 1, 0.75)]);
    expect(shares.map(({ data }) => [...data])).toEqual([
      [1, 0.5, 0],
      [0, 0.25, 0.25],
      [0, 0, 0.5],
    ]);
  });

  it('refuses nothing at all, and sizes that differ', () => {
    expect(() => mergeNeighbours([])).toThrow(/expected a neighbour, found none/);
    const [one, two] = neighbours(random(1), [1, 2]);
    const narrow = { ...two, certainty: { width: 5, height: 7, data: two.certainty.data } };
    expect(() => mergeNeighbours([one, narrow])).toThrow(/expected 7x5 pixels at distance 2, found 5x7/);
  });
});
