import { NstError } from '../error.js';
import type { Optimiser } from './optimiser.js';
import { DEFAULT_STOP, hasConverged, type StopRule } from './stop_rule.js';
import { allFinite } from './vectors.js';

/** The energy of one picture. */
export interface Evaluation {
  readonly energy: number;
  /** Each term before its weight, by name: `content.relu4_2`, `style.relu1_1`, …, `temporal`, `tv`. */
  readonly terms: Readonly<Record<string, number>>;
  /** d energy / d pixel, in the picture's layout. */
  readonly gradient: Float32Array;
}

/** What one evaluation of the energy found. */
export interface IterationRecord {
  /** 0 for the start picture, k after the k-th step. */
  readonly iteration: number;
  /** Weighted sum of `terms`. */
  readonly energy: number;
  /** Each term before its weight, by name. */
  readonly terms: Readonly<Record<string, number>>;
}

export interface MinimiseOptions<State> {
  /** Not changed. */
  readonly start: Float32Array;
  readonly evaluate: (x: Float32Array) => Promise<Evaluation>;
  readonly optimiser: Optimiser<State>;
  /** Most steps taken; 0 gives the start back unevaluated. */
  readonly iterations: number;
  readonly stop?: StopRule;
  readonly onIteration?: (record: IterationRecord) => void;
  /**
   * Where the energy becomes another at the best picture so far, after every so many steps. Evaluating that picture
   * again is an iteration too, and no step.
   */
  readonly renewal?: { readonly every: number; readonly renew: (x: Float32Array) => Promise<void> };
  /** What the optimiser remembers of an energy much like this one; may be taken up. */
  readonly state?: State;
  /** Asked before every evaluation but the first: whether this one is not worth its time. */
  readonly isEnough?: () => boolean;
  /** Asked before every evaluation. */
  readonly isCancelled?: () => boolean;
}

export interface Minimum<State = unknown> {
  /** The picture of least energy among all that were evaluated since the last renewal, the earliest of equals. */
  readonly image: Float32Array;
  /** Its energy; undefined where nothing was evaluated. */
  readonly energy: number | undefined;
  /** The terms of that energy; none where nothing was evaluated. */
  readonly terms: Readonly<Record<string, number>>;
  readonly records: readonly IterationRecord[];
  readonly evaluations: number;
  readonly stoppedBy: 'iterations' | 'relative-change';
  /** What the optimiser remembers. */
  readonly state: State;
}

/**
 * Minimises an energy over pictures. `iterations` steps need one evaluation more than steps: the picture
 * handed back is always one whose energy is known.
 *
 * A renewed energy is minimised from the best picture of the one before, whose own least energy no longer counts. The
 * step that was to be tried next is not: that costs one evaluation a renewal.
 *
 * An energy or gradient that is not finite is met once: from the best picture so far, with no memory of the
 * past, by a tenth of the step that failed and at most one grey level. The second time the run gives up, and a
 * picture with such an energy is never returned.
 * @throws NstError `ENERGY_NOT_FINITE` (usage), `CANCELLED` (interrupted).
 */
export async function minimise<State>(options: MinimiseOptions<State>): Promise<Minimum<State>> {
  const { start, evaluate, optimiser, iterations, stop = DEFAULT_STOP, renewal } = options;
  const x = start.slice();
  const best = start.slice();
  const records: IterationRecord[] = [];
  const renewed = (past: State) => optimiser.renew?.(past) ?? optimiser.init(x.length);
  let state = options.state === undefined ? optimiser.init(x.length) : renewed(options.state);
  let least: number | undefined;
  let leastTerms: IterationRecord['terms'] = {};
  /** Least energy after each iteration, for the stop rule. */
  const leasts: number[] = [];
  let retried = false;
  /** Taken since the last renewal, the one to be tried now among them. */
  let steps = 0;
  const finish = (stoppedBy: Minimum['stoppedBy']): Minimum<State> => ({
    image: best,
    energy: least,
    terms: leastTerms,
    records,
    evaluations: records.length,
    stoppedBy,
    state,
  });
  if (iterations === 0) return finish('iterations');
  for (let iteration = 0; ; iteration++) {
    if (options.isCancelled?.())
      throw new NstError('interrupted', 'CANCELLED', 'The minimisation was cancelled');
    if (iteration > 0 && options.isEnough?.()) return finish('iterations');
    if (renewal && iteration < iterations && steps > renewal.every) {
      x.set(best);
      await renewal.renew(x);
      state = renewed(state);
      least = undefined;
      steps = 0;
    }
    const { energy, terms, gradient } = await evaluate(x);
    const finite = Number.isFinite(energy) && allFinite(gradient);
    const record = { iteration, energy, terms };
    records.push(record);
    options.onIteration?.(record);
    if (finite && (least === undefined || energy < least)) {
      least = energy;
      leastTerms = terms;
      best.set(x);
    }
    if (!finite && (retried || least === undefined)) throw notFinite(iteration, energy, terms);
    if (iteration === iterations) return finish('iterations');
    leasts.push(least!);
    if (hasConverged(leasts, stop)) return finish('relative-change');
    if (finite) optimiser.update(state, x, energy, gradient);
    else {
      retried = true;
      state = optimiser.init(x.length);
      retreat(x, best);
    }
    steps++;
  }
}

/** Moves `x` towards `good`, to a tenth of their distance and no more than one grey level from it. */
export function retreat(x: Float32Array, good: Float32Array): void {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const distance = Math.abs(x[i] - good[i]);
    if (Number.isFinite(distance)) largest = Math.max(largest, distance);
  }
  const share = Math.min(0.1, 1 / (largest || 1));
  for (let i = 0; i < x.length; i++) {
    const step = x[i] - good[i];
    x[i] = good[i] + (Number.isFinite(step) ? share * step : 0);
  }
}

/** Why a minimisation gives up. */
export function notFinite(
  iteration: number,
  energy: number,
  terms: Readonly<Record<string, number>>,
): NstError {
  const culprits = Object.keys(terms).filter((name) => !Number.isFinite(terms[name]));
  const where =
    iteration === 0 ? 'of the start picture' : `after iteration ${iteration}, and after a safer step,`;
  const which = culprits.length > 0 ? ` (terms ${culprits.join(', ')})` : '';
  return new NstError(
    'usage',
    'ENERGY_NOT_FINITE',
    `The energy or its gradient ${where} is not a finite number: found ${energy}${which}; lower the weights or the step`,
  );
}
