import { afterAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../dist/frames/decode.js';
import { probe } from '../../../dist/frames/probe.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import type { Picture, Plane } from '../../../dist/picture.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { paintFresh } from '../../../dist/render/paint/coarse_to_fine.js';
import { ground } from '../../../dist/render/paint/ground.js';
import { solveRequest } from '../../../dist/render/paint/minimising.js';
import { bareGround, newGround, newRegionSize } from '../../../dist/render/paint/new_regions.js';
import { readStyles, setStyles } from '../../../dist/render/paint/style_pictures.js';
import { startPicture } from '../../../dist/temporal/start.js';
import { litePath } from '../../nst/shared_data.js';
import { clip, painting } from '../../support/program.js';

const SIZE = { width: 128, height: 72 };
/** Columns from here on are new in the second frame. */
const NEW = 96;
const settings = { ...DEFAULTS, coarsest: 64, iterations: { first: 40, next: 12 }, tolerance: 0 };

describe('newRegionSize', () => {
  it('is the smallest size of a first frame where there are several, else half the frame', () => {
    expect(newRegionSize({ width: 640, height: 360 }, DEFAULTS)).toEqual({ width: 160, height: 90 });
    expect(newRegionSize({ width: 192, height: 108 }, DEFAULTS)).toEqual({ width: 96, height: 54 });
    expect(newRegionSize({ width: 64, height: 30 }, DEFAULTS)).toBeUndefined();
    expect(newRegionSize({ width: 640, height: 360 }, { ...DEFAULTS, coarsest: 0 })).toBeUndefined();
  });
});

describe('a new region of a following frame', async () => {
  const solver = await FrameSolver.start({ networkPath: litePath, threads: 1 });
  afterAll(() => solver.close());
  const content = await frame();
  const styles = await readStyles({ ...DEFAULTS, style: [painting] }, content, () => undefined);
  await solver.setStyles(styles);
  const at = { frame: 1, place: 2, frames: 2 };
  const job = { emit: () => undefined, signal: new AbortController().signal };
  const context = { ...job, solver, styles };

  it('is begun with strokes, and ends painted as a first frame is', async () => {
    const first = await paintFresh({ solver, content, styles, at }, settings, job);
    const certainty = plane((x) => (x < NEW ? 1 : 0));
    const plain = ground(content, styles, settings);
    const paintedFrom = async ({ strokes, counted }: Awaited<ReturnType<typeof newGround>>) => {
      const start = startPicture(first.picture, certainty, plain, { strokes, fading: true });
      const previous = { warped: first.picture, certainty };
      const request = { content, start, previous, iterations: settings.iterations.next, at, counted };
      await setStyles(solver, styles);
      return (await solver.solve(solveRequest(request, settings, job))).picture;
    };
    const stroked = await newGround({ content, at }, certainty, context, settings);
    const bare = bareGround(settings);
    expect(stroked.strokes?.block).toBe(32);
    for (const mean of tonesOfNew(stroked.strokes!.picture)) expect(Math.abs(mean)).toBeLessThan(2);
    expect(stroked.coarser).toMatchObject([{ width: 64, height: 36 }]);
    expect(stroked.counted).toEqual({ before: 40, total: 52 });
    const whole = energyThere(first.picture, content);
    const withStrokes = energyThere(await paintedFrom(stroked), content) / whole;
    const without = energyThere(await paintedFrom(bare), content) / whole;
    expect(without).toBeLessThan(0.75);
    expect(withStrokes).toBeGreaterThan(without + 0.15);
    expect(withStrokes).toBeLessThan(1.3);
  });

  it('is left to the frame itself where it is small', async () => {
    const seam = plane((x) => (x === NEW ? 0 : 1));
    const { strokes, coarser } = await newGround({ content, at }, seam, context, settings);
    expect(coarser).toEqual([]);
    expect(strokes).toBeUndefined();
  });
});

async function frame(): Promise<Picture> {
  const media = await probe(clip);
  for await (const { picture } of decodeFrames(media, { ...SIZE, ranges: [{ first: 20, last: 20 }] }))
    return picture;
  throw new Error('the clip has no frame 20');
}

function plane(value: (x: number) => number): Plane {
  const data = Float32Array.from({ length: SIZE.width * SIZE.height }, (_, p) => value(p % SIZE.width));
  return { ...SIZE, data };
}

/** The mean of each channel over the new columns. */
function tonesOfNew({ width, data }: Picture): number[] {
  const n = data.length / 3;
  return [0, 1, 2].map((c) => {
    const values = data.subarray(c * n, (c + 1) * n).filter((_, p) => p % width >= NEW);
    return values.reduce((a, b) => a + b, 0) / values.length;
  });
}

/** Energy of strokes in the new columns: squared differences of neighbours that the source does not have. */
function energyThere(painted: Picture, content: Picture): number {
  const { width, height } = SIZE;
  let sum = 0;
  for (let c = 0; c < 3; c++)
    for (let y = 1; y < height; y++)
      for (let x = NEW + 1; x < width; x++) {
        const p = (c * height + y) * width + x;
        const paint = (q: number) => painted.data[q] - content.data[q];
        sum += (paint(p) - paint(p - 1)) ** 2 + (paint(p) - paint(p - width)) ** 2;
      }
  return sum;
}
