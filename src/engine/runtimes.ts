import type { DeviceName } from './device.js';
import { createOnednnRuntime, onednnVersion } from './onednn/onednn.js';
import { createOnnxRuntime, type OnnxRuntimeOptions, onnxRuntimeVersion } from './onnxruntime.js';
import type { Runtime } from './runtime.js';
import { createTfjsRuntime } from './tfjs.js';
import { tfjsVersion } from './tfjs_library.js';

/** What evaluates graphs: onnxruntime, or oneDNN or TensorFlow.js where they are installed. */
export type RuntimeName = 'onnx' | 'onednn' | 'tfjs';

export const RUNTIMES: readonly RuntimeName[] = ['onnx', 'onednn', 'tfjs'];

/**
 * Makes a runtime; its library is loaded at the first `compile`, oneDNN at once.
 *
 * @param options Threads within one operation, for onnxruntime and oneDNN, and onnxruntime's device; TensorFlow.js
 *   decides for itself.
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the package is not installed
 */
export function createRuntime(name: RuntimeName, options: OnnxRuntimeOptions): Runtime {
  switch (name) {
    case 'tfjs':
      return createTfjsRuntime();
    case 'onednn':
      return createOnednnRuntime(options);
    default:
      return createOnnxRuntime(options);
  }
}

/**
 * Library and version, `onnxruntime 1.30.0`, `onnxruntime 1.30.0 on webgpu`, `oneDNN 2.6.3` or
 * `TensorFlow.js 4.22.0 (tfjs-node-gpu)`; oneDNN alone is loaded for it.
 * Throws `NstError` environment RUNTIME_MISSING where the package is not installed.
 */
export function runtimeVersion(name: RuntimeName = 'onnx', device: DeviceName = 'cpu'): string {
  switch (name) {
    case 'tfjs':
      return tfjsVersion();
    case 'onednn':
      return onednnVersion();
    default:
      return device === 'cpu' ? onnxRuntimeVersion() : `${onnxRuntimeVersion()} on ${device}`;
  }
}
