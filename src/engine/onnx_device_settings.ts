import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { NstError } from '../error.js';
import type { DeviceName } from './device.js';
import { reasonOf } from './runtime_errors.js';

/**
 * What onnxruntime is asked for on a device. Layouts: features stay `[N,C,H,W]`, since WebGPU's other layout transposes
 * what is no convolution.
 */
export function deviceSettings(device: DeviceName): InferenceSession.SessionOptions {
  if (device === 'webgpu')
    return {
      executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }],
      // A node without a kernel would be computed by the processor, and its operands fetched, without a word.
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    };
  if (device === 'cuda') return { executionProviders: ['cuda'] };
  return {};
}

/**
 * Looks for files that a device needs besides the package's own: onnxruntime, asked for them in vain, would write to
 * stderr.
 * @throws NstError environment DEVICE_MISSING
 */
export function checkDeviceFiles(device: DeviceName): void {
  if (device !== 'cuda') return;
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  const file =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  if (!existsSync(join(folder, file))) throw deviceMissing(device, `no file ${join(folder, file)}`);
}

/** A device that cannot be used here. */
export function deviceMissing(device: DeviceName, cause: unknown): NstError {
  const reason = reasonOf(cause)
    .replace(/^.*was false\. /s, '')
    .split('\n')[0]
    .replace(/[\s.:]+$/, '');
  const expected = device === 'cuda' ? 'CUDA 12 and what onnxruntime needs to use it' : 'a graphics card';
  const message = `Device ${device}: expected ${expected}, found none: ${reason} (docs/gpu.md)`;
  return new NstError('environment', 'DEVICE_MISSING', message, { cause });
}

/** Whether onnxruntime failed for want of the device or of its libraries, which only its words tell. */
export function saysDeviceMissing(cause: unknown): boolean {
  return /WebGPU adapter|WebGPU device\b|Failed to load (shared )?library|CUDA failure|CUDA driver|no CUDA-capable/i.test(
    reasonOf(cause),
  );
}
