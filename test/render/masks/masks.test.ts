import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodePng, readFrame, readPicture } from '../../../dist/frames/picture_file.js';
import { resizePicture } from '../../../dist/frames/resize.js';
import { type FilmOptions, renderFilm, renderStill, type StillOptions } from '../../../dist/index.js';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import type { Picture, Plane } from '../../../dist/picture.js';
import { texture } from '../../flow/texture.js';
import { run, scratchFolder, painting as wave } from '../../support/program.js';

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const scream = root('assets/scream.jpg');
const folder = scratchFolder();
const at = (...path: string[]) => join(folder, ...path);
const [width, height] = [96, 64];
const n = width * height;
const FRAMES = 3;

const plane = (value: (x: number, y: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: n }, (_, i) => value(i % width, Math.floor(i / width))),
});
const left = plane((x) => (x < width / 2 ? 1 : 0));

/** A disc of 14 px that moves by 4 px a frame before a ground at rest. */
const discAt = (frame: number) => (x: number, y: number) => Math.hypot(x - 30 - 4 * frame, y - 32) < 14;
const waves = [1, 2, 3].map(texture);
const spots = [21, 22, 23].map(texture);

function frameOf(frame: number): Picture {
  const inDisc = discAt(frame);
  const data = Float32Array.from({ length: 3 * n }, (_, i) => {
    const [x, y] = [i % width, Math.floor((i % n) / width)];
    const c = Math.floor(i / n);
    const value = inDisc(x, y) ? 60 + spots[c](x - 4 * frame, y) : 0.5 * waves[c](x, y);
    return Math.round(Math.min(255, Math.max(0, value)));
  });
  return { width, height, data };
}

const writeMask = (path: string, mask: Plane) =>
  sharp(
    Uint8Array.from(mask.data, (v) => Math.round(255 * v)),
    { raw: { width, height, channels: 1 } },
  )
    .png()
    .toFile(path);
const writePicture = async (path: string, picture: Picture) =>
  sharp(await encodePng(picture, 8)).toFile(path);

beforeAll(async () => {
  for (const name of ['film', 'discs']) mkdirSync(at(name));
  for (let i = 0; i < FRAMES; i++) {
    await writePicture(at('film', `${i}.png`), frameOf(i));
    await writeMask(
      at('discs', `${i}.png`),
      plane((x, y) => (discAt(i)(x, y) ? 1 : 0)),
    );
  }
  await writeMask(at('left.png'), left);
  await writeMask(
    at('soft.png'),
    plane((x) => Math.min(1, Math.max(0, (60 - x) / 24))),
  );
});

const common = { threads: 1, coarsest: 0, overwrite: true };
const paintStill = async (name: string, more: Partial<StillOptions>) => {
  const output = at(`${name}.png`);
  await renderStill(at('film', '0.png'), {
    style: [wave],
    iterations: { first: 30, next: 0 },
    output,
    ...common,
    ...more,
  }).result;
  return readPicture(output);
};
const paintFilm = (name: string, more: Partial<FilmOptions> = {}) =>
  renderFilm(at('film'), {
    style: [wave],
    output: at(`${name}.mp4`),
    iterations: { first: 16, next: 6 },
    flow: 'medium',
    ...common,
    ...more,
  }).result;
const stored = (name: string, frame: number) =>
  readFrame(at(`${name}.mp4.nst`, 'stylised', `00000${frame}.png`));

/** How far the Gram matrices of a part of a picture are from a painting's, relu1_1 to relu3_1. */
async function styleDistance(picture: Picture, painting: string, part: Plane, mask?: Plane): Promise<number> {
  const styleLayers = ['relu1_1', 'relu2_1', 'relu3_1'];
  const form = { ...DEFAULT_FORM, contentLayers: [], styleLayers, guided: true };
  const solver = await FrameSolver.start({
    networkPath: root('models/lite.safetensors'),
    threads: 1,
    ...form,
  });
  try {
    const style = resizePicture(await readPicture(painting), width, height);
    await solver.setStyles([{ picture: style, weight: 1, mask }]);
    const weights = { content: 0, style: 1, temporal: 0, tv: 0 };
    const { terms } = await solver.evaluate({ content: picture, image: picture, guides: [part], weights });
    return styleLayers.reduce((sum, layer) => sum + terms[`style.${layer}`], 0);
  } finally {
    await solver.close();
  }
}

const difference = (one: Picture, other: Picture, where: (x: number, y: number) => boolean) => {
  let [sum, most, count] = [0, 0, 0];
  one.data.forEach((v, i) => {
    if (!where(i % width, Math.floor((i % n) / width))) return;
    const d = Math.abs(v - other.data[i]);
    sum += d;
    most = Math.max(most, d);
    count++;
  });
  return { mean: sum / count, most };
};

describe('masks of a still', () => {
  it('give each side the statistics of its own painting', async () => {
    const both = await paintStill('both', {
      style: [wave, scream],
      mask: [`wave=${at('left.png')}`],
    });
    // Well inside: what is left of the edge by as much as relu3_1 sees.
    const inner = (from: number, to: number) => plane((x) => (x >= from && x < to ? 1 : 0));
    const [l, r] = [inner(0, width / 2 - 12), inner(width / 2 + 12, width)];
    const to = {
      waveLeft: await styleDistance(both, wave, l),
      screamLeft: await styleDistance(both, scream, l),
      waveRight: await styleDistance(both, wave, r),
      screamRight: await styleDistance(both, scream, r),
    };
    expect(to.waveLeft).toBeLessThan(0.5 * to.screamLeft);
    expect(to.screamRight).toBeLessThan(0.5 * to.waveRight);
  });

  it('leave the source where there is no painting, to the last bit, and thin out at soft edges', async () => {
    const source = frameOf(0);
    const hard = await paintStill('hard', { mask: [`1=${at('left.png')}`] });
    expect(difference(hard, source, (x) => x >= width / 2).most).toBe(0);
    expect(difference(hard, source, (x) => x < width / 2).mean).toBeGreaterThan(10);
    const soft = await paintStill('soft', { mask: [`1=${at('soft.png')}`] });
    const bands = [12, 40, 52, 62].map(
      (from) => difference(soft, source, (x) => x >= from && x < from + 6).mean,
    );
    expect(bands[3]).toBe(0);
    expect(bands[0]).toBeGreaterThan(1.3 * bands[2]);
    expect(bands[1]).toBeGreaterThan(bands[2]);
  });

  it('leave the source as it is where the paint takes on its colours afterwards, too', async () => {
    const mask = [`1=${at('left.png')}`];
    const own = { colour: 'content-match', colourWhen: 'after', iterations: { first: 2, next: 0 } } as const;
    const matched = await paintStill('matched', { mask, ...own });
    expect(difference(matched, frameOf(0), (x) => x >= width / 2).most).toBe(0);
  });

  it('may be a key of its own luma', async () => {
    const source = frameOf(0);
    const dark = await paintStill('dark', { mask: ['1=luma:0-0.3'] });
    const level = (x: number, y: number) =>
      0.299 * source.data[y * width + x] +
      0.587 * source.data[n + y * width + x] +
      0.114 * source.data[2 * n + y * width + x];
    expect(difference(dark, source, (x, y) => level(x, y) > 0.41 * 255).most).toBe(0);
    expect(difference(dark, source, (x, y) => level(x, y) < 0.3 * 255).mean).toBeGreaterThan(5);
  });

  it('choose a part of the painting', async () => {
    // The wave above, the scream below.
    const [above, below] = await Promise.all(
      [wave, scream].map(async (path) => resizePicture(await readPicture(path), width, height)),
    );
    const both = { ...above, data: above.data.map((v, i) => (i % n < n / 2 ? v : below.data[i])) };
    await writePicture(at('both_paintings.png'), both);
    const part = plane((_, y) => (y >= height / 2 ? 1 : 0));
    await writeMask(at('lower.png'), part);
    const style = at('both_paintings.png');
    const lower = await paintStill('lower', { style: [style], styleMask: [`1=${at('lower.png')}`] });
    const whole = await paintStill('whole', { style: [style] });
    const [own, other] = await Promise.all(
      [lower, whole].map((painted) =>
        styleDistance(
          painted,
          style,
          plane(() => 1),
          part,
        ),
      ),
    );
    expect(own).toBeLessThan(0.75 * other);
  });
});

describe('a mask that is not there', () => {
  it('is bad input, by its name', async () => {
    const args = ['image', at('film', '0.png'), '--style', wave, '--output', at('none.png')];
    const { status, stderr } = await run([
      ...args,
      '--mask',
      `wave=${at('left.png')}`,
      '--mask',
      'wave=nowhere.png',
    ]);
    expect(stderr).toMatch(/The mask nowhere.png does not exist/);
    expect(status).toBe(3);
  });
});

describe('masks of a film', () => {
  it('that move are followed frame by frame', async () => {
    await paintFilm('moving', { mask: [`1=${at('discs')}`] });
    for (let i = 0; i < FRAMES; i++) {
      const painted = await stored('moving', i);
      const inDisc = discAt(i);
      expect(difference(painted, frameOf(i), (x, y) => !inDisc(x, y)).most).toBe(0);
      expect(difference(painted, frameOf(i), inDisc).mean).toBeGreaterThan(8);
    }
  });

  it('given of one frame are carried along by the motion, forward and back', async () => {
    for (const [name, key] of [
      ['carried', 0],
      ['back', FRAMES - 1],
    ] as const) {
      await paintFilm(name, { mask: [`1=${at('discs', `${key}.png`)}@${key}`], maskCarry: true });
      for (let i = 0; i < FRAMES; i++) {
        const painted = await stored(name, i);
        const inDisc = discAt(i);
        const inner = (x: number, y: number) => Math.hypot(x - 30 - 4 * i, y - 32) < 11;
        const outer = (x: number, y: number) => Math.hypot(x - 30 - 4 * i, y - 32) > 18;
        expect(difference(painted, frameOf(i), inner).mean).toBeGreaterThan(8);
        expect(difference(painted, frameOf(i), outer).mean).toBeLessThan(0.5);
        expect(inDisc(30 + 4 * i, 32)).toBe(true);
      }
    }
  });

  it('go on where a job was stopped, to the same bytes, and refuse another mask', async () => {
    const work = at('carried.mp4.nst');
    const bytes = () => [1, 2].map((i) => readFileSync(join(work, 'stylised', `00000${i}.png`)));
    const before = bytes();
    for (const i of [1, 2]) rmSync(join(work, 'stylised', `00000${i}.png`));
    for (const name of readdirSync(join(work, 'masks')))
      if (name.startsWith('000002')) rmSync(join(work, 'masks', name));
    const mask = [`1=${at('discs', '0.png')}@0`];
    await paintFilm('carried', { mask, maskCarry: true });
    expect(bytes()).toEqual(before);
    expect(existsSync(join(work, 'masks'))).toBe(true);
    await expect(
      paintFilm('carried', { mask: [`1=${at('left.png')}@0`], maskCarry: true }),
    ).rejects.toMatchObject({
      code: 'SETTINGS_CHANGED',
      message: expect.stringContaining('--mask'),
    });
  });
});
