import type { Expr } from './expr.js';

/** Named tensors as plain arrays, row-major; shapes are those of the graph. */
export type Tensors = Record<string, Float32Array>;

/** Evaluates graphs. Two runtimes give the same values up to float32 rounding. */
export interface Runtime {
  /** Library, its version and what decides its rounding, e.g. `onnxruntime 1.30.0, 2 threads`. */
  readonly name: string;

  /**
   * Makes a graph ready to run; costs a fraction of a second to seconds for a large network, so keep the session.
   *
   * @param outputs the wanted values by name
   * @throws NstError environment RUNTIME_MISSING where the library cannot be loaded; resources OUT_OF_MEMORY
   */
  compile(outputs: Readonly<Record<string, Expr>>): Promise<Session>;
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
