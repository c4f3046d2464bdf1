import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { renderStill, type StillOptions } from '../../dist/index.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { loadNetwork } from '../../dist/nst/network.js';
import type { Picture } from '../../dist/picture.js';
import { DEFAULTS } from '../../dist/render/options/defaults.js';
import { readStyles } from '../../dist/render/paint/style_pictures.js';
import { litePath } from '../nst/shared_data.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const scream = painting.replace('wave', 'scream');
const starryNight = painting.replace('wave', 'starry_night');
const photo = at('photo.png');
ffmpeg('-ss', '1.2', '-i', clip, '-frames:v', '1', '-vf', 'scale=80:46', photo);

const quick = { size: 80, coarsest: 0, iterations: { first: 12, next: 6 }, threads: 1, tolerance: 0 };

let stills = 0;
async function painted(options: StillOptions): Promise<{ bytes: Buffer; picture: Picture }> {
  const output = at(`still${stills++}.png`);
  await renderStill(photo, { ...quick, ...options, output }).result;
  return { bytes: readFileSync(output), picture: await readPicture(output) };
}

/** Mean absolute difference, grey levels. */
function distance(a: Picture, b: Picture): number {
  return a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]), 0) / a.data.length;
}

/** How far pictures are from a painting: the style energy of the shipped network. */
async function judge(path: string) {
  const sessions = new EnergySessions(
    await loadNetwork(litePath),
    createOnnxRuntime({ threads: 1 }),
    DEFAULT_FORM,
  );
  const weights = { content: 0, style: 100, temporal: 0, tv: 0 };
  const frame = await readPicture(photo);
  await sessions.setStyles(await readStyles({ ...DEFAULTS, style: [path] }, frame, () => undefined));
  const energyOf = await sessions.energyOf({ content: frame, weights });
  return async (picture: Picture) => (await energyOf(picture.data)).energy;
}

describe('several paintings', () => {
  it('with shares 1,0 give the first alone, bit for bit, whatever is blended', async () => {
    const alone = await painted({ style: [painting] });
    for (const styleBlend of ['grams', 'losses'] as const) {
      const mixed = await painted({ style: [painting, scream], styleShares: [1, 0], styleBlend });
      expect(mixed.bytes.equals(alone.bytes)).toBe(true);
    }
  });

  it('draw a picture as near to each as its share says', async () => {
    const [toWave, toScream] = [await judge(painting), await judge(scream)];
    const found: { wave: number; scream: number }[] = [];
    for (const styleShares of [
      [1, 0],
      [3, 1],
      [1, 3],
      [0, 1],
    ]) {
      const { picture } = await painted({ style: [painting, scream], styleShares });
      found.push({ wave: await toWave(picture), scream: await toScream(picture) });
    }
    for (let k = 1; k < found.length; k++) {
      expect(found[k].wave).toBeGreaterThan(1.1 * found[k - 1].wave);
      expect(found[k].scream).toBeLessThan(0.9 * found[k - 1].scream);
    }
  });
});

/** The mean frequency of a picture's grey values, cycles a pixel, each by its power. */
function meanFrequency({ width, height, data }: Picture): number {
  const n = width * height;
  let [weighted, power] = [0, 0];
  for (let y = 0; y < height; y++) {
    const row = Array.from({ length: width }, (_, x) => {
      const i = y * width + x;
      return data[i] + data[n + i] + data[2 * n + i];
    });
    for (let k = 1; k <= width / 2; k++) {
      let [re, im] = [0, 0];
      row.forEach((v, x) => {
        re += v * Math.cos((2 * Math.PI * k * x) / width);
        im += v * Math.sin((2 * Math.PI * k * x) / width);
      });
      weighted += (k / width) * (re * re + im * im);
      power += re * re + im * im;
    }
  }
  return weighted / power;
}

describe('--style-scale', () => {
  it('0.5 moves the spectrum to finer strokes, 2 to broader ones', async () => {
    const iterations = { first: 30, next: 0 };
    const [double, one, half] = await Promise.all(
      [2, 1, 0.5].map(async (scale) =>
        meanFrequency((await painted({ style: [starryNight], styleScale: [scale], iterations })).picture),
      ),
    );
    expect(half).toBeGreaterThan(1.1 * one);
    expect(double).toBeLessThan(one);
  });
});

describe('--init', () => {
  it('begins with what it says: a few iterations stay near it', async () => {
    const style = [painting];
    const few = { iterations: { first: 2, next: 0 }, styleWeight: 1 };
    const from = async (init: string) => (await painted({ style, init, ...few })).picture;
    const [content, start, noise] = [await readPicture(photo), await from(scream), await from('noise:7')];
    const given = resizePicture(await readPicture(scream), start.width, start.height);
    expect(distance(start, given)).toBeLessThan(distance(start, content) / 3);
    // Nothing is as near to a painting as itself.
    const toWave = await judge(painting);
    expect(await toWave(await from('style'))).toBeLessThan(0.3 * (await toWave(content)));
    expect(distance(await from('content'), content)).toBeLessThan(distance(start, content) / 3);
    expect(distance(noise, await from('noise:8'))).toBeGreaterThan(10);
    const seeded = (await painted({ style, init: 'noise', seed: 7, ...few })).picture;
    expect(distance(noise, seeded)).toBe(0);
  });

  it('refuses what is neither a word nor a file', async () => {
    const misspelt = renderStill(photo, { ...quick, style: [painting], init: 'nosie' }).result;
    await expect(misspelt).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/--init: expected matched, .*found "nosie"; did you mean noise\?$/),
    });
  });
});

describe('paintings that change over a film', () => {
  const FRAMES = 7;
  const keyframes = ['--style-at', '1:1,0', '--style-at', '5:scream=1'];
  const job = (name: string, frames: string, ...more: string[]) => [
    ...[clip, '--style', painting, '--style', scream, '--size', '80', '--iterations', '12,6'],
    ...['--coarsest', '0', '--threads', '1', '--frames', frames, '-q', '-y', '-o', at(`${name}/`), ...more],
  ];
  const frame = (name: string, k: number) => readFileSync(at(`${name}/frame_00000${k}.png`));

  it('go from the one to the other step by step, and are stopped and gone on with like any film', async () => {
    const whole = await run(job('whole', `0-${FRAMES - 1}`, ...keyframes));
    expect(whole.status, whole.stderr).toBe(0);
    const [toWave, toScream] = [await judge(painting), await judge(scream)];
    const pictures = await Promise.all(
      Array.from({ length: FRAMES }, (_, k) => readPicture(at(`whole/frame_00000${k}.png`))),
    );
    // Before the first keyframe the film is that of the first painting alone.
    const alone = await run([
      ...job('alone', '0-1').filter((a, i, all) => a !== scream && all[i + 1] !== scream),
    ]);
    expect(alone.status, alone.stderr).toBe(0);
    for (const k of [0, 1]) expect(frame('whole', k).equals(frame('alone', k))).toBe(true);
    const [before, after] = [pictures[1], pictures[FRAMES - 1]];
    expect(await toScream(after)).toBeLessThan(0.3 * (await toScream(before)));
    expect(await toWave(after)).toBeGreaterThan(2 * (await toWave(before)));
    // No step is a jump: four of them make the way.
    const way = distance(before, after);
    for (let k = 2; k < FRAMES; k++) expect(distance(pictures[k - 1], pictures[k])).toBeLessThan(0.6 * way);

    // In two runs: what the second finds stored is all that it goes on from.
    for (const frames of ['0-3', '4-6'])
      expect((await run(job('parts', frames, ...keyframes))).status).toBe(0);
    expect(frame('parts', 6).equals(frame('whole', 6))).toBe(true);
    const other = await run(job('whole', '0-6', ...keyframes, '--style-scale', '0.5'));
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/--style-scale: none there, 0\.5 now/);
  });
});
