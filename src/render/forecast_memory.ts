import type { NetworkCost } from '../nst/network_cost.js';
import type { FlowName } from './defaults.js';

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
  readonly flow: number;
  readonly peak: number;
}

const MIB = 2 ** 20;
const PROGRAM = 190 * MIB;
/** Copies of every weight: as read, for the energy, for its gradient and for the content, some in blocks of channels. */
const COPIES = 6;
/** Features that live at once, in all features of one pass: theirs, their gates and gradients, and layout copies. */
const PASSES = 3.2;
/** Bytes per pixel: twenty pictures of L-BFGS and some of the painter, `[3,H,W]` float32. */
const PICTURES = 45 * 12;
/** Bytes per pixel of one flow thread (see estimateFlow). */
const FLOW: Readonly<Record<FlowName, number>> = { strong: 100, medium: 45 };

/** The peak memory of a film job, from the network's shape and the size of a frame. */
export function forecastMemory(
  { features, weights }: NetworkCost,
  { width, height }: { width: number; height: number },
  { flow, threads }: { flow: FlowName; threads: number },
): MemoryForecast {
  const pixels = width * height;
  const parts = {
    program: PROGRAM,
    network: COPIES * weights,
    features: PASSES * features * pixels,
    pictures: PICTURES * pixels,
    flow: Math.min(2, threads) * FLOW[flow] * pixels,
  };
  return { ...parts, peak: Object.values(parts).reduce((a, b) => a + b) };
}
