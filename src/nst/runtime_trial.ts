import {
  createRuntime,
  type DeviceName,
  type Expr,
  elementCount,
  type Precision,
  RUNTIMES,
  type Runtime,
  type RuntimeName,
  type Tensors,
  topologicalOrder,
} from '../engine/index.js';
import { NstError } from '../error.js';
import { energyGraph } from './energy.js';
import { DEFAULT_FORM } from './energy_form.js';
import { energyLayers } from './features.js';
import type { Network } from './network.js';

/** A runtime in one of its precisions. */
export interface RuntimeChoice {
  /** As `--runtime` names it. */
  readonly runtime: RuntimeName;
  /** As `--precision` names it. */
  readonly precision: Precision;
  /** As `--device` names it; the processor unless given. */
  readonly device?: DeviceName;
}

/** What became of one that was tried. Plain data. */
export interface TriedRuntime extends RuntimeChoice {
  /** Library, version and threads. */
  readonly name: string;
  /** One evaluation of the trial's graph, ms, the quickest of some; undefined where it failed. */
  readonly milliseconds?: number;
  /** ‖g − g₀‖ / ‖g₀‖ of the gradient, g₀ that of onnxruntime. */
  readonly gradientError?: number;
  /** Whether that is what its precision explains. */
  readonly right: boolean;
  /** Why it failed. */
  readonly failure?: string;
  /** Whether it is what paints, where that was decided. */
  readonly chosen?: boolean;
}

/**
 * Errors of the gradient above these are not rounding. float32 leaves 1e-3 where the maximum of a pooling is decided by
 * the last bits; bfloat16 about 0.15 in a network of three blocks.
 */
const LARGEST_ERROR: Readonly<Record<Precision, number>> = { float32: 0.02, bfloat16: 0.3 };

const WIDTH = 192;
const HEIGHT = 108;
/** Blocks of the network that are evaluated: their kernels are those of the rest, and they take half of the time. */
const BLOCKS = 3;
/** Evaluations of one turn, and seconds after which no further turns begin. */
const EVALUATIONS = 3;
const TURNS = 3;
const PATIENCE = 1.2;

/**
 * What evaluates here: every runtime that is installed, in each of its precisions, onnxruntime first, for the others are
 * held against it. TensorFlow.js takes part only where it is asked for: without a GPU it is several times slower.
 */
export function contestants(threads: number): (RuntimeChoice & { readonly name: string })[] {
  const all = RUNTIMES.filter((runtime) => runtime !== 'tfjs').flatMap((runtime) => {
    try {
      const { name, precisions } = createRuntime(runtime, { threads });
      return precisions.map((precision) => ({ runtime, precision, name }));
    } catch (error) {
      if (error instanceof NstError && error.code === 'RUNTIME_MISSING') return [];
      throw error;
    }
  });
  return all.sort((a, b) => Number(b.runtime === 'onnx') - Number(a.runtime === 'onnx'));
}

/**
 * Evaluates energy and gradient of the network's first blocks by each contestant, in turns, and holds the gradients
 * against the first one's. Blocks its thread for a second or two.
 *
 * @param begin told of each before it is tried for the first time: a library may end the process
 */
export async function tryRuntimes(
  network: Network,
  threads: number,
  begin: (choice: RuntimeChoice) => void = () => undefined,
): Promise<TriedRuntime[]> {
  const graph = trialGraph(network);
  const feeds = trialFeeds(graph);
  const rows: Row[] = contestants(threads).map((choice) => ({ ...choice, milliseconds: undefined }));
  const began = performance.now();
  let expected: Float32Array | undefined;
  for (let turn = 0; turn < TURNS; turn++) {
    if (turn > 0 && performance.now() - began > 1000 * PATIENCE) break;
    for (const row of rows) {
      if (row.failure !== undefined) continue;
      if (turn === 0) begin({ runtime: row.runtime, precision: row.precision });
      try {
        const { milliseconds, gradient } = await takeTurn(
          createRuntime(row.runtime, { threads }),
          row.precision,
          graph,
          feeds,
        );
        row.milliseconds = Math.min(row.milliseconds ?? Number.POSITIVE_INFINITY, milliseconds);
        expected ??= gradient;
        row.gradientError ??= distance(gradient, expected);
      } catch (error) {
        row.failure = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return rows.map((row) => ({ ...row, right: isRight(row) }));
}

type Row = { -readonly [K in keyof Omit<TriedRuntime, 'right'>]: TriedRuntime[K] };

function isRight({ failure, gradientError, precision }: Row): boolean {
  // Written so that an error that is no number is none either.
  return failure === undefined && gradientError !== undefined && gradientError <= LARGEST_ERROR[precision];
}

/** The session is freed before the others' turns: threads of a library that wait for work would slow them. */
async function takeTurn(
  runtime: Runtime,
  precision: Precision,
  graph: Readonly<Record<string, Expr>>,
  feeds: Tensors,
): Promise<{ milliseconds: number; gradient: Float32Array }> {
  const session = await runtime.compile(graph, { precision });
  try {
    const { gradient } = await session.run(feeds);
    let milliseconds = Number.POSITIVE_INFINITY;
    for (let i = 0; i < EVALUATIONS; i++) {
      const began = performance.now();
      await session.run(feeds);
      milliseconds = Math.min(milliseconds, performance.now() - began);
    }
    return { milliseconds, gradient };
  } finally {
    await session.dispose();
  }
}

function trialGraph(network: Network): Record<string, Expr> {
  const firstOf = new Map<number, string>();
  const usable = new Set(energyLayers(network));
  for (const { block, tap } of network.convolutions)
    if (block <= BLOCKS && usable.has(tap) && !firstOf.has(block)) firstOf.set(block, tap);
  // A network whose heads are all deeper is tried whole.
  const styleLayers = firstOf.size > 0 ? [...firstOf.values()] : energyLayers(network);
  return energyGraph(network, { ...DEFAULT_FORM, contentLayers: [], styleLayers }, WIDTH, HEIGHT);
}

/** A picture with something at every scale, drawn to an empty painting. */
function trialFeeds(graph: Readonly<Record<string, Expr>>): Tensors {
  const inputs = topologicalOrder(Object.values(graph)).filter((expr) => expr.op === 'input');
  return Object.fromEntries(
    inputs.map(({ attrs: { name }, shape }) => [name, valuesOf(name, elementCount(shape))]),
  );
}

function valuesOf(name: string, size: number): Float32Array {
  if (name === 'image')
    return Float32Array.from({ length: size }, (_, i) => wave(i % WIDTH, Math.floor(i / WIDTH)));
  return new Float32Array(size).fill(name.startsWith('weight_style') ? 1 : 0);
}

const wave = (x: number, y: number): number =>
  128 + 60 * Math.sin(x / 5) + 60 * Math.sin((y * (x + 9)) / 300);

function distance(values: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    difference += (values[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference / size);
}

/** Of a bfloat16 run's steps a tenth more are taken, and about a tenth of all in float32 (`precision.ts`). */
const LOW_SHARE = 1.03;
const PRECISE_SHARE = 0.1;

/**
 * Whose steps take the least time, of those that are right and allowed; undefined where none is. bfloat16 counts with
 * the float32 steps of its own runtime.
 */
export function fastest(
  rows: readonly TriedRuntime[],
  allowed: (choice: RuntimeChoice) => boolean = () => true,
): TriedRuntime | undefined {
  const costOf = ({ runtime, precision, milliseconds = Number.POSITIVE_INFINITY }: TriedRuntime): number => {
    if (precision === 'float32') return milliseconds;
    const precise = rows.find((row) => row.runtime === runtime && row.precision === 'float32');
    return LOW_SHARE * milliseconds + PRECISE_SHARE * (precise?.milliseconds ?? Number.POSITIVE_INFINITY);
  };
  const right = rows.filter((row) => row.right && allowed(row) && Number.isFinite(costOf(row)));
  return right.reduce<TriedRuntime | undefined>(
    (best, row) => (best === undefined || costOf(row) < costOf(best) ? row : best),
    undefined,
  );
}
