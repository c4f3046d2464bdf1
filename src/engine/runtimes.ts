import { createOnednnRuntime, onednnVersion } from './onednn/onednn.js';
import { createOnnxRuntime, onnxRuntimeVersion } from './onnxruntime.js';
import type { Runtime } from './runtime.js';
import { createTfjsRuntime } from './tfjs.js';
import { tfjsVersion } from './tfjs_library.js';

/** What evaluates graphs: onnxruntime, or oneDNN or TensorFlow.js where they are installed. */
export type RuntimeName = 'onnx' | 'onednn' | 'tfjs';

export const RUNTIMES: readonly RuntimeName[] = ['onnx', 'onednn', 'tfjs'];

/**
 * Makes a runtime; its library is loaded at the first `compile`, oneDNN at once.
 *
 * @param threads within one operation, for onnxruntime and oneDNN; TensorFlow.js decides for itself
 * @throws NstError usage INVALID_ARGUMENT; environment RUNTIME_MISSING where the package is not installed
 */
export function createRuntime(name: RuntimeName, { threads }: { readonly threads: number }): Runtime {
  switch (name) {
    case 'tfjs':
      return createTfjsRuntime();
    case 'onednn':
      return createOnednnRuntime({ threads });
    default:
      return createOnnxRuntime({ threads });
  }
}

/**
 * Library and version, `onnxruntime 1.30.0` `oneDNN 2.6.3` or `TensorFlow.js 4.22.0 (tfjs-node-gpu)`; oneDNN
 * alone is loaded for it.
 * Throws `NstError` environment RUNTIME_MISSING where the package is not installed.
 */
export function runtimeVersion(name: RuntimeName = 'onnx'): string {
  switch (name) {
    case 'tfjs':
      return tfjsVersion();
    case 'onednn':
      return onednnVersion();
    default:
      return onnxRuntimeVersion();
  }
}
