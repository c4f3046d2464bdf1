import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../dist/frames/decode.js';
import { encodePng, readFrame } from '../../../dist/frames/picture_file.js';
import { probe } from '../../../dist/frames/probe.js';
import type { Picture } from '../../../dist/picture.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const FRAMES = 60;
const name = (i: number) => `${String(i).padStart(6, '0')}.png`;

const meanAndDeviation = ({ width, height, data }: Picture) =>
  [0, 1, 2].map((c) => {
    const values = data.subarray(c * width * height, (c + 1) * width * height);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) };
  });

describe('a film in which nothing moves', () => {
  it('keeps its mean colour and its contrast within 1 % over 60 frames', async () => {
    const folder = scratchFolder();
    const film = join(folder, 'still');
    mkdirSync(film);
    const size = { width: 64, height: 36, ranges: [{ first: 20, last: 20 }] };
    for await (const { picture } of decodeFrames(await probe(clip), size))
      writeFileSync(join(film, name(0)), await encodePng(picture, 8));
    for (let i = 1; i < FRAMES; i++) copyFileSync(join(film, name(0)), join(film, name(i)));
    const work = join(folder, 'work');
    const quick = ['--iterations', '30,6', '--flow', 'medium', '--threads', '1'];
    const result = await run([
      film,
      '-s',
      painting,
      ...quick,
      '-o',
      `${join(folder, 'out')}/`,
      '--work',
      work,
    ]);
    expect(result.status, result.stderr).toBe(0);
    const painted = async (i: number) => meanAndDeviation(await readFrame(join(work, 'stylised', name(i))));
    const first = await painted(0);
    for (let i = 1; i < FRAMES; i++)
      for (const [c, { mean, deviation }] of (await painted(i)).entries()) {
        expect(Math.abs(mean / first[c].mean - 1), `frame ${i}, colour`).toBeLessThan(0.01);
        expect(Math.abs(deviation / first[c].deviation - 1), `frame ${i}, contrast`).toBeLessThan(0.01);
      }
  });
});
