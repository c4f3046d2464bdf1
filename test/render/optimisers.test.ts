import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../dist/frames/picture_file.js';
import { renderStill, type StillOptions } from '../../dist/index.js';
import { clip, ffmpeg, painting, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const photo = join(folder, 'photo.png');
const output = join(folder, 'out.png');

const paint = (options: Partial<StillOptions>) =>
  renderStill(photo, {
    style: [painting],
    output,
    overwrite: true,
    threads: 1,
    coarsest: 0,
    tolerance: 0,
    init: 'content',
    ...options,
  }).result;

beforeAll(() => ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:36', photo));

describe('--learning-rate', () => {
  it.each([0.5, 3])('%s is what one step of Adam changes pixels by', async (learningRate) => {
    await paint({ optimizer: 'adam', learningRate, iterations: { first: 1, next: 1 } });
    const [before, after] = [await readPicture(photo), await readPicture(output)];
    const changes = Array.from(before.data, (v, i) => Math.abs(after.data[i] - v));
    const mean = changes.reduce((a, b) => a + b) / changes.length;
    // Values near black and white cannot go all the way; files have whole levels.
    expect(mean).toBeGreaterThan(0.8 * learningRate);
    expect(mean).toBeLessThan(1.2 * learningRate);
    expect(Math.max(...changes)).toBeLessThanOrEqual(Math.ceil(learningRate) + 0.01);
  });
});

describe('--lbfgs-history', () => {
  it('remembers more steps and comes lower in as many iterations', async () => {
    const energy = async (lbfgsHistory: number) =>
      (await paint({ lbfgsHistory, iterations: { first: 30, next: 1 } })).energy!;
    expect(await energy(1)).toBeGreaterThan(1.03 * (await energy(30)));
  });
});

describe('--line-search', () => {
  // From noise full steps climb now and then; what each search makes of a climb is in line_search.test.ts.
  it('takes other ways from noise, all of them down', async () => {
    const energy = async (lineSearch: StillOptions['lineSearch'], first = 25) =>
      (await paint({ init: 'noise', lineSearch, iterations: { first, next: 1 } })).energy!;
    const found = [await energy('none'), await energy('backtracking'), await energy('strong-wolfe')];
    expect(new Set(found).size).toBe(3);
    const early = await energy('backtracking', 3);
    for (const one of found) expect(one).toBeLessThan(0.5 * early);
  });
});
