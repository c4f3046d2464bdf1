import type { EnergyForm } from '../../nst/energy_form.js';
import type { LayerShape } from '../../nst/network_cost.js';
import {
  type Fit,
  fitMemory,
  type MemoryLimit,
  type SolverMemory,
  wholeMemory,
} from '../../nst/solver_memory.js';
import type { FlowName } from '../options/setting_types.js';

/** Bytes of memory that a film job takes at its peak, by what takes them. */
export interface MemoryForecast {
  /** Node, its libraries and threads. */
  readonly program: number;
  /** The network's weights, as often as the graphs hold them. */
  readonly network: number;
  /** Features of a frame and their gradients. */
  readonly features: number;
  /** Pictures on their way, and what the optimiser remembers of them. */
  readonly pictures: number;
  /** The threads that compute flow. */
  readonly flow: number;
  /** All together. */
  readonly peak: number;
}

/** Node, its libraries and threads: fitted, as all of `solver_memory`, to the peaks of whole runs on Linux. */
export const PROGRAM_BYTES = 180 * 2 ** 20;
/** Bytes per pixel of one flow thread (see estimateFlow). */
export const FLOW_BYTES: Readonly<Record<FlowName, number>> = { strong: 100, medium: 45, farneback: 100 };

/** What paints and estimates. */
interface LaneCosts {
  readonly flow: FlowName;
  /** Bytes of an estimator other than the program's own. */
  readonly flowMemory?: number;
  /** Of each lane. */
  readonly threads: number;
  /** Shots painted at once, each by a solver of its own. */
  readonly lanes?: number;
  /** Steps that L-BFGS remembers; 0 for other optimisers. */
  readonly history: number;
  /** What each lane's solver may take; any amount where absent. */
  readonly limit?: MemoryLimit;
  /** Whether convolutions are Winograd's, whose weights lie beside the others. */
  readonly winograd?: boolean;
}

/** So much more of the network's share: six by six numbers for every three by three, forwards and back. */
const WINOGRAD = 0.65;

/**
 * The peak memory of a film job, from the network's shape and the size of a frame, and how frames are painted in it.
 * @throws NstError resources MEMORY_TOO_SMALL
 */
export function forecastMemory(
  layers: readonly LayerShape[],
  form: EnergyForm,
  { width, height }: { width: number; height: number },
  { flow, flowMemory, threads, lanes = 1, history, limit, winograd }: LaneCosts,
): { readonly memory: MemoryForecast; readonly fit: Fit | undefined } {
  const fit = limit && fitMemory(layers, form, { width, height }, limit);
  const solver: SolverMemory = fit?.memory ?? wholeMemory(layers, form, { width, height }, history);
  const parts = {
    program: PROGRAM_BYTES,
    network: lanes * solver.network * (winograd ? 1 + WINOGRAD : 1),
    features: lanes * solver.features,
    pictures: lanes * solver.pictures,
    flow: flowMemory ?? lanes * Math.min(2, threads) * FLOW_BYTES[flow] * width * height,
  };
  return { memory: { ...parts, peak: Object.values(parts).reduce((a, b) => a + b) }, fit };
}
