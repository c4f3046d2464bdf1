import type { DeviceName } from './device.js';
import { createOnnxRuntime, type OnnxRuntimeOptions, onnxRuntimeVersion } from './onnxruntime.js';
import type { Runtime } from './runtime.js';
import { createTfjsRuntime } from './tfjs.js';
import { tfjsVersion } from './tfjs_library.js';

/** What evaluates graphs: onnxruntime, or TensorFlow.js where one of its packages is installed. */
export type RuntimeName = 'onnx' | 'tfjs';

export const RUNTIMES: readonly RuntimeName[] = ['onnx', 'tfjs'];

/**
 * Makes a runtime; its library is loaded at the first `compile`.
 *
 * @param options Threads within one operation and device, for onnxruntime; TensorFlow.js decides for itself.
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the package is not installed
 */
export function createRuntime(name: RuntimeName, options: OnnxRuntimeOptions): Runtime {
  return name === 'tfjs' ? createTfjsRuntime() : createOnnxRuntime(options);
}

/**
 * Library and version, `onnxruntime 1.30.0`, `onnxruntime 1.30.0 on webgpu` or `TensorFlow.js 4.22.0 (tfjs-node-gpu)`,
 * without loading it. Throws `NstError` environment RUNTIME_MISSING where the package is not installed.
 */
export function runtimeVersion(name: RuntimeName = 'onnx', device: DeviceName = 'cpu'): string {
  if (name === 'tfjs') return tfjsVersion();
  return device === 'cpu' ? onnxRuntimeVersion() : `${onnxRuntimeVersion()} on ${device}`;
}
