import { Worker } from 'node:worker_threads';
import { NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { buffersOf, type FlowAnswer, type FlowEnd, type FlowResult, type FlowTask } from './flow_tasks.js';

interface Waiting {
  resolve(result: FlowResult[FlowTask['kind']]): void;
  reject(error: NstError): void;
}

/** One worker thread that does one flow task at a time; it keeps the process alive only meanwhile. */
export class FlowThread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #waiting: Waiting | undefined;
  #end: NstError | undefined;

  /** `program`: the worker's script. */
  constructor(program: URL) {
    this.#worker = new Worker(program);
    this.#worker.unref();
    this.#worker.on('message', (answer: FlowAnswer) => this.#settle(answer));
    this.#worker.on('error', (cause) => this.#die(died(cause)));
    this.#worker.on('messageerror', (cause) => this.#die(died(cause)));
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('exit', (code) => this.#die(died(new Error(`exit code ${code}`))));
  }

  /** Whether the thread has died or been stopped. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Does a task; its arrays are handed over and empty afterwards. One at a time. */
  run<K extends FlowTask['kind']>(task: Extract<FlowTask, { kind: K }>): Promise<FlowResult[K]> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#waiting = { resolve: resolve as Waiting['resolve'], reject };
      this.#worker.ref();
      this.#worker.postMessage(task, buffersOf(task));
    });
  }

  /** Ends the thread at once; a task under way fails with `reason`. */
  async stop(reason: NstError): Promise<void> {
    this.#die(reason);
    await this.#worker.terminate();
  }

  /**
   * Ends the thread when it has done what it is at, unheard: it fails with `reason` at once. A thread inside
   * onnxruntime must end so; terminating it there aborts the process.
   */
  async retire(reason: NstError): Promise<void> {
    if (this.#end) return this.#exited;
    this.#die(reason);
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'end' } satisfies FlowEnd);
    await this.#exited;
  }

  #settle(answer: FlowAnswer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!this.#end) this.#worker.unref();
    if ('result' in answer) {
      waiting?.resolve(answer.result);
    } else {
      const { kind, code, message, stack } = answer.failure;
      const cause = Object.assign(new Error(message), { stack });
      waiting?.reject(new NstError(kind, code, message, { cause }));
    }
  }

  #die(error: NstError): void {
    this.#end ??= error;
    this.#waiting?.reject(this.#end);
    this.#waiting = undefined;
  }
}

function died(cause: Error): NstError {
  if ((cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new NstError('resources', 'FLOW_OUT_OF_MEMORY', 'flow: a worker thread ran out of memory', {
      cause,
    });
  const sentence = `flow: a worker thread ended before its task: ${cause.message}`;
  return ordinaryFailure(cause) ?? new NstError('bug', 'FLOW_WORKER_DIED', sentence, { cause });
}
