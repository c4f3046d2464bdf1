import type { NetworkCost } from '../../nst/network_cost.js';
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

// Fitted to the peaks of whole runs on Linux, 160x90 to 960x540, lite and VGG-19, two threads: all within 10 %.
const PROGRAM = 180 * 2 ** 20;
/** Copies of every weight: as read, for the energy, for its gradient and for the content, some in blocks of channels. */
const COPIES = 11;
/** Features that live at once, in all features of one pass: theirs, their gradients, and copies in another layout. */
const PASSES = 1.7;
/** Pictures `[3,H,W]` of float32: some thirty that L-BFGS and the painter hold, and what waits to be collected. */
const PICTURES = 118;
/** Bytes per pixel of one flow thread (see estimateFlow). */
const FLOW: Readonly<Record<FlowName, number>> = { strong: 100, medium: 45, farneback: 100 };

/** What paints and estimates. */
interface LaneCosts {
  readonly flow: FlowName;
  /** Bytes of an estimator other than the program's own. */
  readonly flowMemory?: number;
  /** Of each lane. */
  readonly threads: number;
  /** Shots painted at once, each by a solver of its own. */
  readonly lanes?: number;
  /** Steps that L-BFGS remembers; 10 unless given. */
  readonly history?: number;
}

/**
 * The peak memory of a film job, from the network's shape and the size of a frame.
 */
export function forecastMemory(
  { features, weights }: NetworkCost,
  { width, height }: { width: number; height: number },
  { flow, flowMemory, threads, lanes = 1, history = 10 }: LaneCosts,
): MemoryForecast {
  const pixels = width * height;
  const parts = {
    program: PROGRAM,
    network: lanes * COPIES * weights,
    features: lanes * PASSES * features * pixels,
    pictures: lanes * (PICTURES + 2 * (history - 10)) * 12 * pixels,
    flow: flowMemory ?? lanes * Math.min(2, threads) * FLOW[flow] * pixels,
  };
  return { ...parts, peak: Object.values(parts).reduce((a, b) => a + b) };
}
