import { invalidArgument } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { type Emit, MOMENTARY, type RenderEvent } from './events.js';
import { interrupted } from './interrupted.js';

/** How a job is held: what every function that starts one takes last. */
export interface JobOptions {
  /**
   * Aborting stops the job between two evaluations of the energy, or in the middle of reading, encoding or fetching;
   * what is stored stays whole, and the same call goes on from there.
   */
  readonly signal?: AbortSignal;
}

/** What the work of a job is given: where to say what happens, and the signal to heed. */
export interface JobContext {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/**
 * Work that is under way from the moment it is asked for, whether or not anybody looks at it.
 *
 * `for await (const event of job)` gives what happens. Every such loop, at whatever time it begins, sees the job from
 * its beginning, in order of time; it may be left early without stopping the job, and several may run at once. Events
 * that a newer one of their kind makes pointless (`look`, `iteration`, `inside`, `encode`, `download`) are dropped where a loop does not
 * keep up; no other event ever is. A loop ends with the job: by the error, if it failed.
 */
export interface Job<Result> extends AsyncIterable<RenderEvent> {
  /**
   * What came of the job. Rejects with `NstError`, of kind `interrupted` after an abort; a rejection that nobody
   * awaits does not end the process.
   */
  readonly result: Promise<Result>;
}

/**
 * Starts `work` as a job. All that goes wrong, from a wrong option to a full disk, fails the job instead of being
 * thrown here. The work hears an abort through a signal of its own: nothing it hangs on that outlives the job.
 */
export function startJob<Result>(
  work: (context: JobContext) => Promise<Result>,
  { signal }: JobOptions = {},
): Job<Result> {
  const log = new EventLog();
  const stopper = new AbortController();
  const stop = () => stopper.abort(signal?.reason);
  const run = async (): Promise<Result> => {
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw invalidArgument('signal', 'an AbortSignal', signal);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      stopper.signal.throwIfAborted();
      return await work({ emit: (event) => log.add(event), signal: stopper.signal });
    } catch (error) {
      throw stopper.signal.aborted ? interrupted(error) : (ordinaryFailure(error) ?? error);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };
  const result = run();
  result.then(
    () => log.end(),
    (error) => log.end({ error }),
  );
  return { result, [Symbol.asyncIterator]: () => log.read() };
}

interface Entry {
  /** Place in time among all events of the job, from 1. */
  readonly at: number;
  readonly event: RenderEvent;
}

/** The events of one job: all that last, and the newest of those that do not. */
class EventLog {
  readonly #kept: Entry[] = [];
  #newest: Entry | undefined;
  #count = 0;
  #ended: { readonly failure: { readonly error: unknown } | undefined } | undefined;
  #waiting: (() => void)[] = [];

  add(event: RenderEvent): void {
    const entry = { at: ++this.#count, event };
    if (MOMENTARY.has(event.type)) this.#newest = entry;
    else this.#kept.push(entry);
    this.#wake();
  }

  end(failure?: { readonly error: unknown }): void {
    this.#ended = { failure };
    this.#wake();
  }

  async *read(): AsyncGenerator<RenderEvent, void, undefined> {
    let place = 0;
    let seen = 0;
    for (;;) {
      const kept = this.#kept[place] as Entry | undefined;
      const newest = this.#newest;
      if (newest && newest.at > seen && !(kept && kept.at < newest.at)) {
        seen = newest.at;
        yield newest.event;
      } else if (kept) {
        place++;
        seen = kept.at;
        yield kept.event;
      } else if (this.#ended) {
        if (this.#ended.failure) throw this.#ended.failure.error;
        return;
      } else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
