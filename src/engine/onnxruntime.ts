import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { invalidArgument, NstError } from '../error.js';
import { type Expr, topologicalOrder } from './expr.js';
import { toOnnx } from './onnx_writer.js';
import type { Runtime, Session, Tensors } from './runtime.js';
import { elementCount, formatShape } from './shape.js';
import { simplify } from './simplify.js';

export interface OnnxRuntimeOptions {
  /** Threads within one operation; results may differ in the last bits between counts, not between runs. */
  readonly threads: number;
}

type Library = typeof import('onnxruntime-node');

/**
 * onnxruntime on the processor. The native library is loaded at the first `compile`, not before.
 *
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the package is not installed
 */
export function createOnnxRuntime({ threads }: OnnxRuntimeOptions): Runtime {
  if (!Number.isInteger(threads) || threads < 1)
    throw invalidArgument('threads', 'a positive integer', threads);
  return {
    name: `${runtimeVersion()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    async compile(outputs) {
      const library = await loadLibrary();
      const simplified = simplify(outputs);
      const options: InferenceSession.SessionOptions = {
        graphOptimizationLevel: 'all',
        // Parallel execution of branches fights the threads inside each operation: it doubles the time.
        executionMode: 'sequential',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        enableCpuMemArena: true,
        // Planning all intermediate tensors as one block costs a fifth more memory and gains no time.
        enableMemPattern: false,
        // It moves zeros into the padding of a pooling: refused at run time when they are too many, and wrong for the
        // maximum of negative values.
        extra: { optimization: { disable_specified_optimizers: 'Pad_Fusion' } },
        // Failures arrive as errors; the library shall not print them as well.
        logSeverityLevel: 4,
      };
      const native = await attempt('prepare', () => {
        const model = toOnnx(simplified, { blocked: process.arch === 'x64' });
        return library.InferenceSession.create(model, options);
      });
      return new OnnxSession(library, native, simplified);
    },
  };
}

class OnnxSession implements Session {
  readonly #library: Library;
  readonly #outputs: Readonly<Record<string, Expr>>;
  readonly #inputs: readonly Expr<'input'>[];
  #native: InferenceSession | undefined;

  constructor(library: Library, native: InferenceSession, outputs: Readonly<Record<string, Expr>>) {
    this.#library = library;
    this.#native = native;
    this.#outputs = outputs;
    this.#inputs = topologicalOrder(Object.values(outputs)).filter((expr) => expr.op === 'input');
  }

  async run(feeds: Readonly<Tensors>): Promise<Tensors> {
    const native = this.#native;
    if (!native)
      throw new NstError('bug', 'SESSION_DISPOSED', 'This session was disposed and cannot run again.');
    const tensors = this.#tensors(feeds);
    const results = await attempt('evaluate', () => native.run(tensors, Object.keys(this.#outputs)));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
    );
  }

  #tensors(feeds: Readonly<Tensors>): Record<string, Tensor> {
    const known = new Set(this.#inputs.map((expr) => expr.attrs.name));
    const unknown = Object.keys(feeds).find((name) => !known.has(name));
    if (unknown !== undefined)
      throw feedError(unknown, `one of ${[...known].join(', ')}`, 'an input of that name');
    const tensors: Record<string, Tensor> = {};
    for (const { attrs, shape } of this.#inputs) {
      const data = feeds[attrs.name];
      const expected = `${elementCount(shape)} values for ${formatShape(shape)}`;
      if (!data) throw feedError(attrs.name, expected, 'nothing');
      if (data.length !== elementCount(shape)) throw feedError(attrs.name, expected, `${data.length}`);
      tensors[attrs.name] = new this.#library.Tensor('float32', data, shape);
    }
    return tensors;
  }

  async dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await native?.release();
  }
}

function feedError(name: string, expected: string, found: string): NstError {
  return new NstError('bug', 'FEED_INVALID', `input ${name}: expected ${expected}, found ${found}`);
}

/** `onnxruntime 1.30.0`. Throws `NstError` environment RUNTIME_MISSING where the package is not installed. */
export function runtimeVersion(): string {
  try {
    return `onnxruntime ${createRequire(import.meta.url)('onnxruntime-node/package.json').version}`;
  } catch (cause) {
    throw libraryMissing(cause);
  }
}

/**
 * Devices that the installed library can be asked for, by its own names: `cpu`, `webgpu`, `cuda`, ...; those that
 * need further files count only where these came with it.
 * @throws NstError environment RUNTIME_MISSING
 */
export async function runtimeDevices(): Promise<string[]> {
  const library = await loadLibrary();
  return library
    .listSupportedBackends()
    .filter(({ bundled }) => bundled)
    .map(({ name }) => name);
}

async function loadLibrary(): Promise<Library> {
  try {
    const library = await import('onnxruntime-node');
    // A CommonJS package: what Node cannot see statically is under `default`.
    return 'InferenceSession' in library ? library : (library as { default: Library }).default;
  } catch (cause) {
    throw libraryMissing(cause);
  }
}

function libraryMissing(cause: unknown): NstError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  const message = `onnxruntime-node could not be loaded on ${process.platform} ${process.arch}: ${reason}`;
  return new NstError('environment', 'RUNTIME_MISSING', message, { cause });
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (
      /bad_alloc|failed to allocate|allocat\w+ .*fail|out of memory|array buffer allocation/i.test(reason)
    ) {
      const message = `onnxruntime ran out of memory while trying to ${what} the graph; a smaller size needs less.`;
      throw new NstError('resources', 'OUT_OF_MEMORY', message, { cause });
    }
    throw new NstError('bug', 'RUNTIME_FAILED', `onnxruntime failed to ${what} the graph: ${reason}`, {
      cause,
    });
  }
}
