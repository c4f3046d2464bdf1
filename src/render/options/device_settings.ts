import { invalidArgument } from '../../error.js';
import type { Settings } from './setting_types.js';

/**
 * What a device cannot go with.
 * @throws NstError usage INVALID_ARGUMENT
 */
export function checkDeviceSettings({ device, runtime, parallel }: Settings): void {
  if (device === 'cpu') return;
  if (runtime !== 'onnx' && runtime !== 'auto')
    throw invalidArgument('--device', `cpu with --runtime ${runtime}: others are onnxruntime's`, device);
  // onnxruntime has one WebGPU device in a process, which no two threads may use at once.
  if (device === 'webgpu' && parallel > 1)
    throw invalidArgument('--parallel', '1 with --device webgpu, which one solver has to itself', parallel);
}
