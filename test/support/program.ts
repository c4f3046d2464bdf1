import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const program = at('dist/cli/main.js');
export const clip = at('assets/bunny.mp4');
export const painting = at('assets/wave.jpg');

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts the built command line; `result` resolves when it ends. What is painted is painted with one thread unless the
 * arguments say otherwise: two test files run at a time, frames are small, and threads that wait for each other spin.
 */
export function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; result: Promise<Finished> } {
  const style = args.findIndex((arg) => arg === '-s' || arg === '--style');
  const paints = style >= 0 && style < args.length - 1 && args[0] !== 'looks';
  const threads = paints && !args.includes('--threads') ? ['--threads', '1'] : [];
  const child = spawn(process.execPath, [program, ...args, ...threads], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d) => (stdout += d));
  child.stderr.on('data', (d) => (stderr += d));
  const result = new Promise<Finished>((resolve) =>
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr })),
  );
  return { child, result };
}

export const run = (args: readonly string[], env?: NodeJS.ProcessEnv) => start(args, env).result;

export const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);

/** ffprobe's JSON of a file's streams, with frames counted. */
export const streams = (path: string) =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-show_streams', '-of', 'json', path], {
      encoding: 'utf8',
    }),
  ).streams as Record<string, string>[];

/** A folder for one test file, removed when it is done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nst-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
