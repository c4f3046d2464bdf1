import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../dist/frames/decode.js';
import { encodePng, readFrame } from '../../../dist/frames/picture_file.js';
import { probe } from '../../../dist/frames/probe.js';
import type { Picture } from '../../../dist/picture.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const SIZE = { width: 64, height: 36 };
const scream = painting.replace('wave', 'scream');
const name = (i: number) => `${String(i).padStart(6, '0')}.png`;

const meanAndDeviation = ({ width, height, data }: Picture) =>
  [0, 1, 2].map((c) => {
    const values = data.subarray(c * width * height, (c + 1) * width * height);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) };
  });

/** Frame 20 of the clip. */
async function stillFrame(): Promise<Picture> {
  const one = { ...SIZE, ranges: [{ first: 20, last: 20 }] };
  for await (const { picture } of decodeFrames(await probe(clip), one)) return picture;
  throw new Error('the clip has no frame 20');
}

/** The picture as a camera sees it that has turned by some columns: what leaves on one side comes in on the other. */
function turned({ width, height, data }: Picture, columns: number): Picture {
  const out = new Float32Array(data.length);
  for (let row = 0; row < 3 * height; row++)
    for (let x = 0; x < width; x++) out[row * width + x] = data[row * width + ((x + columns) % width)];
  return { width, height, data: out };
}

/** Paints a film of these frames quickly; what is asked for is each painted frame's mean and deviation, per channel. */
async function paintedFilm(frames: readonly Picture[], style: string) {
  const folder = scratchFolder();
  const film = join(folder, 'film');
  mkdirSync(film);
  for (const [i, frame] of frames.entries()) writeFileSync(join(film, name(i)), await encodePng(frame, 8));
  const work = join(folder, 'work');
  const quick = ['--iterations', '30,6', '--flow', 'medium', '--threads', '1'];
  const out = `${join(folder, 'out')}/`;
  const result = await run([film, '-s', style, ...quick, '-o', out, '--work', work]);
  expect(result.status, result.stderr).toBe(0);
  return async (i: number) => meanAndDeviation(await readFrame(join(work, 'stylised', name(i))));
}

describe('a film in which nothing moves', () => {
  it('keeps its mean colour and its contrast within 1 % over 60 frames', async () => {
    const frame = await stillFrame();
    const painted = await paintedFilm(Array(60).fill(frame), painting);
    const first = await painted(0);
    for (let i = 1; i < 60; i++)
      for (const [c, { mean, deviation }] of (await painted(i)).entries()) {
        expect(Math.abs(mean / first[c].mean - 1), `frame ${i}, colour`).toBeLessThan(0.01);
        expect(Math.abs(deviation / first[c].deviation - 1), `frame ${i}, contrast`).toBeLessThan(0.01);
      }
  });
});

describe('a camera that turns round once', () => {
  it('sees new regions painted in the colours of the old: the mean stays', async () => {
    const frame = await stillFrame();
    const frames = Array.from({ length: 25 }, (_, i) => turned(frame, 3 * i));
    const painted = await paintedFilm(frames, scream);
    const [first, last] = [await painted(0), await painted(24)];
    // 27, 39 and 33 grey levels where every region took on the tone beside it and the style term drew it further.
    for (const c of [0, 1, 2]) expect(Math.abs(last[c].mean - first[c].mean)).toBeLessThan(17);
  });
});
