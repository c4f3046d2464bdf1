import { describe, expect, test } from 'vitest';
import { adam } from '../../dist/nst/adam.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { type Evaluation, minimise } from '../../dist/nst/minimise.js';
import type { Optimiser } from '../../dist/nst/optimiser.js';

const never = { every: 1000, relativeChange: 0 };

/** ½ Σ d_i (x_i − c_i)², whose centre moves on at every renewal. */
function movingBowl(d: readonly number[], centres: readonly (readonly number[])[]) {
  let now = 0;
  const seen: number[][] = [];
  const evaluate = async (x: Float32Array): Promise<Evaluation> => ({
    energy: x.reduce((sum, v, i) => sum + 0.5 * d[i] * (v - centres[now][i]) ** 2, 0),
    terms: { now },
    gradient: x.map((v, i) => d[i] * (v - centres[now][i])),
  });
  const renew = async (x: Float32Array) => {
    now++;
    seen.push([...x]);
  };
  return { evaluate, renew, seen };
}

describe('an energy that is renewed', () => {
  test('is minimised on from the best picture of the one before, and its least is the result', async () => {
    const { evaluate, renew, seen } = movingBowl([1], [[3], [100], [50]]);
    const told: number[] = [];
    const found = await minimise({
      start: Float32Array.of(0),
      evaluate,
      optimiser: lbfgs() as Optimiser<unknown>,
      iterations: 15,
      stop: never,
      renewal: { every: 5, renew },
      onIteration: ({ terms }) => told.push(terms.now),
    });
    expect(told).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(seen[0][0]).toBeCloseTo(3, 3);
    expect(seen[1][0]).toBeCloseTo(100, 2);
    // The energies at 3 and 100 were as low, but are those of pictures wanted no longer.
    expect(found.image[0]).toBeCloseTo(50, 2);
    expect(found.terms).toEqual({ now: 2 });
    expect(found.records[6].energy).toBeCloseTo(0.5 * 97 ** 2, 0);
  });

  test('moves on where it is renewed after every step, and is not where it would end', async () => {
    const { evaluate, renew, seen } = movingBowl([1], [[3], [3], [3], [3]]);
    const { image } = await minimise({
      start: Float32Array.of(0),
      evaluate,
      optimiser: lbfgs() as Optimiser<unknown>,
      iterations: 5,
      stop: never,
      renewal: { every: 1, renew },
    });
    expect(seen).toHaveLength(2);
    expect(seen[0][0]).toBeGreaterThan(0);
    expect(seen[1][0]).toBeGreaterThan(seen[0][0]);
    expect(image[0]).toBeCloseTo(3, 3);
  });

  test('stops by its rule when it goes on as it was', async () => {
    const evaluate = async (x: Float32Array) => ({
      energy: x[0] ** 2 + 1,
      terms: {},
      gradient: x.map((v) => 2 * v),
    });
    const { stoppedBy, evaluations } = await minimise({
      start: Float32Array.of(9),
      evaluate,
      optimiser: lbfgs() as Optimiser<unknown>,
      iterations: 500,
      stop: { every: 50, relativeChange: 1e-4 },
      renewal: { every: 10, renew: async () => undefined },
    });
    expect(stoppedBy).toBe('relative-change');
    expect(evaluations).toBe(53);
  });

  test('keeps the curvature that L-BFGS has found', async () => {
    const d = Array.from({ length: 30 }, (_, i) => 10 ** ((3 * i) / 29));
    const centres = [d.map((_, i) => 100 + 20 * Math.sin(i)), d.map((_, i) => 100 + 20 * Math.cos(i))];
    const run = async (optimiser: Optimiser<unknown>) => {
      const { evaluate, renew } = movingBowl(d, centres);
      const { energy } = await minimise({
        start: new Float32Array(30).fill(128),
        evaluate,
        optimiser,
        iterations: 110,
        stop: never,
        renewal: { every: 90, renew },
      });
      return energy!;
    };
    const forgetful = { ...lbfgs({ history: 30 }), renew: undefined } as Optimiser<unknown>;
    expect(await run(lbfgs({ history: 30 }) as Optimiser<unknown>)).toBeLessThan(
      0.1 * (await run(forgetful)),
    );
  });

  test('leaves Adam its moments', async () => {
    const { evaluate } = movingBowl([1e-3], [[100]]);
    const run = async (every: number, iterations: number) => {
      const { image } = await minimise({
        start: Float32Array.of(0),
        evaluate,
        optimiser: adam({ learningRate: 0.1 }) as Optimiser<unknown>,
        iterations,
        stop: never,
        renewal: { every, renew: async () => undefined },
      });
      return image[0];
    };
    // The step that was to be tried next is lost; a start anew would take others.
    expect(await run(10, 43)).toBeCloseTo(await run(1000, 40), 2);
  });
});
