import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { NstError } from '../error.js';
import { decodeHalves, floatToHalf } from './float16.js';
import { type Library, loadLibrary } from './onnxruntime.js';
import { outOfMemory, reasonOf } from './runtime_errors.js';
import { formatShape, type Shape } from './shape.js';

/** An input of a model file as the file declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** As onnxruntime calls it: `float32`, `float16`, `uint8`, ... */
  readonly type: string;
  /** A dimension without a number of its own takes any. */
  readonly shape: readonly (number | undefined)[];
}

/** A tensor as plain values, row-major. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** The types of tensors that values can be fed and read as. */
export const FILE_TYPES = ['float32', 'float16'] as const;

/** A model of somebody else's making, ready to run on the processor. */
export class OnnxFile {
  readonly #library: Library;
  readonly #native: InferenceSession;

  private constructor(
    /** The file. */
    readonly path: string,
    /** In the file's order. */
    readonly inputs: readonly DeclaredInput[],
    library: Library,
    native: InferenceSession,
  ) {
    this.#library = library;
    this.#native = native;
  }

  /**
   * Opens a model file, with the file of weights beside it where it has one.
   *
   * @param threads within one operation
   * @throws NstError input ONNX_FILE_BAD naming the file and what onnxruntime says of it; environment RUNTIME_MISSING;
   *   resources OUT_OF_MEMORY
   */
  static async open(path: string, { threads }: { readonly threads: number }): Promise<OnnxFile> {
    const library = await loadLibrary();
    try {
      const native = await library.InferenceSession.create(path, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        enableMemPattern: false,
        logSeverityLevel: 4,
        // Threads that wait by spinning take the cores from those that paint meanwhile.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      });
      return new OnnxFile(path, native.inputMetadata.map(declared), library, native);
    } catch (cause) {
      if (outOfMemory(cause)) throw tooLarge(path, cause);
      const message = `${path}: expected an ONNX model that onnxruntime can run, found another file (${firstLine(cause)})`;
      throw new NstError('input', 'ONNX_FILE_BAD', message, { cause });
    }
  }

  /**
   * Evaluates the model; may block the JavaScript thread until it is done. Outputs that are no tensors of
   * {@link FILE_TYPES} are left out.
   *
   * @param feeds one value for each input, in the file's order
   * @returns the outputs by name, in the file's order
   * @throws NstError input ONNX_FILE_FAILED naming the file and what onnxruntime says; resources OUT_OF_MEMORY
   */
  async run(feeds: readonly Value[]): Promise<ReadonlyMap<string, Value>> {
    let results: InferenceSession.OnnxValueMapType;
    try {
      const tensors = this.inputs.map(({ name, type }, i) => [name, this.#tensor(type, feeds[i])]);
      results = await this.#native.run(Object.fromEntries(tensors));
    } catch (cause) {
      if (outOfMemory(cause)) throw tooLarge(this.path, cause);
      const shapes = feeds.map(({ shape }) => formatShape(shape)).join(' and ');
      const message = `${this.path}: expected a model that takes ${shapes}, found one that onnxruntime cannot evaluate so (${firstLine(cause)})`;
      throw new NstError('input', 'ONNX_FILE_FAILED', message, { cause });
    }
    const values = new Map<string, Value>();
    for (const name of this.#native.outputNames) {
      const value = asValue(results[name] as Tensor);
      if (value) values.set(name, value);
    }
    return values;
  }

  /** Frees the model's memory. */
  dispose(): Promise<void> {
    return this.#native.release();
  }

  #tensor(type: string, { shape, data }: Value): Tensor {
    if (type === 'float16')
      return new this.#library.Tensor('float16', Uint16Array.from(data, floatToHalf), shape);
    return new this.#library.Tensor('float32', data, shape);
  }
}

function declared(meta: InferenceSession.ValueMetadata): DeclaredInput {
  const { name } = meta;
  if (!meta.isTensor) return { name, type: 'no tensor', shape: [] };
  const extents = meta.shape.map((n) => (typeof n === 'number' && n > 0 ? n : undefined));
  return { name, type: meta.type, shape: extents };
}

function asValue(tensor: Tensor): Value | undefined {
  const { type, dims: shape, data } = tensor;
  if (type === 'float32') return { shape, data: data as Float32Array };
  if (type !== 'float16') return undefined;
  const { buffer, byteOffset, byteLength } = data as Uint16Array;
  return { shape, data: decodeHalves(new Uint8Array(buffer, byteOffset, byteLength)) };
}

function tooLarge(path: string, cause: unknown): NstError {
  const message = `${path}: onnxruntime ran out of memory with this model; a smaller --size needs less`;
  return new NstError('resources', 'OUT_OF_MEMORY', message, { cause });
}

const firstLine = (cause: unknown): string =>
  reasonOf(cause)
    .split('\n')[0]
    .replace(/[\s.]+$/, '');
