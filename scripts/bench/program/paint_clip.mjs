// The built program on the demo's clip, timed from outside and by what it tells of itself.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Frames of the demo's clip. */
export const CLIP_FRAMES = 60;

/**
 * Paints the clip's first `frames` frames.
 *
 * @returns `seconds` of the process, of the `first` frame and of each of the `following`; `evaluations` of a following
 *   frame, the median
 */
export async function paintClip(frames, options) {
  const folder = mkdtempSync(join(tmpdir(), 'nst-bench-'));
  const args = [at('dist/cli/main.js'), at('assets/bunny.mp4'), '--style', at('assets/wave.jpg')];
  const range = ['--frames', `0-${frames - 1}`, '--output', join(folder, 'out.mp4'), '--json'];
  try {
    const began = performance.now();
    const child = spawn(process.execPath, [...args, ...range, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const events = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line);
      if (event.type === 'frame') events.push(event);
    }
    const status = await ended;
    if (status !== 0) throw new Error(`nst-video ${options.join(' ')} ended with status ${status}`);
    const [first, ...following] = events;
    return {
      seconds: (performance.now() - began) / 1000,
      first: first.seconds,
      following: following.map(({ seconds }) => seconds),
      evaluations: following.map(({ iterations }) => iterations + 1),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
