import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../dist/frames/decode.js';
import { encodePng, readPicture } from '../../../dist/frames/picture_file.js';
import { probe } from '../../../dist/frames/probe.js';
import { luma, type Picture } from '../../../dist/picture.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const SIZE = { width: 64, height: 36 };
const FRAMES = 26;
const name = (i: number) => `${String(i).padStart(6, '0')}.png`;

interface Look {
  readonly mean: number;
  /** Share of values at the limits of their range. */
  readonly clipped: number;
}

function lookOf(picture: Picture): Look {
  const { data } = luma(picture);
  return {
    mean: data.reduce((sum, v) => sum + v, 0) / data.length,
    clipped: picture.data.filter((v) => v <= 0.5 || v >= 254.5).length / picture.data.length,
  };
}

let steady: Picture[];
const light = (change: (value: number, i: number, x: number) => number) =>
  steady.map((frame, i) => ({
    ...frame,
    data: frame.data.map((v, p) => Math.min(255, Math.max(0, change(v, i, p % SIZE.width)))),
  }));

const looksIn = async (folder: string) => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.png'));
  return Promise.all(names.sort().map(async (file) => lookOf(await readPicture(join(folder, file)))));
};

/** Paints the film into `out`, from `work`, both in a folder; the looks are those of the paintings. */
async function paintedFilm(frames: readonly Picture[], ...more: string[]) {
  const folder = scratchFolder();
  const film = join(folder, 'film');
  mkdirSync(film);
  for (const [i, frame] of frames.entries()) writeFileSync(join(film, name(i)), await encodePng(frame, 8));
  const work = join(folder, 'work');
  const quick = ['--iterations', '30,6', '--flow', 'medium', '--threads', '1', ...more];
  const result = await run([film, '-s', painting, ...quick, '-o', `${join(folder, 'out')}/`, '--work', work]);
  expect(result.status, result.stderr).toBe(0);
  return { folder, looks: await looksIn(join(work, 'stylised')) };
}

/** Painted in steady light, and frames of it painted alone. */
let usual: Look[];
let alone: Look[];

beforeAll(async () => {
  steady = [];
  const ranges = [{ first: 0, last: FRAMES - 1 }];
  for await (const { picture } of decodeFrames(await probe(clip), { ...SIZE, ranges })) steady.push(picture);
  usual = (await paintedFilm(steady)).looks;
  alone = (await paintedFilm(steady.slice(0, 3), '--init-next', 'alone')).looks;
});

/** Every frame from `settled` on is as light as in steady light, and no frame has more of it clipped than painted afresh. */
function expectUnharmed(looks: readonly Look[], settled: number, within: number): void {
  const usually = Math.max(...alone.map(({ clipped }) => clipped));
  for (const [i, { mean, clipped }] of looks.entries()) {
    if (i >= settled) expect(Math.abs(mean - usual[i].mean), `light of frame ${i}`).toBeLessThan(within);
    expect(clipped, `clipped in frame ${i}`).toBeLessThan(usually + 0.01);
  }
}

describe('a film whose light changes', () => {
  it('fades in, and is as light then as if it had not', async () => {
    const { folder, looks } = await paintedFilm(light((v, i) => (v * Math.min(16, i)) / 16));
    expectUnharmed(looks, 16, 15);
    // The film shows the fade, laid over what is painted; encoded so, it shows the paintings.
    const shown = await looksIn(join(folder, 'out'));
    for (const i of [0, 4, 8, 12, 16, 20])
      expect(Math.abs(shown[i].mean - (Math.min(16, i) / 16) * looks[i].mean), `frame ${i}`).toBeLessThan(6);
    const bare = `${join(folder, 'bare')}/`;
    const encoded = await run(['encode', join(folder, 'work'), '--paint-fades', '-o', bare]);
    expect(encoded.status, encoded.stderr).toBe(0);
    for (const [i, { mean }] of (await looksIn(bare)).entries()) expect(mean).toBeCloseTo(looks[i].mean, 0);
  });

  it('goes to black and comes back within a shot', async () => {
    const share = (i: number) => Math.min(1, Math.abs(i - 12) / 8);
    expectUnharmed((await paintedFilm(light((v, i) => v * share(i)))).looks, 20, 15);
  });

  it('flashes, and is as it was before', async () => {
    const { looks } = await paintedFilm(light((v, i) => (i === 10 ? 255 : i === 11 ? 0.5 * (v + 255) : v)));
    expectUnharmed(looks, 12, 5);
    expect(Math.abs(looks[12].mean - looks[9].mean)).toBeLessThan(5);
  });

  it('has lightning over half of the picture, whose paint is not burnt', async () => {
    const struck = (i: number, x: number) => ((i === 8 || i === 9 || i === 12) && x < 32 ? 140 : 0);
    expectUnharmed((await paintedFilm(light((v, i, x) => v + struck(i, x)))).looks, 14, 15);
  });

  it('comes out of a tunnel into light that is too bright at first', async () => {
    const gain = (i: number) =>
      i < 8 ? 0.07 : i < 12 ? 0.07 + 0.45 * (i - 7) : Math.max(1, 1.9 - 0.15 * (i - 11));
    expectUnharmed((await paintedFilm(light((v, i) => v * gain(i)))).looks, 19, 15);
  });
});
