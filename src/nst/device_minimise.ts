import type { DeviceTensor } from '../engine/index.js';
import { NstError } from '../error.js';
import type { DeviceEnergy } from './device_energy.js';
import type { DeviceOptimiser } from './device_optimiser.js';
import { DeviceScope } from './device_scope.js';
import { type IterationRecord, type MinimiseOptions, type Minimum, notFinite, retreat } from './minimise.js';
import { DEFAULT_STOP, hasConverged } from './stop_rule.js';

/** As for `minimise`, but for an energy whose pictures stay on a device. */
export interface DeviceMinimiseOptions
  extends Pick<MinimiseOptions<never>, 'start' | 'iterations' | 'stop' | 'onIteration' | 'isCancelled'> {
  readonly energy: DeviceEnergy;
  /** Makes an optimiser with no past. */
  readonly optimiser: (scope: DeviceScope) => DeviceOptimiser;
}

/**
 * `minimise`, rule for rule, with picture, gradient and optimiser on the device: of each iteration energy, terms and
 * the optimiser's sums come back, the picture once at the end.
 * @throws NstError as `minimise`
 */
export async function minimiseOnDevice(
  options: DeviceMinimiseOptions,
): Promise<Omit<Minimum<unknown>, 'state'>> {
  const { start, energy, iterations, stop = DEFAULT_STOP } = options;
  const { device, vectors } = energy;
  const records: IterationRecord[] = [];
  if (iterations === 0)
    return {
      image: start.slice(),
      energy: undefined,
      terms: {},
      records,
      evaluations: 0,
      stoppedBy: 'iterations',
    };
  const scope = new DeviceScope();
  const uploaded = async (values: Float32Array) =>
    scope.add({ x: await device.upload(values, vectors.shape) }).x;
  try {
    let x = await uploaded(start);
    let optimiser = options.optimiser(scope);
    let best:
      | { readonly x: DeviceTensor; readonly energy: number; readonly terms: IterationRecord['terms'] }
      | undefined;
    /** Least energy after each iteration, for the stop rule. */
    const leasts: number[] = [];
    let retried = false;
    const finish = async (stoppedBy: Minimum['stoppedBy']): Promise<Omit<Minimum<unknown>, 'state'>> => ({
      image: await device.download(best!.x),
      energy: best!.energy,
      terms: best!.terms,
      records,
      evaluations: records.length,
      stoppedBy,
    });
    for (let iteration = 0; ; iteration++) {
      if (options.isCancelled?.())
        throw new NstError('interrupted', 'CANCELLED', 'The minimisation was cancelled');
      const found = await energy.evaluate(x);
      scope.add({ gradient: found.gradient });
      const finite = Number.isFinite(found.energy) && Number.isFinite(found.gradientSize);
      const record = { iteration, energy: found.energy, terms: found.terms };
      records.push(record);
      options.onIteration?.(record);
      if (finite && (best === undefined || found.energy < best.energy)) best = { x, ...record };
      if (best === undefined || (!finite && retried)) throw notFinite(iteration, found.energy, found.terms);
      if (iteration === iterations) return await finish('iterations');
      leasts.push(best.energy);
      if (hasConverged(leasts, stop)) return await finish('relative-change');
      if (finite) x = await optimiser.next(x, found);
      else {
        retried = true;
        optimiser = options.optimiser(scope);
        const safer = await device.download(x);
        retreat(safer, await device.download(best.x));
        x = await uploaded(safer);
      }
      scope.keepOnly([x, best.x, ...optimiser.needed()]);
    }
  } finally {
    scope.keepOnly([]);
  }
}
