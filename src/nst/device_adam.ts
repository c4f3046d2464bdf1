import type { DeviceTensor } from '../engine/index.js';
import { type AdamOptions, adamOptions } from './adam.js';
import type { DeviceEnergy } from './device_energy.js';
import type { DeviceOptimiser } from './device_optimiser.js';
import type { DeviceScope } from './device_scope.js';

/** Adam, as `adam`, its moments on the device: one graph makes a step. */
export function deviceAdam(
  { device, vectors }: DeviceEnergy,
  scope: DeviceScope,
  options?: AdamOptions,
): DeviceOptimiser {
  const { learningRate, beta1, beta2, epsilon } = adamOptions(options);
  let steps = 0;
  let moments: { readonly mean: DeviceTensor; readonly square: DeviceTensor } | undefined;
  return {
    async next(x, { gradient }) {
      const t = ++steps;
      if (!moments) {
        const zeros = () => device.upload(new Float32Array(vectors.size), vectors.shape);
        moments = scope.add({ mean: await zeros(), square: await zeros() });
      }
      const { kept } = await vectors.adam(beta1, beta2, epsilon, {
        x,
        gradient,
        mean0: moments.mean,
        square0: moments.square,
        meanScale: Float32Array.of(learningRate / (1 - beta1 ** t)),
        squareScale: Float32Array.of(1 / (1 - beta2 ** t)),
      });
      const { point, mean, square } = scope.add(kept);
      moments = { mean, square };
      return point;
    },
    needed: () => (moments ? [moments.mean, moments.square] : []),
  };
}
