import { describe, expect, test } from 'vitest';
import { adam } from '../../dist/nst/adam.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { type Evaluation, type MinimiseOptions, minimise } from '../../dist/nst/minimise.js';

/** −ln x + x: minimum 1 at x = 1; not a number for x < 0. */
const barrier = async (x: Float32Array): Promise<Evaluation> => ({
  energy: x[0] - Math.log(x[0]),
  terms: { log: -Math.log(x[0]), linear: x[0] },
  gradient: x.map((v) => 1 - 1 / v),
});

/** (x − 3)². */
const parabola = async (x: Float32Array): Promise<Evaluation> => ({
  energy: (x[0] - 3) ** 2,
  terms: { square: (x[0] - 3) ** 2 },
  gradient: x.map((v) => 2 * (v - 3)),
});

const run = (options: Partial<MinimiseOptions<unknown>>) =>
  minimise({
    start: Float32Array.of(0),
    evaluate: parabola,
    optimiser: lbfgs() as MinimiseOptions<unknown>['optimiser'],
    iterations: 10,
    ...options,
  });

describe('how far it goes', () => {
  test('no iterations give the start back, unevaluated and not the same array', async () => {
    const start = Float32Array.of(5);
    const found = await run({ start, iterations: 0 });
    expect(found).toMatchObject({
      image: start,
      energy: undefined,
      terms: {},
      evaluations: 0,
      stoppedBy: 'iterations',
    });
    expect(found.image).not.toBe(start);
  });

  test('n iterations are n steps: the start and every step are evaluated and told, terms and all', async () => {
    const told: number[] = [];
    const { records, evaluations } = await run({
      iterations: 3,
      optimiser: adam({ learningRate: 0.1 }) as MinimiseOptions<unknown>['optimiser'],
      onIteration: ({ iteration }) => told.push(iteration),
    });
    expect(told).toEqual([0, 1, 2, 3]);
    expect(evaluations).toBe(4);
    expect(records[0]).toEqual({ iteration: 0, energy: 9, terms: { square: 9 } });
    expect(records[3].energy).toBeCloseTo(2.7 ** 2, 1);
  });

  test('the start is left as it was', async () => {
    const start = Float32Array.of(0);
    await run({ start });
    expect(start[0]).toBe(0);
  });

  test('it stops when the energy has hardly changed over the rule’s span', async () => {
    const rough = {
      evaluate: async (x: Float32Array) => ({ ...(await parabola(x)), energy: (x[0] - 3) ** 2 + 1 }),
    };
    const { evaluations, stoppedBy } = await run({
      ...rough,
      iterations: 1000,
      stop: { every: 20, relativeChange: 1e-4 },
    });
    expect(stoppedBy).toBe('relative-change');
    expect(evaluations).toBe(23); // at the minimum after iteration 2, at rest for 20
  });

  test('the picture of least energy is returned, not the last', async () => {
    const { image, energy, records } = await run({
      optimiser: adam({ learningRate: 4 }) as MinimiseOptions<unknown>['optimiser'],
      iterations: 2,
    });
    const energies = records.map((r) => r.energy);
    expect(energy).toBe(Math.min(...energies));
    expect(energies.at(-1)).toBeGreaterThan(energy!);
    expect((image[0] - 3) ** 2).toBeCloseTo(energy!, 4);
  });
});

describe('an energy that is no number', () => {
  const wild = (learningRate: number) => adam({ learningRate }) as MinimiseOptions<unknown>['optimiser'];

  test('is met once, by a safer step from the best picture', async () => {
    const seen: number[] = [];
    const jumping: MinimiseOptions<unknown>['optimiser'] = {
      init: () => undefined,
      update: (_state, x) => {
        if (seen.length === 1) x[0] = -40;
      },
    };
    const evaluate = (x: Float32Array) => {
      seen.push(x[0]);
      return barrier(x);
    };
    const { image, energy } = await run({
      start: Float32Array.of(2),
      evaluate,
      optimiser: jumping,
      iterations: 4,
    });
    // 42 levels were one step too far: a tenth of them, but no more than one level.
    expect(seen).toEqual([2, -40, 1, 1, 1]);
    expect(energy).toBe(1);
    expect(image[0]).toBe(1);
  });

  test('is reported the second time, with the iteration and the terms', async () => {
    const failing = run({
      start: Float32Array.of(0.5),
      evaluate: barrier,
      optimiser: wild(-1e6),
      iterations: 10,
    });
    await expect(failing).rejects.toMatchObject({ code: 'ENERGY_NOT_FINITE', kind: 'usage' });
    await expect(failing).rejects.toThrow(/after iteration 2, .*found NaN \(terms log\)/);
  });

  test('at the start is reported at once', async () => {
    const failing = run({ start: Float32Array.of(-1), evaluate: barrier });
    await expect(failing).rejects.toThrow(/of the start picture/);
  });

  test('a gradient that is none counts as well', async () => {
    const evaluate = async (x: Float32Array) => ({
      ...(await parabola(x)),
      gradient: x.map(() => Number.NaN),
    });
    await expect(run({ evaluate })).rejects.toMatchObject({ code: 'ENERGY_NOT_FINITE' });
  });
});

test('cancelling takes effect before the next evaluation', async () => {
  let evaluations = 0;
  const cancelled = run({
    evaluate: (x) => {
      evaluations++;
      return parabola(x);
    },
    isCancelled: () => evaluations === 2,
    optimiser: adam() as MinimiseOptions<unknown>['optimiser'],
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED', kind: 'interrupted', exitCode: 130 });
  expect(evaluations).toBe(2);
});
