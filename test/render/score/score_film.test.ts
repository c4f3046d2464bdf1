import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFrame } from '../../../dist/frames/picture_file.js';
import { FrameSolver } from '../../../dist/nst/solver.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import type { ScoreOptions } from '../../../dist/render/options/options.js';
import { readStyles } from '../../../dist/render/paint/style_pictures.js';
import { renderFilm } from '../../../dist/render/render_film.js';
import { scoreFilm } from '../../../dist/render/score/score_film.js';
import type { ScoreReport } from '../../../dist/render/score/score_report.js';
import { failure, ffmpeg, QUICK, throughFilm, turn } from '../../frames/fixtures.js';
import { clip, painting, scratchFolder } from '../../support/program.js';
import { pictureOf, texture, writeFlow, writePictures } from './films.js';
import { parsePage } from './parse_page.js';

const folder = scratchFolder();
const at = (...names: string[]) => join(folder, ...names);
const lite = fileURLToPath(new URL('../../../models/lite.safetensors', import.meta.url));
const quick: ScoreOptions = { flow: 'medium', threads: 1 };

async function score(input: string, stylised: string, options: ScoreOptions = {}): Promise<ScoreReport> {
  return (await scoreFilm(input, stylised, { ...quick, ...options }).result).report;
}

/** Frames of a texture that moves `step` px to the right in each. */
const moving = (frames: number, step: number, lighter: (frame: number) => number = () => 0) =>
  Array.from({ length: frames }, (_, i) => pictureOf((x, y, c) => texture(x - step * i, y, c) + lighter(i)));

describe('scoreFilm', () => {
  it('finds nothing in a film that stands still', async () => {
    const film = await writePictures(
      at('still'),
      Array.from({ length: 4 }, () => pictureOf(texture)),
    );
    const report = await score(film, film, { distances: [1, 2] });
    expect(report.frames).toEqual([0, 1, 2, 3]);
    for (const { pairs, distance, all, certain, flow } of report.errors) {
      expect([pairs, flow]).toEqual([4 - distance, 'medium']);
      expect([all?.worst, certain?.worst]).toEqual([0, 0]);
    }
    expect(report.flicker).toMatchObject({ mean: 0, greatest: 0, distance: 1 });
    expect(report.drift.mean).toEqual({ red: 0, green: 0, blue: 0 });
    expect(report.energy.terms['content.relu4_2'].worst).toBeLessThan(1e-3);
  });

  it('finds nothing in a film that moves exactly as the true flow says, but at other distances', async () => {
    const film = await writePictures(at('moving'), moving(5, 3));
    const flowDir = writeFlow(at('flow'), 4, [-3, 0]);
    const report = await score(film, film, { flowDir, distances: [1, 2] });
    const [one, two] = report.errors;
    expect(one).toMatchObject({ pairs: 4, flow: 'flow' });
    expect(one.all?.worst).toBe(0);
    // Three columns come from outside the frame.
    expect(one.certainShare).toBeCloseTo(61 / 64, 6);
    expect(two).toMatchObject({ pairs: 3, flow: 'medium' });
    expect(two.all?.mean).toBeGreaterThan(0);
    expect(two.all?.mean).toBeLessThan(1e-3);
    writeFlow(flowDir, 4, [-6, 0], () => true, 2);
    const [, true2] = (await score(film, film, { flowDir, distances: [1, 2] })).errors;
    expect(true2).toMatchObject({ pairs: 3, flow: 'flow', all: { worst: 0 } });
  });

  it('gives a flicker of known strength its known error, by the masks that were given', async () => {
    const source = await writePictures(at('moving'), moving(5, 3));
    const flickering = await writePictures(
      at('flickering'),
      moving(5, 3, (i) => (i % 2) * 20),
    );
    // Certain on the left half only; columns 0 to 2 come from outside.
    const flowDir = writeFlow(at('half'), 4, [-3, 0], (x) => x < 32);
    const report = await score(source, flickering, { flowDir, distances: [1, 2] });
    const square = (20 / 255) ** 2;
    for (const { all, certain, certainShare } of report.errors[0].frames) {
      expect(certain).toBeCloseTo(square, 8);
      expect(all).toBeCloseTo((square * 29) / 64, 8);
      expect(certainShare).toBeCloseTo(29 / 64, 6);
    }
    // Two frames back it is as light as it was.
    expect(report.errors[1].certain?.worst).toBeLessThan(square / 3);
    expect(report.flicker?.greatest).toBeCloseTo(20 / 255, 5);
    expect(report.flicker?.least).toBe(0);
  });

  it('compares nothing across a cut, and counts no drift there', async () => {
    // Dark and light checks without a pattern: nothing in them is found in the texture.
    const other = (x: number, y: number) =>
      (Math.sin(12.9898 * Math.floor(x / 2) + 78.233 * Math.floor(y / 2)) * 43758.5453) % 1 > 0 ? 230 : 20;
    const film = await writePictures(at('cut'), [
      ...Array.from({ length: 8 }, () => pictureOf(texture)),
      ...Array.from({ length: 8 }, () => pictureOf(other)),
    ]);
    const report = await score(film, film, { distances: [1, 5] });
    expect(report.cuts).toEqual([8]);
    expect(report.errors.map(({ pairs }) => pairs)).toEqual([14, 6]);
    expect(report.errors[0].frames.map(({ frame }) => frame)).not.toContain(8);
    expect(report.errors[1].frames.map(({ frame }) => frame)).toEqual([5, 6, 7, 13, 14, 15]);
    expect(report.errors.map(({ all }) => all?.worst)).toEqual([0, 0]);
    expect(report.drift.mean.red).toBeCloseTo(0, 6);
    // Where shots begin may be said instead of looked for.
    writeFileSync(at('starts.txt'), '4\n');
    const said = await score(film, film, { distances: [1], shots: at('starts.txt') });
    expect(said.cuts).toEqual([4]);
    expect(said.errors[0].frames.map(({ frame }) => frame)).toContain(8);
  });

  it('tells drift from what the source does itself', async () => {
    const source = await writePictures(
      at('lighter'),
      moving(6, 0, (i) => 3 * i),
    );
    const darker = await writePictures(
      at('darker'),
      moving(6, 0, (i) => 3 * i - 5 * i),
    );
    const { drift } = await score(source, darker, { distances: [1] });
    for (const channel of ['red', 'green', 'blue'] as const) {
      expect(drift.mean[channel]).toBeCloseTo((-5 * 100 * 100) / 255, 3);
      expect(drift.contrast[channel]).toBeCloseTo(0, 3);
    }
  });

  it('finds a blurred film steadier and less painted', async () => {
    const [film, blurred] = [at('painted.mp4'), at('blurred.mp4')];
    await renderFilm(clip, {
      ...{ style: [painting], size: 96, frames: '0-3', iterations: { first: 30, next: 30 } },
      ...{ initNext: 'alone', init: 'noise', coarsest: 0, threads: 1, crf: 8, output: film },
    }).result;
    ffmpeg('-i', film, '-vf', 'gblur=sigma=2', ...QUICK, '-crf', '8', blurred);
    const options = { style: [painting], frames: '0-3', distances: [1] };
    const sharp = await score(clip, film, options);
    const soft = await score(clip, blurred, options);
    expect(soft.errors[0].all?.mean).toBeLessThan(0.5 * (sharp.errors[0].all?.mean ?? 0));
    const style = ({ energy }: ScoreReport) => energy.terms['style.relu2_1'].mean;
    expect(style(soft)).toBeGreaterThan(2 * style(sharp));
  });

  it('reads sources of varying rate, and turned ones, at the stylised size', async () => {
    const turned = at('turned.mp4');
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=1', ...QUICK, '-frames:v', '4', turned);
    turn(turned, 90);
    const vfr = at('vfr.mkv');
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', '-vf', "select='not(mod(n,3))+eq(n,4)'"],
      ...['-fps_mode', 'passthrough', ...QUICK, '-frames:v', '5', vfr],
    );
    for (const [source, width, height, frames] of [
      [turned, 64, 96, 4],
      [vfr, 64, 48, 5],
    ] as const) {
      const copy = `${source}.copy.mp4`;
      await throughFilm(source, copy);
      const report = await score(source, copy, { distances: [1] });
      expect([report.width, report.height, report.frames.length]).toEqual([width, height, frames]);
      // Both show the same, but for what the encoder lost: content hardly differs.
      expect(report.energy.terms['content.relu4_2'].worst).toBeLessThan(0.2 * (await mismatch(source, copy)));
    }
  });

  it('refuses films of different lengths, and says what it expected', async () => {
    const [five, four] = [
      await writePictures(at('five'), moving(5, 1)),
      await writePictures(at('four'), moving(4, 1)),
    ];
    expect(await failure(score(five, four))).toMatchObject({
      kind: 'input',
      code: 'FRAMES_DIFFER',
      message: expect.stringMatching(/four: expected the 5 frames of .*five, found 4; --frames says which/),
    });
    expect((await failure(score(five, four, { frames: '1-3' }))).message).toMatch(
      /expected the 5 frames of .*, or the 3 of --frames 1-3, found 4/,
    );
    const part = await score(five, four, { frames: '1-4', distances: [1] });
    expect(part.frames).toEqual([1, 2, 3, 4]);
    expect((await failure(score(five, five, { distances: [7] }))).message).toMatch(
      /^--distances: expected a distance at which two of the 5 frames are in one shot, found "7"/,
    );
  });
});

/** The content energy of a film against its own negative. */
async function mismatch(source: string, copy: string): Promise<number> {
  const negative = `${copy}.negative.mp4`;
  ffmpeg('-i', copy, '-vf', 'negate', '-fps_mode', 'passthrough', ...QUICK, negative);
  return (await score(source, negative, { distances: [1] })).energy.terms['content.relu4_2'].worst;
}

describe('scoring a work folder', () => {
  const film = at('work.mp4');
  beforeAll(async () => {
    await renderFilm(clip, {
      ...{ style: [painting], size: 96, frames: '3-6', iterations: { first: 6, next: 3 } },
      ...{ flow: 'medium', threads: 1, output: film },
    }).result;
  });

  it('uses stored frames and flow, and gives the energies that painting had', async () => {
    const report = await score(clip, `${film}.nst/`, { style: [painting], distances: [1, 2] });
    expect(report.frames).toEqual([3, 4, 5, 6]);
    expect(report.errors.map(({ flow }) => flow)).toEqual(['stored', 'medium']);
    const path = (kind: string, frame: number) => join(`${film}.nst`, kind, `00000${frame}.png`);
    const solver = await FrameSolver.start({ networkPath: lite, threads: 1 });
    const styles = await readStyles({ ...DEFAULTS, style: [painting] }, report, () => {});
    await solver.setStyles(styles);
    const weights = { content: 5, style: 100, temporal: 1000, tv: 1e-3 };
    for (const { frame, terms } of report.energy.frames) {
      const [image, content] = await Promise.all([
        readFrame(path('stylised', frame)),
        readFrame(path('frames', frame)),
      ]);
      const evaluated = (await solver.evaluate({ image, content, weights })).terms;
      for (const [name, value] of Object.entries(terms))
        expect(value / evaluated[name], `${name} of frame ${frame}`).toBeCloseTo(1, 4);
      expect(Object.keys(terms)).toEqual(
        Object.keys(evaluated).filter((name) => !['temporal', 'tv'].includes(name)),
      );
    }
    await solver.close();
  });

  it('refuses another film, and frames that are not there', async () => {
    const other = await writePictures(at('other'), moving(9, 1));
    expect(await failure(score(other, `${film}.nst`))).toMatchObject({ kind: 'input', code: 'FILE_CHANGED' });
    expect((await failure(score(clip, `${film}.nst`, { frames: '5-8' }))).message).toMatch(
      /expected 4 finished frames, 2 are missing, the first 7/,
    );
  });

  it('writes a report that opens offline, and replaces it only when told to', async () => {
    const options = { style: [painting], frames: '3-6', distances: [1, 2], output: at('report/') };
    const report = await score(clip, film, options);
    expect(JSON.parse(readFileSync(at('report', 'score.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(report)),
    );
    const page = parsePage(readFileSync(at('report', 'report.html'), 'utf8'));
    // Two distances, certainty, energy, four frames as painted, mean and contrast.
    expect(page.count('svg')).toBe(10);
    for (const src of page.attributes('img', 'src')) expect(existsSync(at('report', src))).toBe(true);
    expect(page.attributes('img', 'src')).toHaveLength(1 + 6 * 3);
    expect(page.count('script')).toBe(0);
    const links = [...page.attributes('a', 'href'), ...page.attributes('img', 'src')];
    expect(links.filter((link) => /^(https?:)?\/\//.test(link))).toEqual([]);
    expect(page.text).toContain('energy, and its terms weighted');
    expect((await failure(score(clip, film, options))).message).toMatch(/has a report in it already/);
    rmSync(at('report', 'pictures', '000004-flow.png'));
    await score(clip, film, { ...options, frames: '3-6', distances: [2], overwrite: true });
    const names = readdirSync(at('report', 'pictures'));
    expect(names).toHaveLength(1 + 6 * 2);
    expect(names.filter((name) => name.startsWith('000004'))).toEqual([]);
  });
});
