import { EXIT_CODES, NstError } from '../error.js';
import type { Job, JobOptions } from '../render/job.js';
import { endNow } from './end_now.js';
import type { Faces } from './face.js';
import { failureEvent, markTold } from './failure.js';
import { hasTerminal } from './hang_up.js';

/** What does not end by itself so many ms after a signal (a library that computes, a program that hangs) is ended. */
const GRACE = 2200;

/** One Ctrl-C may arrive more than once, from the terminal and from npm: only one this many ms later is another. */
const PATIENCE = 1000;

/**
 * Runs a job and shows it: events go to the faces, Ctrl-C (and the signals of a closing terminal or a
 * shutting-down system) stops it cleanly, a later second one at once: what is stored is whole at any moment.
 *
 * @param again What the same command does after a stop.
 * @throws NstError what the job fails with, after the faces have shown it.
 */
export async function runJob<Result>(
  face: Faces,
  begin: (options: JobOptions) => Job<Result>,
  again = 'goes on from here',
): Promise<Result> {
  const stopper = new AbortController();
  let asked = 0;
  const stop = () => {
    if (stopper.signal.aborted) {
      // Not process.exit: it ends threads, and one inside onnxruntime then aborts the process with a message of its own.
      if (performance.now() - asked > PATIENCE) process.kill(process.pid, 'SIGKILL');
      return;
    }
    asked = performance.now();
    face.line('stopping …');
    stopper.abort(new NstError('interrupted', 'INTERRUPTED', 'stopped'));
    const late = setTimeout(() => {
      face.clear();
      const failure = failureEvent(asStopped(stopper.signal.reason, face.progress(), again));
      face.emit(failure);
      process.stderr.write(`nst-video: ${failure.message}\n`);
      void endNow(EXIT_CODES.interrupted);
    }, GRACE);
    late.unref();
    timers.push(late);
  };
  const timers: NodeJS.Timeout[] = [];
  const signals = hasTerminal()
    ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    : (['SIGINT', 'SIGTERM'] as const);
  for (const name of signals) process.on(name, stop);
  try {
    const job = begin({ signal: stopper.signal });
    for await (const event of job) face.emit(event);
    return await job.result;
  } catch (error) {
    // Where it was not the job that failed, nobody is left to look at it.
    stopper.abort(error);
    face.clear();
    const failure = asStopped(error, face.progress(), again);
    face.emit(failureEvent(failure));
    markTold(failure);
    throw failure;
  } finally {
    for (const name of signals) process.off(name, stop);
    for (const timer of timers) clearTimeout(timer);
  }
}

function asStopped(error: unknown, progress: string, again: string): unknown {
  if (!(error instanceof NstError) || error.kind !== 'interrupted') return error;
  const sentence = `stopped${progress}; the same command ${again}`;
  return new NstError('interrupted', error.code, sentence, { cause: error });
}
