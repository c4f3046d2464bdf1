import type { Device } from './device.js';
import type { Expr } from './expr.js';

/** Named tensors as plain arrays, row-major; shapes are those of the graph. */
export type Tensors = Record<string, Float32Array>;

/**
 * What features are kept and multiplied in; sums, energies and all that is fed and returned are float32 either way.
 * bfloat16 has float32's range and 8 bits of its fraction.
 */
export type Precision = 'float32' | 'bfloat16';

export interface CompileOptions {
  /** float32 unless given. One that the runtime does not have is an error. */
  readonly precision?: Precision;
}

/** Evaluates graphs. Runtimes give the same values up to the rounding of their precision. */
export interface Runtime {
  /** Library, its version and what decides its rounding, e.g. `onnxruntime 1.30.0, 2 threads`. */
  readonly name: string;

  /** What it computes in on this machine; float32 is always among them. */
  readonly precisions: readonly Precision[];

  /**
   * Makes a graph ready to run; costs a fraction of a second to seconds for a large network, so keep the session.
   *
   * @param outputs the wanted values by name
   * @throws NstError environment RUNTIME_MISSING where the library cannot be loaded; resources OUT_OF_MEMORY; usage
   *   PRECISION_MISSING for a precision that the runtime does not have
   */
  compile(outputs: Readonly<Record<string, Expr>>, options?: CompileOptions): Promise<Session>;

  /** Where it computes, if tensors can stay there between runs. */
  readonly device?: Device;
}

/** A compiled graph. Runs may differ in every fed value; equal feeds give equal bits. */
export interface Session {
  /**
   * Evaluates all outputs. May block the JavaScript thread until it is done: call it from a worker thread.
   *
   * @param feeds exactly the inputs that the outputs depend on, by name
   * @returns the outputs by name; the arrays are the caller's
   * @throws NstError bug FEED_INVALID for a missing, unknown or wrongly sized input; resources OUT_OF_MEMORY
   */
  run(feeds: Readonly<Tensors>): Promise<Tensors>;
  /** Frees the session's memory; running afterwards is an error. */
  dispose(): Promise<void>;
}
