import type { DeviceName, Precision, RuntimeName } from '../engine/index.js';
import type { FailureKind } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import type { EnergyForm } from './energy_form.js';
import type { FrameTargets } from './energy_sessions.js';
import type { InversionTask } from './inversion.js';
import type { LineSearchName } from './line_search.js';
import type { IterationRecord } from './minimise.js';
import type { Fit, MemoryLimit } from './solver_memory.js';
import type { StopRule } from './stop_rule.js';
import type { Style } from './style_paintings.js';

/** What a solver is started with, and keeps for life. */
export interface SolverSettings extends EnergyForm {
  readonly networkPath: string;
  /** Threads inside each operation of the runtime. Results repeat bit for bit for equal counts. */
  readonly threads: number;
  /** What evaluates the energy; onnxruntime unless given. */
  readonly runtime?: RuntimeName;
  /** Where onnxruntime computes; the processor unless given. */
  readonly device?: DeviceName;
  /** What it may take of memory; any amount unless given. */
  readonly memory?: MemoryLimit;
  /** bfloat16: what is far from its goal is minimised in it, the end in float32 (`precision.ts`); float32 unless given. */
  readonly precision?: Precision;
}

export interface NetworkInfo {
  readonly name: string;
  readonly path: string;
  /** SHA-256 of the network file. */
  readonly checksum: string;
  /** Layers that may enter an energy. */
  readonly layers: readonly string[];
  /** Runtime and threads, which decide the last bits of every result. */
  readonly runtime: string;
  readonly precision: Precision;
}

export type OptimizerName = 'lbfgs' | 'adam';

/** How an energy is minimised. */
export interface Minimisation {
  /** A picture as it is seen, source and paint together. */
  readonly start: Picture;
  readonly optimizer: OptimizerName;
  /** Most steps; 0 gives the start back as it is. */
  readonly iterations: number;
  readonly stop?: StopRule;
  /** L-BFGS: curvature pairs remembered. */
  readonly history?: number;
  /** Matched losses whose partners stay: for so many steps; 10 unless given. */
  readonly matchEvery?: number;
  /** L-BFGS: how the length of a step is found. */
  readonly lineSearch?: LineSearchName;
  /** Adam: size of a typical step, grey levels. */
  readonly learningRate?: number;
}

/** One frame to paint. */
export interface SolveTask extends FrameTargets, Minimisation {
  /** How far paint covers the source, 0..1; where it is 0 the content stays as it is. All of it unless given. */
  readonly coverage?: Plane;
}

/** A picture to be found by its features at one layer. */
export interface InvertTask extends Omit<InversionTask, 'pooling'>, Minimisation {}

export interface SolveResult {
  /** The picture of least energy; values may lie outside 0..255. */
  readonly picture: Picture;
  /** Energy of `picture`; undefined where nothing was evaluated. */
  readonly energy: number | undefined;
  /** The terms of that energy, before their weights, by name. */
  readonly terms: Readonly<Record<string, number>>;
  /** Start and every iteration in order. */
  readonly energies: readonly IterationRecord[];
  readonly evaluations: number;
  readonly stoppedBy: 'iterations' | 'relative-change';
}

export interface EvaluateTask extends FrameTargets {
  readonly image: Picture;
}

export interface EvaluateResult {
  readonly energy: number;
  readonly terms: Readonly<Record<string, number>>;
  /** d energy / d pixel `[3,H,W]`. */
  readonly gradient: Picture;
}

/** The requests a worker answers, each with what it is given and what it gives. */
export interface SolverRequests {
  open: { given: SolverSettings; result: NetworkInfo };
  /** The pictures of those whose names are known hold no pixels. */
  styles: { given: { readonly styles: readonly Style[] }; result: undefined };
  /** `cancelled`: element 0 becomes 1 when the main thread wants the work to end. */
  solve: { given: { readonly task: SolveTask; readonly cancelled: Int32Array }; result: SolveResult };
  evaluate: { given: { readonly task: EvaluateTask }; result: EvaluateResult };
  invert: { given: { readonly task: InvertTask; readonly cancelled: Int32Array }; result: SolveResult };
  /** How frames of a size fit into the memory; nothing where there is no limit. */
  fit: {
    given: { readonly width: number; readonly height: number };
    result: Fit | undefined;
  };
  close: { given: Record<never, never>; result: undefined };
}

export type RequestKind = keyof SolverRequests;

export type RequestMessage = {
  [K in RequestKind]: { readonly id: number; readonly kind: K; readonly given: SolverRequests[K]['given'] };
}[RequestKind];

export type ReplyMessage =
  | { readonly id: number; readonly kind: 'done'; readonly result: unknown }
  | { readonly id: number; readonly kind: 'iteration'; readonly record: IterationRecord }
  | { readonly id: number; readonly kind: 'failed'; readonly failure: Failure };

/** An error on its way between threads: structured cloning keeps no class. */
export interface Failure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
}
