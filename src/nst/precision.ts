import { NstError } from '../error.js';
import {
  type Evaluation,
  type IterationRecord,
  type MinimiseOptions,
  type Minimum,
  minimise,
} from './minimise.js';

/**
 * What of a minimisation is done in low precision, and what float32 does after it.
 *
 * Features rounded to 8 bits turn the gradient by some degrees: far from the goal that costs a few of a hundred steps,
 * and no picture is judged by it. L-BFGS with an eleventh step for every ten ends where float32 alone would
 * (docs/performance.md, `precision`); and the last steps, and the energy of the picture handed back, are float32's.
 */

/** The last steps, a sixteenth of all and at least two, are float32's. */
const PRECISE_SHARE = 1 / 16;
const LEAST_PRECISE = 2;
/** After so many evaluations in low precision comes one that is not counted. */
const COUNTED = 10;
/**
 * Evaluations in low precision that may follow one another without a lower energy. Then rounding decides and not the
 * picture, and float32 goes on: before a line search has refused so many lengths that curvature is forgotten.
 */
const PATIENCE = 4;

/** Evaluations of low precision that are counted, of a run of `iterations` steps; 0 where there are too few for any. */
export function lowIterations(iterations: number): number {
  const precise = Math.max(LEAST_PRECISE, Math.round(PRECISE_SHARE * iterations));
  return iterations > precise + 1 ? iterations - precise : 0;
}

/**
 * Minimises first by `low`, the energy in low precision, then by `evaluate`. Counted and told are as many iterations as
 * without it. The curvature that L-BFGS has found stays; what it knows of one precision is never subtracted from what it
 * knows of the other, since the picture at which they meet is evaluated in both.
 *
 * @throws NstError as `minimise`; an energy that is not finite in low precision only is no error.
 */
export async function minimiseInTwoPrecisions<State>(
  options: MinimiseOptions<State>,
  low: (x: Float32Array) => Promise<Evaluation>,
): Promise<Minimum<State>> {
  const counted = lowIterations(options.iterations);
  if (counted === 0) return minimise(options);
  const coarse = await minimiseLow(options, low, counted);
  const before = coarse?.records.length ?? 0;
  const { onIteration, iterations } = options;
  const countedOn = (record: IterationRecord) => ({ ...record, iteration: before + record.iteration });
  const precise = await minimise({
    ...options,
    ...(coarse && { start: coarse.image, state: coarse.state }),
    iterations: iterations - before,
    onIteration: (record) => onIteration?.(countedOn(record)),
  });
  return {
    ...precise,
    records: [...(coarse?.records ?? []), ...precise.records.map(countedOn)],
    evaluations: (coarse?.evaluations ?? 0) + precise.evaluations,
  };
}

/** The part in low precision; undefined where its energy is not finite. */
async function minimiseLow<State>(
  options: MinimiseOptions<State>,
  low: (x: Float32Array) => Promise<Evaluation>,
  counted: number,
): Promise<Minimum<State> | undefined> {
  const records: IterationRecord[] = [];
  let least = Number.POSITIVE_INFINITY;
  let since = 0;
  const run = minimise({
    ...options,
    evaluate: low,
    iterations: counted + Math.floor(counted / COUNTED) - 1,
    onIteration: (record) => {
      const { iteration, energy } = record;
      since = energy < least ? 0 : since + 1;
      least = Math.min(least, energy);
      if ((iteration + 1) % (COUNTED + 1) === 0) return;
      records.push({ ...record, iteration: records.length });
      options.onIteration?.(records[records.length - 1]);
    },
    isEnough: () => since >= PATIENCE,
  });
  try {
    return { ...(await run), records };
  } catch (error) {
    if (error instanceof NstError && error.code === 'ENERGY_NOT_FINITE') return undefined;
    throw error;
  }
}
