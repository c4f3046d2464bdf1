import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { readFrame, writeFrame } from '../../dist/frames/picture_file.js';
import type { Picture } from '../../dist/picture.js';
import { temporalError } from '../../dist/temporal/consistency.js';
import { asPicture, random, render, texture } from '../flow/texture.js';
import { painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const [width, height] = [128, 72];
const FRAMES = 4;
const grey = texture(2);
/** A pale sky over a textured ground, which stands still. */
const scene = asPicture(
  render(width, height, (x, y) => (y < 44 ? 150 + 0.5 * y + 4 * Math.sin(x / 25) : grey(x, y))),
);

/** The scene with grain of its own on every frame, as a folder of pictures. */
async function film(name: string, sigma: number): Promise<Picture[]> {
  const path = join(folder, name);
  mkdirSync(path);
  const frames: Picture[] = [];
  for (let i = 0; i < FRAMES; i++) {
    const next = random(100 + i);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const data = scene.data.map((value) => Math.min(255, Math.max(0, value + sigma * normal())));
    frames.push({ ...scene, data });
    await writeFrame(join(path, `${i}.png`), frames[i]);
  }
  return frames;
}

/** How much a film changes from frame to frame where nothing moves: its temporal error. */
function flicker(frames: readonly Picture[]): number {
  const still = createFlowField(width, height);
  const everywhere = { width, height, data: new Float32Array(width * height).fill(1) };
  // The second frame is still on its way from the first, with fewer iterations.
  const steps = frames.slice(2).map((frame, i) => temporalError(frame, frames[i + 1], still, everywhere).all);
  return steps.reduce((a, b) => a + b) / steps.length;
}

async function painted(name: string): Promise<Picture[]> {
  const output = join(folder, `${name}.mp4`);
  const size = ['--size', String(width), '--threads', '1'];
  const { status, stderr } = await run([
    ...[join(folder, name), '-s', painting, '-o', output, ...size, '--iterations', '30,10', '--crf', '30'],
  ]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  const frame = (i: number) => join(`${output}.nst`, 'stylised', `${String(i).padStart(6, '0')}.png`);
  return Promise.all(Array.from({ length: FRAMES }, (_, i) => readFrame(frame(i))));
}

describe('grain of the source', () => {
  it('does not become flicker', async () => {
    await film('clean', 0);
    const source = flicker(await film('grainy', 6));
    const [clean, grainy] = [flicker(await painted('clean')), flicker(await painted('grainy'))];
    expect(source).toBeGreaterThan(10e-4);
    expect(clean).toBeGreaterThan(0);
    // A third of the grain itself is left at most; before flow knew of grain it was multiplied.
    expect(grainy).toBeLessThan(source / 3);
  });
});
