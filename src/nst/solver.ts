import { SHARE_ENV, Worker } from 'node:worker_threads';
import { NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { DEFAULT_FORM } from './energy_form.js';
import type { IterationRecord } from './minimise.js';
import type { Fit } from './solver_memory.js';
import type {
  EvaluateResult,
  EvaluateTask,
  Failure,
  InvertTask,
  NetworkInfo,
  ReplyMessage,
  RequestKind,
  SolveResult,
  SolverRequests,
  SolverSettings,
  SolveTask,
} from './solver_messages.js';
import type { Style } from './style_paintings.js';

export type { EvaluateResult, EvaluateTask, NetworkInfo, SolveResult, SolverSettings, SolveTask };

/** How to start a solver: the form of the energy is `DEFAULT_FORM` unless given. */
export type SolverOptions = Pick<SolverSettings, 'networkPath' | 'threads'> & Partial<SolverSettings>;

interface Watch {
  /** Takes effect before the next evaluation. */
  readonly signal?: AbortSignal;
  readonly onIteration?: (record: IterationRecord) => void;
}

export interface SolveOptions extends SolveTask, Watch {}

export interface InvertOptions extends InvertTask, Watch {}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onIteration: ((record: IterationRecord) => void) | undefined;
}

/**
 * Paints frames in a worker thread that keeps the network and the compiled graphs between frames. Requests are
 * answered in the order they are made. Equal tasks on one machine and thread count give equal bits.
 */
export class FrameSolver {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  /** Names of the paintings that the worker has measured. */
  readonly #measured = new Set<string>();
  #requests = 0;
  /** Why the worker cannot answer any more. */
  #ended: NstError | undefined;
  #info!: NetworkInfo;

  /** Solvers on WebGPU, of which a process bears one: onnxruntime crashes where two threads use that device. */
  static #onWebgpu = 0;

  private constructor() {
    // A copy of the environment would hide from native libraries what the worker sets for them.
    this.#worker = new Worker(new URL('./solver_worker.js', import.meta.url), { env: SHARE_ENV });
    this.#worker.on('message', (message: ReplyMessage) => this.#receive(message));
    this.#worker.on('error', (cause) => this.#end(workerFailed(cause)));
    this.#worker.on('exit', (code) => this.#end(workerExited(code)));
  }

  /**
   * Starts a worker and loads the network.
   * @throws NstError `NETWORK_MISSING` (environment), `NETWORK_FILE_BAD` (input), `RUNTIME_MISSING` (environment),
   *   `DEVICE_BUSY` (resources) for a second solver on WebGPU.
   */
  static async start(options: SolverOptions): Promise<FrameSolver> {
    if (options.device === 'webgpu' && FrameSolver.#onWebgpu > 0) throw deviceBusy();
    const solver = new FrameSolver();
    if (options.device === 'webgpu') {
      FrameSolver.#onWebgpu++;
      solver.#worker.once('exit', () => FrameSolver.#onWebgpu--);
    }
    try {
      solver.#info = await solver.#ask('open', { ...DEFAULT_FORM, ...options });
    } catch (error) {
      await solver.close();
      throw error;
    }
    return solver;
  }

  networkInfo(): NetworkInfo {
    return this.#info;
  }

  /**
   * Sets what to paint like, until set again. Pictures are taken at the size given; what they are measured by is averaged
   * by weight. Paintings with a name are handed over and measured once, so that another mixture of them costs little.
   *
   * @throws NstError `INVALID_STYLES`, `LAYER_UNKNOWN` (usage), `PICTURE_TOO_SMALL` (input).
   */
  async setStyles(styles: readonly Style[]): Promise<void> {
    const known = ({ name }: Style) => name !== undefined && this.#measured.has(name);
    await this.#ask('styles', {
      styles: styles.map((style) => (known(style) ? withoutPicture(style) : style)),
    });
    for (const { name, weight } of styles) if (name !== undefined && weight > 0) this.#measured.add(name);
  }

  /** Lets go of what was kept under names: other paintings will be set under them. */
  forgetStyles(): void {
    this.#measured.clear();
  }

  /**
   * Minimises the energy of one frame.
   * @throws NstError `CANCELLED` (interrupted) after the signal, `ENERGY_NOT_FINITE` (usage), `LAYER_UNKNOWN` (usage),
   *   `PICTURE_TOO_SMALL` (input), `OUT_OF_MEMORY` (resources).
   */
  solve({ signal, onIteration, ...task }: SolveOptions): Promise<SolveResult> {
    return this.#cancellable(signal, (cancelled) => this.#ask('solve', { task, cancelled }, onIteration));
  }

  /** Looks for a picture with the features that another one has at one layer, and nothing else; throws as `solve`. */
  invert({ signal, onIteration, ...task }: InvertOptions): Promise<SolveResult> {
    return this.#cancellable(signal, (cancelled) => this.#ask('invert', { task, cancelled }, onIteration));
  }

  async #cancellable<Result>(
    signal: AbortSignal | undefined,
    work: (cancelled: Int32Array) => Promise<Result>,
  ): Promise<Result> {
    // Shared memory, because the worker reads no messages while it computes.
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const cancel = () => Atomics.store(cancelled, 0, 1);
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await work(cancelled);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /**
   * How frames of a size fit into the memory that the solver was given; nothing where that has no limit.
   * @throws NstError resources MEMORY_TOO_SMALL; usage INVALID_ARGUMENT for an energy that cannot be taken in parts.
   */
  fit({ width, height }: { readonly width: number; readonly height: number }): Promise<Fit | undefined> {
    return this.#ask('fit', { width, height });
  }

  /** Evaluates the energy of one picture, its terms and its gradient; throws as `solve`. */
  evaluate(task: EvaluateTask): Promise<EvaluateResult> {
    return this.#ask('evaluate', { task });
  }

  /** Lets the worker finish what it was asked, frees its memory and ends it. Never fails. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    // A worker that dies instead of closing is closed too; whoever still waits for a result is told by its own error.
    await this.#ask('close', {}).catch(() => {});
    await exited;
  }

  #ask<K extends RequestKind>(
    kind: K,
    given: SolverRequests[K]['given'],
    onIteration?: (record: IterationRecord) => void,
  ): Promise<SolverRequests[K]['result']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject, onIteration });
      this.#worker.postMessage({ id, kind, given });
    });
  }

  #receive(message: ReplyMessage): void {
    const pending = this.#pending.get(message.id);
    if (message.kind === 'iteration') {
      pending?.onIteration?.(message.record);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === 'done') pending?.resolve(message.result);
    else pending?.reject(errorOf(message.failure));
  }

  #end(reason: NstError): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}

/** A painting that the worker knows by its name: its pixels need not cross again. */
function withoutPicture({ picture: { width, height }, mask: _, ...style }: Style): Style {
  return { ...style, picture: { width, height, data: new Float32Array() } };
}

function errorOf({ kind, code, message, stack }: Failure): NstError {
  const error = new NstError(kind, code, message);
  error.stack = stack;
  return error;
}

function deviceBusy(): NstError {
  return new NstError(
    'resources',
    'DEVICE_BUSY',
    'Device webgpu: expected one job at a time in a process, found another that uses it',
  );
}

function workerFailed(cause: unknown): NstError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new NstError('resources', 'OUT_OF_MEMORY', 'The solver ran out of memory', { cause });
  const ordinary = ordinaryFailure(cause);
  if (ordinary) return ordinary;
  return new NstError('bug', 'SOLVER_FAILED', `The solver's thread failed: ${message}`, { cause });
}

function workerExited(code: number): NstError {
  return new NstError('bug', 'SOLVER_ENDED', `The solver's thread has ended (exit code ${code})`);
}
