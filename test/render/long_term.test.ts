import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeFlo } from '../../dist/flow/flo.js';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { readFrame, writeFrame } from '../../dist/frames/picture_file.js';
import { type FilmOptions, renderFilm } from '../../dist/index.js';
import type { Picture } from '../../dist/picture.js';
import { random, texture } from '../flow/texture.js';
import { painting, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (...path: string[]) => join(folder, ...path);
const [width, height] = [128, 72];
const FRAMES = 13;
/** A thing of 24x24 px moves behind a pole of 8 px at 3 px a frame: each point of it is hidden for 3 frames. */
const THING = 24;
const POLE = { from: 56, to: 64 };
const thingAt = (frame: number) => ({ x: 28 + 3 * frame, y: 22 });

/** Coloured waves, known at every point, so that they can move by parts of a pixel. */
function colours(seed: number, strength: number): (x: number, y: number) => number[] {
  const planes = [seed, seed + 1, seed + 2].map(texture);
  const next = random(seed);
  const mean = planes.map(() => 90 + 80 * next());
  return (x, y) => planes.map((plane, c) => mean[c] + strength * (plane(x, y) - 128));
}

const [ground, thing, pole] = [colours(1, 0.5), colours(20, 1), colours(40, 0.2)];

/** What is seen at a pixel. */
function seenAt(frame: number, x: number, y: number): 'pole' | 'thing' | 'ground' {
  if (x >= POLE.from && x < POLE.to) return 'pole';
  const place = thingAt(frame);
  const within = (a: number) => a >= 0 && a < THING;
  return within(x - place.x) && within(y - place.y) ? 'thing' : 'ground';
}

function frameOf(frame: number): Picture {
  const place = thingAt(frame);
  const data = new Float32Array(3 * width * height);
  for (let p = 0; p < width * height; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    const colour = {
      pole: () => pole(x, y),
      thing: () => thing(x - place.x, y - place.y),
      ground: () => ground(x, y),
    }[seenAt(frame, x, y)]();
    for (let c = 0; c < 3; c++) data[c * width * height + p] = Math.min(255, Math.max(0, colour[c]));
  }
  return { width, height, data };
}

/** The exact motion to an earlier frame as files: where the other frame shows the same, it is certain. */
async function writeMotion(from: number, to: number): Promise<void> {
  const flow = createFlowField(width, height);
  const certain = Buffer.alloc(width * height);
  for (let p = 0; p < width * height; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    const seen = seenAt(from, x, y);
    if (seen === 'thing') flow.u[p] = thingAt(to).x - thingAt(from).x;
    certain[p] = seenAt(to, x + flow.u[p], y) === seen ? 255 : 0;
  }
  writeFileSync(at('flow', `backward_${from + 1}_${to + 1}.flo`), encodeFlo(flow));
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`);
  writeFileSync(at('flow', `reliable_${from + 1}_${to + 1}.pgm`), Buffer.concat([header, certain]));
}

const options = (name: string, more: object = {}): FilmOptions => ({
  style: [painting],
  output: at(`${name}.mp4`),
  flow: 'medium',
  iterations: { first: 20, next: 8 },
  coarsest: 0,
  threads: 1,
  frames: `0-${FRAMES - 1}`,
  ...more,
});
const paint = (name: string, more?: object) => renderFilm(at('film'), options(name, more)).result;
const files = (name: string, part: string) =>
  readdirSync(at(`${name}.mp4.nst`, part))
    .sort()
    .map((file) => ({ file, bytes: readFileSync(at(`${name}.mp4.nst`, part, file)) }));

beforeAll(async () => {
  mkdirSync(at('film'));
  mkdirSync(at('flow'));
  for (let i = 0; i < FRAMES; i++) {
    await writeFrame(at('film', `${String(i).padStart(4, '0')}.png`), frameOf(i));
    for (const distance of [1, 5]) if (distance <= i) await writeMotion(i, i - distance);
  }
});

/** Mean square between the thing's paint in two frames, where it is in sight in both: all of it. */
async function unlikeness(name: string, before: number, after: number): Promise<number> {
  const [one, two] = await Promise.all(
    [before, after].map((i) => readFrame(at(`${name}.mp4.nst`, 'stylised', `00000${i}.png`.slice(-10)))),
  );
  const shift = thingAt(after).x - thingAt(before).x;
  let sum = 0;
  let count = 0;
  for (let y = thingAt(after).y + 2; y < thingAt(after).y + THING - 2; y++)
    for (let x = Math.max(POLE.to + 2, thingAt(after).x + 2); x < thingAt(after).x + THING - 2; x++)
      for (let c = 0; c < 3; c++, count++) {
        const p = (c * height + y) * width + x;
        sum += (two.data[p] - one.data[p - shift]) ** 2;
      }
  return sum / count;
}

describe('--long-term', () => {
  it('gives a thing that was hidden its old paint when it comes back', async () => {
    const flowDir = at('flow');
    await paint('short', { flowDir });
    await paint('long', { flowDir, longTerm: '1,5' });
    const [short, long] = await Promise.all(['short', 'long'].map((name) => unlikeness(name, 1, 12)));
    expect(long).toBeLessThan(0.5 * short);
  });

  it('goes on where it was stopped to the same bytes', async () => {
    const more = { longTerm: [1, 3], size: 64, iterations: { first: 6, next: 3 }, frames: '0-7' };
    await paint('whole', more);
    for (const last of [2, 5]) {
      const stop = new AbortController();
      const job = renderFilm(at('film'), options('stopped', more), { signal: stop.signal });
      const watch = async () => {
        for await (const event of job) if (event.type === 'frame' && event.frame === last) stop.abort();
      };
      await expect(watch()).rejects.toMatchObject({ code: 'INTERRUPTED' });
      // The next one may be painted by then, and no other.
      const stored = files('stopped', 'stylised').length;
      expect(stored).toBeGreaterThanOrEqual(last + 1);
      expect(stored).toBeLessThanOrEqual(last + 2);
    }
    await paint('stopped', more);
    for (const part of ['stylised', 'flow']) expect(files('stopped', part)).toEqual(files('whole', part));
    expect(files('whole', 'flow').map(({ file }) => file)).toContain('000007-000004.flo');
  });

  it('starts from the frame before also where it does not hold on to it', async () => {
    const more = { size: 64, iterations: { first: 6, next: 3 }, frames: '0-4' };
    await paint('far', { ...more, longTerm: [3] });
    const terms = Array.from({ length: 5 }, (_, i) =>
      JSON.parse(readFileSync(at('far.mp4.nst', 'energies', `00000${i}.json`), 'utf8')),
    );
    expect(terms.map(({ start }) => start)).toEqual(['first', 'warped', 'warped', 'warped', 'warped']);
    expect(terms.map(({ terms }) => terms.temporal > 0)).toEqual([false, false, false, true, true]);
    await expect(paint('far', { ...more, longTerm: [1, 3], overwrite: true })).rejects.toMatchObject({
      code: 'SETTINGS_CHANGED',
      message: expect.stringMatching(/--long-term: 3 there, 1,3 now/),
    });
  });
});
