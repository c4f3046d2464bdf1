import { invalidArgument } from '../../error.js';
import type { Expr } from '../expr.js';
import { checkFeeds } from '../feeds.js';
import type { Precision, Runtime, Session, Tensors } from '../runtime.js';
import { attempt, checkPrecision, sessionDisposed } from '../runtime_errors.js';
import { simplify } from '../simplify.js';
import { type Compiled, compileGraph } from './compile.js';
import type { Dnnl } from './dnnl.js';
import { featureLayout, hasBfloat16 } from './feature_layout.js';
import { LaidWeights } from './laid_weights.js';
import { openDnnl } from './library.js';
import type { Buffer } from './storage.js';
import { floatsOf } from './storage.js';

export interface OnednnOptions {
  /** Within one operation; results may differ in the last bits between counts, not between runs. */
  readonly threads: number;
}

const LIBRARY = 'oneDNN';

/**
 * oneDNN on the processor, as a shared library of the system's, primitive by primitive: in float32, and in bfloat16 where
 * the processor multiplies in it. The library is loaded at once, since it alone knows what it can.
 *
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the library is not installed
 */
export function createOnednnRuntime({ threads }: OnednnOptions): Runtime {
  if (!Number.isInteger(threads) || threads < 1)
    throw invalidArgument('threads', 'a positive integer', threads);
  const dnnl = openDnnl();
  const weights = new LaidWeights(dnnl);
  const precisions: Precision[] = hasBfloat16(dnnl) ? ['float32', 'bfloat16'] : ['float32'];
  return {
    name: `${onednnVersion()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    precisions,
    async compile(outputs, options) {
      checkPrecision(this, options);
      return attempt(LIBRARY, 'prepare', () => {
        dnnl.setThreads(threads);
        const layout = featureLayout(dnnl, options?.precision ?? 'float32');
        return new OnednnSession(dnnl, threads, compileGraph(dnnl, layout, weights, simplify(outputs)));
      });
    },
  };
}

/** `oneDNN 2.6.3`. Throws `NstError` environment RUNTIME_MISSING where it is not installed. */
export function onednnVersion(): string {
  return `${LIBRARY} ${openDnnl().version}`;
}

class OnednnSession implements Session {
  readonly #dnnl: Dnnl;
  readonly #threads: number;
  readonly #inputs: readonly Expr<'input'>[];
  #compiled: Compiled | undefined;
  readonly #run: readonly (() => void)[];

  constructor(dnnl: Dnnl, threads: number, compiled: Compiled) {
    this.#dnnl = dnnl;
    this.#threads = threads;
    this.#compiled = compiled;
    this.#inputs = compiled.inputs.map(({ expr }) => expr);
    try {
      this.#run = compiled.program.finish().run;
    } catch (error) {
      compiled.program.dispose();
      throw error;
    }
  }

  async run(feeds: Readonly<Tensors>): Promise<Tensors> {
    const compiled = this.#compiled;
    if (!compiled) throw sessionDisposed();
    checkFeeds(this.#inputs, feeds);
    return attempt(LIBRARY, 'evaluate', () => this.#evaluate(compiled, feeds));
  }

  #evaluate({ inputs, outputs }: Compiled, feeds: Readonly<Tensors>): Tensors {
    const floats = (buffer: Buffer) => floatsOf(this.#dnnl, buffer);
    for (const { expr, tensor } of inputs) floats(tensor.buffer).set(feeds[expr.attrs.name]);
    // The number is the thread's, and another runtime may have set its own.
    this.#dnnl.setThreads(this.#threads);
    for (const step of this.#run) step();
    return Object.fromEntries(outputs.map(({ name, tensor }) => [name, floats(tensor.buffer).slice()]));
  }

  async dispose(): Promise<void> {
    this.#compiled?.program.dispose();
    this.#compiled = undefined;
  }
}
