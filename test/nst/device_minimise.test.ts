import { describe, expect, test } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { adam } from '../../dist/nst/adam.js';
import { deviceAdam } from '../../dist/nst/device_adam.js';
import { type DeviceEnergy, deviceGraphs, openDeviceEnergy } from '../../dist/nst/device_energy.js';
import { DeviceLbfgs } from '../../dist/nst/device_lbfgs.js';
import { minimiseOnDevice } from '../../dist/nst/device_minimise.js';
import type { DeviceOptimiser } from '../../dist/nst/device_optimiser.js';
import type { DeviceScope } from '../../dist/nst/device_scope.js';
import { type LbfgsOptions, lbfgs } from '../../dist/nst/lbfgs.js';
import { type Evaluation, type MinimiseOptions, minimise } from '../../dist/nst/minimise.js';
import { relativeError } from '../engine/closeness.js';
import { evaluate } from '../engine/interpreter.js';
import { Random } from '../engine/random.js';
import { InterpretedDevice } from './interpreted_device.js';

const shape = [1, 3, 5, 6];
const size = e.elementCount(shape);
const image = e.input('image', shape);
const target = e.input('target', shape);

/** Neighbouring pixels pull at one another, with an energy that is no quadratic. */
const knots = (): e.Expr => {
  const weights = e.constant([3, 3, 3, 3], new Random(1).normal(81));
  const off = e.sub(e.conv2d(image, weights), target);
  return e.add(e.sumSquares(off), e.scale(e.sumSquares(e.square(image)), 0.05));
};
/** x − 8√x: no number below 0, and so flat far from its minimum that a quasi-Newton step goes there. */
const barrier = (): e.Expr =>
  e.add(e.sum(e.sub(image, e.scale(e.sqrt(image), 8))), e.scale(e.sum(target), 0));

type Shared = Omit<MinimiseOptions<unknown>, 'evaluate' | 'optimiser'>;

/** The same minimisation by `minimise` and on the device, and the device afterwards. */
async function both(
  graph: e.Expr,
  options: Shared,
  here: unknown,
  there: (scope: DeviceScope, energy: DeviceEnergy) => DeviceOptimiser,
) {
  const outputs = { energy: graph, gradient: e.gradient(graph, [image])[0] };
  const feeds = { target: new Random(2).normal(size) };
  const device = new InterpretedDevice();
  const graphs = await deviceGraphs(device, outputs);
  const energy = await openDeviceEnergy(graphs, feeds, ({ energy: [found] }) => ({
    energy: found,
    terms: { all: found },
  }));
  const found = await minimiseOnDevice({ ...options, energy, optimiser: (scope) => there(scope, energy) });
  const crossed = device.crossed;
  energy.dispose();
  const expected = await minimise({
    ...options,
    optimiser: here as MinimiseOptions<unknown>['optimiser'],
    evaluate: async (x): Promise<Evaluation> => {
      const values = evaluate(outputs, { ...feeds, image: x });
      const value = Math.fround(values.energy[0]);
      return { energy: value, terms: { all: value }, gradient: Float32Array.from(values.gradient) };
    },
  });
  return { found, expected, live: device.live, crossed };
}

const start = new Random(3).normal(size);

describe('on a device', () => {
  const searches: LbfgsOptions[] = [
    {},
    { history: 2 },
    { lineSearch: 'strong-wolfe' },
    { lineSearch: 'none', history: 3 },
  ];
  test.each(searches)(
    'L-BFGS %o goes where it goes without one, and leaves nothing behind',
    async (options) => {
      const run = { start, iterations: 25, stop: { every: 100, relativeChange: 0 } };
      const { found, expected, live } = await both(
        knots(),
        run,
        lbfgs(options),
        (scope, energy) => new DeviceLbfgs(energy, scope, options),
      );
      for (const [i, { energy }] of expected.records.entries())
        expect(Math.abs(found.records[i].energy / energy - 1), `iteration ${i}`).toBeLessThan(1e-4);
      expect(found.energy!).toBeLessThan(0.7 * found.records[0].energy);
      expect(relativeError(found.image, expected.image)).toBeLessThan(1e-2);
      expect(live).toBe(0);
    },
  );

  test('Adam goes where it goes without one, and no picture crosses but the first and the last', async () => {
    const run = { start, iterations: 20 };
    const { found, expected, live, crossed } = await both(
      knots(),
      run,
      adam({ learningRate: 0.05 }),
      (scope, energy) => deviceAdam(energy, scope, { learningRate: 0.05 }),
    );
    expect(relativeError(found.image, expected.image)).toBeLessThan(1e-5);
    expect(found.records.at(-1)!.energy).toBeCloseTo(expected.records.at(-1)!.energy, 3);
    expect(live).toBe(0);
    // Target, start, two moments and the result; of each of 21 evaluations two numbers, and two to each of 20 steps.
    expect(crossed).toBe(5 * size + 21 * 2 + 20 * 2);
  });

  test('what is no number is met once, and the best picture so far is given back', async () => {
    const run = {
      start: new Float32Array(size).fill(200),
      iterations: 4,
      stop: { every: 100, relativeChange: 0 },
    };
    const { found, expected, live } = await both(
      barrier(),
      run,
      lbfgs({ lineSearch: 'none' }),
      (scope, energy) => new DeviceLbfgs(energy, scope, { lineSearch: 'none' }),
    );
    for (const { records } of [found, expected])
      expect(records.map(({ energy }) => Number.isFinite(energy))).toEqual([true, true, false, true, true]);
    expect(relativeError(found.image, expected.image)).toBeLessThan(1e-3);
    expect(live).toBe(0);
  });

  test('it stops where nothing changes any more, gives the start back for no iterations, and can be cancelled', async () => {
    const optimiser = (scope: DeviceScope, energy: DeviceEnergy) => new DeviceLbfgs(energy, scope);
    const stopped = await both(
      knots(),
      { start, iterations: 400, stop: { every: 10, relativeChange: 1e-4 } },
      lbfgs(),
      optimiser,
    );
    expect(stopped.found.stoppedBy).toBe('relative-change');
    expect(stopped.found.evaluations).toBe(stopped.expected.evaluations);
    const none = await both(knots(), { start, iterations: 0 }, lbfgs(), optimiser);
    expect(none.found).toMatchObject({ image: start, energy: undefined, evaluations: 0 });
    await expect(
      both(knots(), { start, iterations: 5, isCancelled: () => true }, lbfgs(), optimiser),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
