import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEVICES, type DeviceName } from '../../engine/index.js';
import type { Finding } from './doctor.js';

const PROGRAM = fileURLToPath(new URL('../../engine/device_trial.js', import.meta.url));
/** A driver that takes longer to add two numbers is of no use. */
const PATIENCE_MS = 30_000;

const ADVICE: Readonly<Record<DeviceName, string>> = {
  cpu: '',
  webgpu: 'optional; needs a graphics card and its driver for Vulkan, Metal or Direct3D 12: docs/gpu.md',
  cuda: 'optional; needs an NVIDIA card, CUDA 12, cuDNN 9 and one more download: docs/gpu.md',
};

/** Has every device but the processor compute something; the `wanted` one is required. */
export function checkDevices(wanted: DeviceName): Promise<Finding[]> {
  return Promise.all(
    DEVICES.filter((name) => name !== 'cpu').map((name) => checkDevice(name, name === wanted)),
  );
}

async function checkDevice(device: DeviceName, required: boolean): Promise<Finding> {
  const common = { name: `device ${device}`, required };
  const { works, why } = await tryDevice(device);
  if (works) return { ...common, status: 'ok', found: `computes rightly; --device ${device} uses it` };
  return {
    ...common,
    status: 'missing',
    found: (why ?? '').replace(' (docs/gpu.md)', ''),
    advice: ADVICE[device],
  };
}

async function tryDevice(device: DeviceName): Promise<{ works: boolean; why?: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, device], {
      timeout: PATIENCE_MS,
    });
    return JSON.parse(stdout) as { works: boolean; why?: string };
  } catch (cause) {
    const { signal, code } = cause as { signal?: string | null; code?: number };
    return { works: false, why: `the trial's process ended with ${signal ?? `status ${code}`}` };
  }
}
