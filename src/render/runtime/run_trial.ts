import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { contestants, type RuntimeChoice, type TriedRuntime } from '../../nst/runtime_trial.js';
import type { TrialMessage } from '../../nst/runtime_trial_process.js';

const PROGRAM = fileURLToPath(new URL('../../nst/runtime_trial_process.js', import.meta.url));
/** Seconds after which a trial has failed: it takes one or two. */
const LONGEST = 60;

/**
 * Tries what evaluates here in a process of its own, with a network's first blocks. One that ends the process has
 * failed, and so have those that would have come after it.
 *
 * @returns a row for every contestant
 */
export async function runTrial(networkPath: string, threads: number): Promise<TriedRuntime[]> {
  const child = fork(PROGRAM, [networkPath, String(threads)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: 1000 * LONGEST,
  });
  let rows: readonly TriedRuntime[] | undefined;
  let last: RuntimeChoice | undefined;
  let failure = 'the trial ended early';
  child.on('message', (message: TrialMessage) => {
    if (message.kind === 'begin') last = message.choice;
    else if (message.kind === 'done') rows = message.rows;
    else failure = message.message;
  });
  await new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', ({ message }) => {
      failure = message;
      resolve();
    });
  });
  if (rows) return [...rows];
  const all = contestants(threads);
  const culprit = all.findIndex(
    ({ runtime, precision }) => runtime === last?.runtime && precision === last.precision,
  );
  return all.map((one, i) => ({
    ...one,
    right: false,
    failure: i < culprit ? 'not measured: a later one ended the trial' : failure,
  }));
}
