import { NstError } from '../../error.js';
import type { FrameSolver, SolveTask } from '../../nst/solver.js';

/** How long the solver took over one picture. */
export interface SolveTiming {
  /** Seconds until the first evaluation was back, the picture's features included. */
  readonly open: number;
  /** Seconds of every further step: one evaluation and the optimiser's own work. */
  readonly iteration: number;
  /** When each evaluation was back, milliseconds of `performance.now()`. */
  readonly marks: readonly number[];
}

export interface TimeSolveOptions {
  /** Stops as soon as this many seconds have passed, but for `least` steps. */
  readonly seconds: number;
  readonly least: number;
  /** Most steps. */
  readonly most: number;
  /** Where given, this ends the run, when it settles, after `least` steps; `seconds` does not count then. */
  readonly during?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/** L-BFGS takes longer with every step until it remembers as many as it will. */
const HISTORY = 10;

/**
 * Minimises as a job would, for a while, and throws the picture away.
 *
 * @throws NstError as `FrameSolver.solve`, and what `during` throws.
 */
export async function timeSolve(
  solver: FrameSolver,
  task: Omit<SolveTask, 'iterations' | 'stop'>,
  { seconds, least, most, during, signal = new AbortController().signal }: TimeSolveOptions,
): Promise<SolveTiming> {
  const enough = new AbortController();
  const marks: number[] = [];
  let other: Promise<void> | undefined;
  let otherEnded = during === undefined;
  const began = performance.now();
  const solved = solver.solve({
    ...task,
    iterations: most,
    stop: { every: most, relativeChange: 0 },
    signal: AbortSignal.any([signal, enough.signal]),
    onIteration: () => {
      const now = performance.now();
      marks.push(now);
      if (!other) {
        other = during?.().finally(() => (otherEnded = true));
        other?.catch(() => undefined); // heard below, when the solver has stopped
      }
      const late = during ? otherEnded : now - began > 1000 * seconds;
      if (late && marks.length > least) enough.abort();
    },
  });
  await solved.catch((error) => {
    if (signal.aborted || !(error instanceof NstError) || error.code !== 'CANCELLED') throw error;
  });
  await other;
  const from = Math.min(HISTORY, (marks.length - 1) >> 1);
  const iteration = (marks.at(-1)! - marks[from]) / (marks.length - 1 - from) / 1000;
  return { open: (marks[0] - began) / 1000, iteration, marks };
}
