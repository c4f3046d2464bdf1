import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedFile } from '../nst/shared_data.js';

/** What a Vulkan loader reads to find SwiftShader, which computes on the processor; Chromium and its kin carry it. */
const FILE = 'vk_swiftshader_icd.json';

function softwareAdapters(): string[] {
  const playwright = join(homedir(), '.cache/ms-playwright');
  const browsers = existsSync(playwright)
    ? readdirSync(playwright, { recursive: true, encoding: 'utf8' })
    : [];
  return [
    sharedFile(`swiftshader/${FILE}`),
    `/usr/lib/chromium/${FILE}`,
    `/opt/google/chrome/${FILE}`,
    ...browsers.filter((path) => path.endsWith(FILE)).map((path) => join(playwright, path)),
  ].filter((path) => existsSync(path));
}

const PROGRAM = fileURLToPath(new URL('../../dist/engine/device_trial.js', import.meta.url));

function computes(env: NodeJS.ProcessEnv): boolean {
  const { stdout } = spawnSync(process.execPath, [PROGRAM, 'webgpu'], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  return stdout.includes('"works":true');
}

/**
 * What to put into the environment for WebGPU to find a graphics card, or else one made of software; none where there
 * is neither. Without XDG_RUNTIME_DIR the graphics libraries complain on stderr.
 */
export const webgpuEnv: Readonly<Record<string, string>> | undefined = [
  {},
  ...softwareAdapters().map((path) => ({ VK_ICD_FILENAMES: path })),
]
  .map((env) => ({ XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp', ...env }))
  .find((env) => computes({ ...process.env, ...env }));
