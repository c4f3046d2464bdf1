import type { DeviceTensor } from '../engine/index.js';
import type { DeviceEvaluation } from './device_energy.js';

/** An optimiser whose memory lies on a device. It starts with no past. */
export interface DeviceOptimiser {
  /**
   * Takes the energy and gradient found at `x` and gives the next picture to evaluate. Frees nothing; what it makes, the
   * picture among it, is the minimisation's.
   */
  next(x: DeviceTensor, found: DeviceEvaluation): Promise<DeviceTensor>;
  /** What it still needs. */
  needed(): Iterable<DeviceTensor>;
}
