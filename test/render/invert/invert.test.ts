import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { invertPicture } from '../../../dist/index.js';
import type { Picture } from '../../../dist/picture.js';
import { clip, ffmpeg, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const photo = join(folder, 'photo.png');
const quick = { size: 64, iterations: { first: 60, next: 60 }, threads: 1, overwrite: true } as const;

beforeAll(() => void ffmpeg('-ss', '1', '-i', clip, '-frames:v', '1', photo));

/** Steps from pixel to pixel: their mean square, and how alike they are, 1 where all are of one size. */
function steps({ width, data }: Picture): { rough: number; alike: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 1; i < data.length; i++) {
    if (i % width === 0) continue;
    sum += Math.abs(data[i] - data[i - 1]) / data.length;
    squares += (data[i] - data[i - 1]) ** 2 / data.length;
  }
  return { rough: squares, alike: sum / Math.sqrt(squares) };
}

describe('nst-video invert', () => {
  it('finds the photo again by a low layer, and what it shows by a high one', async () => {
    const low = await invertPicture(photo, { ...quick, layer: 'relu1_1', tv: 0 }).result;
    const high = await invertPicture(photo, { ...quick, layer: 'relu5_1', tv: 0 }).result;
    expect(low.output).toBe(join(folder, 'photo.relu1_1.png'));
    expect(low.layers[0].difference).toBeLessThan(3 ** 2);
    expect(high.layers[0].difference).toBeGreaterThan(20 ** 2);
    expect(high.layers[0].distance).toBeLessThan(0.2);
  });

  it('smooths with --tv, and with --beta 1 leaves few large steps instead of many small ones', async () => {
    const of = async (tv: number, beta: number) => {
      const { output, layers } = await invertPicture(photo, { ...quick, layer: 'relu3_1', tv, beta }).result;
      return { ...steps(await readPicture(output)), ...layers[0] };
    };
    const free = await of(0, 2);
    const smooth = await of(2, 2);
    const smoother = await of(20, 2);
    expect(smooth.rough).toBeLessThan(0.5 * free.rough);
    expect(smoother.rough).toBeLessThan(0.5 * smooth.rough);
    // What the features leave open, smoothness decides rightly.
    expect(smooth.difference).toBeLessThan(0.7 * free.difference);
    expect((await of(0.3, 1)).alike).toBeLessThan(0.85 * smooth.alike);
  });

  it('draws a sheet of all layers', async () => {
    const args = ['--all', '--size', '64', '--iterations', '3', '--threads', '1', '--json'];
    const { status, stdout, stderr } = await run(['invert', photo, ...args]);
    expect(status, stderr).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const places = new Set(events.filter(({ type }) => type === 'iteration').map(({ place }) => place));
    expect([...places]).toEqual([1, 2, 3, 4, 5, 6]);
    const sheet = await readPicture(join(folder, 'photo.layers.png'));
    // The photo and six layers, two in a row: 64 px each, with gaps of 4.
    expect(sheet.width).toBe(2 * (64 + 4) + 4);
    expect(sheet.height).toBeGreaterThan(4 * (36 + 4) + 4);
  });

  it('refuses a layer that the network does not have', async () => {
    await expect(invertPicture(photo, { ...quick, layer: 'relu9_9' }).result).rejects.toMatchObject({
      code: 'LAYER_UNKNOWN',
      kind: 'usage',
    });
    await expect(invertPicture(photo, { ...quick, beta: 1.1 }).result).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: '--beta: expected a multiple of 0.25 from 1 to 4, found 1.1',
    });
  });
});
