import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ColourSpace, toSpace } from '../../../dist/frames/colour_space.js';
import { readFrame, readPicture } from '../../../dist/frames/picture_file.js';
import { renderStill, type StillOptions } from '../../../dist/index.js';
import type { Picture } from '../../../dist/picture.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';
import { openFilms } from '../../../dist/render/score/scored_films.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
/** Two shots of three frames: the clip as it is, and with its colours turned to blue. */
const job = (name: string, ...more: string[]) => [
  at('in.mkv'),
  ...['--style', painting, '--iterations', '6,3', '--shots', at('shots.txt'), '--threads', '1'],
  ...['-o', `${at(name)}/`, ...more],
];
const work = (name: string) => new WorkFolder(`${at(name)}.nst`);
const bytes = (name: string) =>
  readdirSync(join(work(name).path, 'stylised'))
    .sort()
    .map((file) => readFileSync(join(work(name).path, 'stylised', file)));
const done = async (args: readonly string[]) => {
  const result = await run(args);
  expect(result.status, result.stderr).toBe(0);
  return result.stderr;
};

/** Means of the axes of a space over pictures. */
function meanColour(pictures: readonly Picture[], space: ColourSpace = 'ycbcr'): number[] {
  const means = pictures.map((picture) => {
    const { data, width, height } = toSpace(picture, space);
    return [0, 1, 2].map((c) => {
      const plane = data.subarray(c * width * height, (c + 1) * width * height);
      return plane.reduce((a, b) => a + b, 0) / plane.length;
    });
  });
  return [0, 1, 2].map((c) => means.reduce((sum, m) => sum + m[c], 0) / means.length);
}
const apart = (a: readonly number[], b: readonly number[], axes = [0, 1, 2]) =>
  Math.hypot(...axes.map((c) => a[c] - b[c]));

const output = (name: string, frame: number) => readPicture(join(at(name), `frame_00000${frame}.png`));
const shot = (first: number, read: (frame: number) => Promise<Picture>) =>
  Promise.all([first, first + 1, first + 2].map(read));
const film = (name: string) => (frame: number) => readFrame(work(name).frame(frame));
const shown = (name: string) => (frame: number) => output(name, frame);

beforeAll(async () => {
  const part = (filter: string, name: string) =>
    ffmpeg('-i', clip, '-an', '-frames:v', '3', '-vf', `scale=64:36,${filter}`, '-c:v', 'ffv1', at(name));
  part('null', 'a.mkv');
  part("hue=h=200,lutyuv=y='val*0.6'", 'b.mkv');
  writeFileSync(at('list.txt'), `file '${at('a.mkv')}'\nfile '${at('b.mkv')}'\n`);
  ffmpeg('-f', 'concat', '-safe', '0', '-i', at('list.txt'), '-c', 'copy', at('in.mkv'));
  writeFileSync(at('shots.txt'), '0\n3\n');
  await done(job('style'));
});

describe('--colour content-match', () => {
  it('paints each shot in its own colours, which the painting has not', async () => {
    await done(job('match', '--colour', 'content-match'));
    expect(await work('match').sampledShots()).toEqual([0, 3]);
    for (const first of [0, 3]) {
      const wanted = meanColour(await shot(first, film('match')));
      const found = meanColour(await shot(first, shown('match')));
      const without = meanColour(await shot(first, shown('style')));
      expect(apart(without, wanted)).toBeGreaterThan(25);
      expect(apart(found, wanted)).toBeLessThan(0.3 * apart(without, wanted));
    }
  });

  it('goes on from a stopped job to the same bytes, the sample of its colours lost too', async () => {
    const whole = bytes('match');
    const sample = work('match').shotColours(3);
    for (const lost of [work('match').stylised(4), work('match').stylised(5), sample]) rmSync(lost);
    await done(job('match', '--colour', 'content-match', '--overwrite'));
    expect(bytes('match')).toEqual(whole);
  });

  it('is refused beside frames in other colours', async () => {
    const other = await run(job('match', '--colour', 'style', '--overwrite'));
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/--colour: content-match there, none now/);
  });
});

describe('colours changed after the optimisation', () => {
  const lightness = (picture: Picture) =>
    toSpace(picture, 'lab').data.subarray(0, picture.width * picture.height);
  const worst = (a: Float32Array, b: Float32Array) =>
    a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i])), 0);

  it('leave stored paintings as they are: another --colour paints nothing again', async () => {
    const before = bytes('style');
    const message = await done(
      job('style', '--colour', 'content-luma', '--colour-space', 'lab', '--overwrite'),
    );
    expect(message).toMatch(/6 of them finished already/);
    expect(bytes('style')).toEqual(before);
    for (const frame of [1, 4]) {
      const picture = await output('style', frame);
      const painted = await readFrame(work('style').stylised(frame));
      // As light as the paint to a code value of 8 bits, and of the film's colours.
      expect(worst(lightness(picture), lightness(painted))).toBeLessThan(1);
      const wanted = meanColour([await film('style')(frame)], 'lab');
      const before = apart(meanColour([painted], 'lab'), wanted, [1, 2]);
      expect(before).toBeGreaterThan(12);
      expect(apart(meanColour([picture], 'lab'), wanted, [1, 2])).toBeLessThan(0.4 * before);
    }
  });

  it.each(['mean-covariance', 'histogram'])('match each shot of the film by %s', async (how) => {
    const encode = ['encode', work('style').path, '-o', `${at(how)}/`, '--colour', 'content-match'];
    await done([...encode, '--colour-match', how]);
    for (const first of [0, 3]) {
      const wanted = meanColour(await shot(first, film('style')));
      const painted = meanColour(await shot(first, (frame) => readFrame(work('style').stylised(frame))));
      const found = meanColour(await shot(first, shown(how)));
      expect(apart(found, wanted)).toBeLessThan(0.3 * apart(painted, wanted));
    }
  });

  it('are what a score of the work folder sees', async () => {
    const films = await openFilms(at('in.mkv'), work('style').path, resolveSettings('score', {}), () => {});
    for await (const { frame, stylised } of films.read([1, 4], new AbortController().signal)) {
      // Rounded to 8 bits in the file.
      expect(worst(stylised.data, (await output('style', frame)).data)).toBeLessThan(0.51);
    }
  });
});

describe('--colour before the optimisation, of lightness alone', () => {
  it('paints in grey, and shows the film’s colours', async () => {
    await done(job('grey', '--colour', 'content-luma', '--colour-when', 'before', '--frames', '0'));
    const painted = meanColour([await readFrame(work('grey').stylised(0))]);
    expect(apart(painted, [0, 128, 128], [1, 2])).toBeLessThan(2);
    const [found, wanted, without] = [
      await output('grey', 0),
      await film('grey')(0),
      await output('style', 0),
    ].map((picture) => meanColour([picture]));
    expect(apart(found, wanted, [1, 2])).toBeLessThan(3);
    // The painting, made as light as the film, leaves it as light as it was.
    expect(Math.abs(found[0] - wanted[0])).toBeLessThan(0.3 * Math.abs(without[0] - wanted[0]));
  });
});

describe('a still', () => {
  it('gives the photo’s colours in all four ways', async () => {
    ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:36', at('photo.png'));
    const still = async (output: string, options: Partial<StillOptions> = {}) => {
      const iterations = { first: 8, next: 0 };
      await renderStill(at('photo.png'), { style: [painting], iterations, output: at(output), ...options })
        .result;
      return meanColour([await readPicture(at(output))]);
    };
    const wanted = meanColour([await readPicture(at('photo.png'))]);
    const without = await still('plain.png');
    expect(apart(without, wanted)).toBeGreaterThan(25);
    for (const [colour, when, axes] of [
      ['content-luma', 'after', [1, 2]],
      ['content-luma', 'before', [1, 2]],
      ['content-match', 'after', [0, 1, 2]],
      ['content-match', 'before', [0, 1, 2]],
    ] as const) {
      const found = await still(`${colour}.${when}.png`, { colour, colourWhen: when });
      expect(apart(found, wanted, [...axes])).toBeLessThan(0.3 * apart(without, wanted));
    }
  });
});
