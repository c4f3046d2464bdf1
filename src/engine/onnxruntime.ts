// First of all imports: what it sets has to be there before the library is loaded.
import './no_telemetry.js';
import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { invalidArgument } from '../error.js';
import type { DeviceName } from './device.js';
import { type Expr, topologicalOrder } from './expr.js';
import { checkFeeds } from './feeds.js';
import { OnnxDevice } from './onnx_device.js';
import { checkDeviceFiles } from './onnx_device_settings.js';
import { toOnnx } from './onnx_writer.js';
import type { Runtime, Session, Tensors } from './runtime.js';
import { attempt, checkPrecision, libraryMissing, sessionDisposed } from './runtime_errors.js';
import { simplify } from './simplify.js';

export interface OnnxRuntimeOptions {
  /** Threads within one operation; results may differ in the last bits between counts, not between runs. */
  readonly threads: number;
  /** Where it computes; the processor unless given. */
  readonly device?: DeviceName;
}

export type Library = typeof import('onnxruntime-node');

const LIBRARY = 'onnxruntime';

/**
 * onnxruntime on the processor or another device. The native library is loaded at the first `compile`, not before.
 *
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the package is not installed
 */
export function createOnnxRuntime({ threads, device = 'cpu' }: OnnxRuntimeOptions): Runtime {
  if (!Number.isInteger(threads) || threads < 1)
    throw invalidArgument('threads', 'a positive integer', threads);
  const settings = settingsFor(threads);
  if (device !== 'cpu') return onDevice(device, settings);
  return {
    name: `${onnxRuntimeVersion()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    precisions: ['float32'],
    async compile(outputs, options) {
      checkPrecision(this, options);
      const library = await loadLibrary();
      const simplified = simplify(outputs);
      const native = await attempt(LIBRARY, 'prepare', () => {
        const model = toOnnx(simplified, { blocked: process.arch === 'x64' });
        return library.InferenceSession.create(model, settings);
      });
      return new OnnxSession(library, native, simplified);
    },
  };
}

function settingsFor(threads: number): InferenceSession.SessionOptions {
  return {
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
}

/** Tensors of CUDA cannot be held by this package: there all that is fed and returned crosses at every run. */
function onDevice(name: DeviceName, settings: InferenceSession.SessionOptions): Runtime {
  const device = new OnnxDevice(loadLibrary, name, settings);
  return {
    name: `${onnxRuntimeVersion()} on ${name}`,
    precisions: ['float32'],
    ...(name === 'webgpu' && { device }),
    async compile(outputs, options) {
      checkPrecision(this, options);
      checkDeviceFiles(name);
      return device.compile(outputs);
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
    if (!native) throw sessionDisposed();
    checkFeeds(this.#inputs, feeds);
    const tensors = this.#tensors(feeds);
    const results = await attempt(LIBRARY, 'evaluate', () => native.run(tensors, Object.keys(this.#outputs)));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
    );
  }

  #tensors(feeds: Readonly<Tensors>): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const { attrs, shape } of this.#inputs) {
      tensors[attrs.name] = new this.#library.Tensor('float32', feeds[attrs.name], shape);
    }
    return tensors;
  }

  async dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await native?.release();
  }
}

/** `onnxruntime 1.30.0`. Throws `NstError` environment RUNTIME_MISSING where the package is not installed. */
export function onnxRuntimeVersion(): string {
  try {
    return `onnxruntime ${createRequire(import.meta.url)('onnxruntime-node/package.json').version}`;
  } catch (cause) {
    throw libraryMissing('onnxruntime-node', cause);
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

/** The native library, loaded when first asked for. Throws `NstError` environment RUNTIME_MISSING. */
export async function loadLibrary(): Promise<Library> {
  try {
    const library = await import('onnxruntime-node');
    // A CommonJS package: what Node cannot see statically is under `default`.
    return 'InferenceSession' in library ? library : (library as { default: Library }).default;
  } catch (cause) {
    throw libraryMissing('onnxruntime-node', cause);
  }
}
