import PQueue from 'p-queue';
import { invalidArgument, NstError } from '../error.js';
import { luma, type Picture, type Plane } from '../picture.js';
import { type Estimator, needsGate } from './estimator.js';
import { type FlowField, requireSameSize } from './flow_field.js';
import type { FlowModel } from './flow_model.js';
import type { FlowResult, FlowTask } from './flow_tasks.js';
import { FlowThread } from './flow_thread.js';
import { addShift, type Shift, shifted } from './shift.js';

/** The motion between two frames as the temporal term wants it. */
export interface FlowPair {
  /** From the current frame to the previous one, px. */
  readonly backward: FlowField;
  /** From the previous frame to the current one, px. */
  readonly forward: FlowField;
  /** Certainty of `backward`, `[H,W]`, 0..1. */
  readonly certainty: Plane;
  /** Certainty of `forward`, where it was asked for. */
  readonly forwardCertainty?: Plane;
}

/** What may be said of a pair of frames. */
export interface PairOptions {
  /** Whether the certainty of the forward flow is wanted too. */
  readonly bothWays?: boolean;
  /** About how far things went from the later frame to the earlier one, whole px: the estimate begins there. */
  readonly shift?: Shift;
  /** Whether what looks different after the warp is not certain, whatever the estimator needs (see verdicts). */
  readonly gate?: boolean;
}

export interface FlowWorkersOptions {
  /** Worker threads, started when first needed; default 2: one for each direction of a pair. */
  readonly threads?: number;
  /** The threads' program; default flow_worker.js beside this file. */
  readonly program?: URL;
}

const MOST_THREADS = 256;

/**
 * Computes flow in worker threads, both directions of a pair in parallel. Pairs beyond those the threads
 * can work on wait; what waits holds its two pictures and nothing else. A thread keeps the memory of its
 * largest frame (see estimateFlow). A thread that died is replaced for the next pair.
 */
export class FlowWorkers {
  readonly #program: URL;
  readonly #threads = new Set<FlowThread>();
  readonly #idle: FlowThread[] = [];
  readonly #pairs: PQueue;
  readonly #tasks: PQueue;
  /** A model has one thread, which holds it once and evaluates one direction after the other on threads of its own. */
  readonly #models = new PQueue({ concurrency: 1 });
  #modelThread: FlowThread | undefined;
  #closed: NstError | undefined;

  /** Throws `INVALID_ARGUMENT` for a number of threads that is none. */
  constructor({ threads = 2, program }: FlowWorkersOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
      throw invalidArgument('flow threads', `a whole number from 1 to ${MOST_THREADS}`, threads);
    }
    this.#program = program ?? new URL('./flow_worker.js', import.meta.url);
    this.#tasks = new PQueue({ concurrency: threads });
    this.#pairs = new PQueue({ concurrency: Math.ceil(threads / 2) });
  }

  /**
   * Flow of a pair of frames `[3,H,W]`, 0..255, in both directions, and the certainty of the backward one.
   * The pictures are read when the pair's turn comes: leave them as they are until then.
   *
   * Rejects with `INTERRUPTED` as soon as `signal` aborts (what a thread is at it finishes unheard),
   * `FLOW_WORKERS_CLOSED` after or during close(), `FLOW_WORKER_DIED` or `FLOW_OUT_OF_MEMORY` when a
   * thread ends on its own, and with whatever estimateFlow and FlowModelSession throw.
   */
  async pair(
    previous: Picture,
    current: Picture,
    estimator: Estimator,
    signal?: AbortSignal,
    options: PairOptions = {},
  ): Promise<FlowPair> {
    requireSameSize('current frame', previous, current);
    const stop = () => {
      if (this.#closed) throw this.#closed;
      if (signal?.aborted) throw interrupted(signal);
    };
    stop();
    const work = this.#pairs.add(() => this.#compute(previous, current, estimator, options, stop));
    return signal ? untilAborted(work, signal) : work;
  }

  /**
   * The certainty of a backward flow whose forward flow is there already; `pair` is handed over, its fields come
   * back with the result. Rejects as pair() does, and with `INVALID_ARGUMENT` where the two differ in size.
   */
  async certainty({ backward, forward }: Pick<FlowPair, 'backward' | 'forward'>): Promise<FlowPair> {
    if (this.#closed) throw this.#closed;
    return this.#run({ kind: 'certainty', backward, forward }, () => {
      if (this.#closed) throw this.#closed;
    });
  }

  /** Flow from one frame to another by a model alone, px; rejects as pair() does. Leaves the frames as they are. */
  async estimate(from: Picture, to: Picture, model: FlowModel): Promise<FlowField> {
    const stop = () => {
      if (this.#closed) throw this.#closed;
    };
    return this.#evaluate(from, to, model, stop);
  }

  /** Ends all threads; pairs not finished are rejected. May be called more than once. */
  async close(): Promise<void> {
    const reason = new NstError('interrupted', 'FLOW_WORKERS_CLOSED', 'flow: the workers have been closed');
    this.#closed ??= reason;
    const threads = [...this.#threads].map((thread) => thread.stop(reason));
    await Promise.all([...threads, this.#modelThread?.retire(reason)]);
    this.#threads.clear();
  }

  async #compute(
    previous: Picture,
    current: Picture,
    estimator: Estimator,
    { bothWays, shift, gate = false }: PairOptions,
    stop: () => void,
  ) {
    stop();
    const back = shift && { x: -shift.x, y: -shift.y };
    const [backward, forward] = await Promise.all([
      this.#estimate(current, shift ? shifted(previous, shift) : previous, estimator, stop),
      this.#estimate(previous, back ? shifted(current, back) : current, estimator, stop),
    ]);
    addShift(backward, shift);
    addShift(forward, back);
    const gated = gate || (typeof estimator === 'string' && needsGate(estimator));
    const frames = gated ? { previous: luma(previous), current: luma(current) } : {};
    return this.#run({ kind: 'certainty', backward, forward, bothWays, ...frames }, stop);
  }

  /** One direction. */
  async #estimate(from: Picture, to: Picture, estimator: Estimator, stop: () => void): Promise<FlowField> {
    if (typeof estimator !== 'string') return this.#evaluate(from, to, estimator, stop);
    return (await this.#run({ kind: 'flow', from: luma(from), to: luma(to), estimator }, stop)).flow;
  }

  #evaluate(from: Picture, to: Picture, model: FlowModel, stop: () => void): Promise<FlowField> {
    return this.#models.add(async () => {
      stop();
      if (!this.#modelThread || this.#modelThread.ended) this.#modelThread = new FlowThread(this.#program);
      const task = { kind: 'model', from: copy(from), to: copy(to), model } as const;
      return (await this.#modelThread.run(task)).flow;
    });
  }

  #run<K extends FlowTask['kind']>(
    task: Extract<FlowTask, { kind: K }>,
    stop: () => void,
  ): Promise<FlowResult[K]> {
    return this.#tasks.add(async () => {
      stop();
      const thread = this.#free();
      try {
        return await thread.run(task);
      } finally {
        this.#idle.push(thread);
      }
    });
  }

  /** An idle thread, or a new one; the queue sees to it that there are never more than wanted. */
  #free(): FlowThread {
    for (let thread = this.#idle.pop(); thread; thread = this.#idle.pop()) {
      if (!thread.ended) return thread;
      this.#threads.delete(thread);
    }
    const thread = new FlowThread(this.#program);
    this.#threads.add(thread);
    return thread;
  }
}

const copy = ({ width, height, data }: Plane): Plane => ({ width, height, data: data.slice() });

const interrupted = (signal: AbortSignal) =>
  new NstError('interrupted', 'INTERRUPTED', 'flow: interrupted', { cause: signal.reason });

/** The promise's outcome, or a rejection as soon as the signal aborts. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(interrupted(signal));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
