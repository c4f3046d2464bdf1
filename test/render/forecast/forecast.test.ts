import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forecastFilm } from '../../../dist/render/forecast/forecast.js';
import { forecastTime } from '../../../dist/render/forecast/forecast_time.js';
import { countWork } from '../../../dist/render/forecast/forecast_work.js';
import { previewWork } from '../../../dist/render/forecast/work_preview.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';
import { manifestOf, outlineFilm, planFilm } from '../../../dist/render/plan.js';
import { type Manifest, readManifest } from '../../../dist/render/work/manifest.js';
import { shotsWithin } from '../../../dist/temporal/shots.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const basic = { style: [painting], size: 96, iterations: { first: 3, next: 2 } };
const options = (given: object = {}) => ({ ...basic, ...given });
const settings = (given: object = {}) => resolveSettings('plan', options(given));

/** Everything under a folder with sizes and times, to see whether anything was touched. */
const listing = (path: string) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(path, name)).size} ${statSync(join(path, name)).mtimeMs}`);

beforeAll(async () => {
  copyFileSync(clip, at('in.mp4'));
  const job = ['--style', painting, '--size', '96', '--iterations', '3,2', '--frames', '0-2'];
  const made = await run([at('in.mp4'), ...job]);
  expect(made.status, made.stderr).toBe(0);
});

async function workOf(given: object = {}) {
  const outline = await outlineFilm(at('in.mp4'), settings(given));
  // The checksum of the network is as it was: only the given settings differ.
  const wanted = (stored: Manifest) => manifestOf(outline, stored.picture['--network'].identity);
  return countWork(
    outline,
    await previewWork(outline.workFolder, wanted, outline.settings),
    shotsWithin(outline.ranges, []),
  );
}

describe('what is to be done', () => {
  // A following frame: new regions at half the size, its own iterations, and once more after its tone is held.
  it('counts what the work folder has', async () => {
    expect(await workOf({ frames: '0-4' })).toMatchObject({
      frames: 5,
      finished: 3,
      first: 0,
      next: 2,
      flowPairs: 2,
      decoded: 5,
      evaluations: 2 * (4 + 4),
    });
    expect(await workOf({ frames: '0-2' })).toMatchObject({
      finished: 3,
      next: 0,
      decoded: 0,
      evaluations: 0,
    });
  });

  it('counts everything anew with --restart, and from a frame on with --from-frame', async () => {
    expect(await workOf({ frames: '0-2', restart: true })).toMatchObject({
      finished: 0,
      first: 1,
      next: 2,
      flowPairs: 2,
      decoded: 3,
      evaluations: 4 + 2 * (4 + 4),
    });
    const repainted = await workOf({ frames: '0-2', fromFrame: 1, styleWeight: 5 });
    // Two of the three frames differ by less than is seen at this size: between them no flow was asked for.
    expect(repainted).toMatchObject({ finished: 1, first: 0, next: 2, flowPairs: 1, decoded: 0 });
  });

  it('counts every size of a fresh frame, and frames that all stand alone', async () => {
    const coarse = await workOf({ frames: '0-1', restart: true, coarsest: 48 });
    expect(coarse.fresh).toEqual([
      { share: expect.closeTo(0.25), iterations: 3 },
      { share: 1, iterations: 2 },
    ]);
    expect(coarse.evaluations).toBe(4 + 3 + (4 + 4));
    const alone = await workOf({ frames: '0-2', restart: true, initNext: 'alone' });
    expect(alone).toMatchObject({ first: 3, next: 0, flowPairs: 0, evaluations: 3 * 4 });
  });

  it('counts the paintings of every pass, and flow both ways', async () => {
    const passes = { frames: '0-2', passes: 4, passIterations: 5 };
    const anew = { finished: 0, first: 3, next: 9, flowPairs: 2, decoded: 3, evaluations: 12 * 6 };
    expect(await workOf({ ...passes, restart: true })).toMatchObject(anew);
    const on = { finished: 0, first: 0, next: 9, flowPairs: 2, decoded: 0, evaluations: 9 * 6 };
    expect(await workOf({ ...passes, continuePass: 1 })).toMatchObject(on);
    expect(await workOf({ ...passes, passes: 2, continuePass: 1, blendWeight: 0 })).toMatchObject({
      next: 3,
      flowPairs: 0,
    });
    const beyond = workOf({ ...passes, frames: '0-3', continuePass: 1 });
    await expect(beyond).rejects.toMatchObject({ code: 'PASS_MISSING' });
  });

  it('refuses what the job would refuse', async () => {
    await expect(workOf({ styleWeight: 5 })).rejects.toMatchObject({ code: 'SETTINGS_CHANGED' });
    await expect(forecastFilm(at('in.mp4'), options())).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    mkdirSync(at('strange.nst/photos'), { recursive: true });
    const strange = forecastFilm(at('in.mp4'), options({ output: at('strange') }));
    await expect(strange).rejects.toMatchObject({ code: 'WORK_FOLDER_BAD' });
  });

  it('agrees with the manifest that the job wrote', async () => {
    const stored = await readManifest(at('in.wave.mp4.nst/manifest.json'));
    const outline = await outlineFilm(at('in.mp4'), settings());
    const wanted = await manifestOf(outline, stored!.picture['--network'].identity);
    expect(wanted.picture).toEqual(stored!.picture);
  });
});

describe('time', () => {
  const work = {
    ...{ shots: 1, shotsToPaint: 1 },
    ...{ frames: 10, finished: 0, first: 1, next: 9, freshStarts: [], flowPairs: 9, decoded: 10 },
    ...{ fresh: [{ share: 1, iterations: 20 }], iterations: 10, evaluations: 120 },
    newRegions: undefined,
    held: false,
  };
  const measured = {
    ...{ width: 320, height: 180, open: 0.5, iteration: 0.1 },
    ...{ begin: 1, compile: 0.8, grams: 0.2 },
    around: { first: 0.5, next: 1 },
    flow: { alone: 1, added: 0.25 },
    newRegions: false,
    ...{ decode: { start: 1, frame: 0.2 }, encode: { start: 1, frame: 0.1 } },
  };

  it('adds up the parts', () => {
    const told = forecastTime(work, measured, { cores: 2, begin: 1 });
    const { total, ...parts } = told;
    expect(parts.start).toBeCloseTo(3);
    expect(parts.painting).toBeCloseTo(3 + 9 * 2);
    expect(parts.flow).toBeCloseTo(9 * 0.25);
    expect(parts.decoding).toBeCloseTo(2);
    expect(parts.encoding).toBeCloseTo(2);
    expect(total).toBeCloseTo(Object.values(parts).reduce((a, b) => a + b));
  });

  it('counts what a fresh frame is painted at before its own size', () => {
    const fresh = [
      { share: 0.25, iterations: 20 },
      { share: 1, iterations: 10 },
    ];
    const parts = forecastTime({ ...work, fresh }, measured, { cores: 2, begin: 1 });
    // Graphs for a quarter of the pixels, then a quarter of 2.5 s, 1.5 s and what is around.
    const first = 0.8 + 0.25 * 2.5 + 1.5 + 0.5;
    expect(parts.painting).toBeCloseTo(first + 9 * 2);
    expect(parts.start).toBeCloseTo(3 + 0.25 * 0.2);
    const newRegions = fresh[0];
    const unmoved = forecastTime({ ...work, fresh, newRegions }, measured, { cores: 2, begin: 1 });
    expect(unmoved.painting).toBeCloseTo(first + 9 * 2);
    const begun = forecastTime(
      { ...work, fresh, newRegions },
      { ...measured, newRegions: true },
      { cores: 2, begin: 1 },
    );
    expect(begun.painting).toBeCloseTo(first + 9 * (2 + 0.25 * 2.5));
    const held = forecastTime({ ...work, fresh, held: true }, measured, { cores: 2, begin: 1 });
    expect(held.painting).toBeCloseTo(first + 9 * (2 + 0.1));
  });

  it('waits for flow that takes longer than a frame', () => {
    const slow = { ...measured, flow: { alone: 4, added: 0.1 } };
    const { flow } = forecastTime(work, slow, { cores: 64, begin: 1 });
    // 36 s of flow, of which 21 s pass while frames are painted.
    expect(flow).toBeCloseTo(15);
  });

  it('has nothing but encoding to do where all is painted', () => {
    const done = { ...work, first: 0, next: 0, flowPairs: 0, decoded: 0, evaluations: 0, finished: 10 };
    const told = forecastTime(done, measured, { cores: 2, begin: 1 });
    expect(told).toMatchObject({ start: 1, decoding: 0, flow: 0, painting: 0, encoding: 2, total: 3 });
  });
});

describe('a network that is not here', () => {
  const cache = process.env.NST_VIDEO_CACHE;
  afterEach(() => {
    if (cache === undefined) delete process.env.NST_VIDEO_CACHE;
    else process.env.NST_VIDEO_CACHE = cache;
  });

  it('is not fetched by a plan; nothing is written', async () => {
    process.env.NST_VIDEO_CACHE = at('cache');
    const before = listing(folder);
    const given = { network: 'vgg19', output: at('vgg.mp4'), frames: '0-2' };
    const told = await forecastFilm(at('in.mp4'), options(given));
    expect(told.network).toMatchObject({ name: 'vgg19', state: 'to fetch', bytes: 80_134_624 });
    expect(told.notes.join()).toMatch(/vgg19 is not here.*80 MB.*lite/s);
    expect(told.seconds.painting).toBeGreaterThan(0);
    expect(listing(folder)).toEqual(before);
    await expect(forecastFilm(at('in.mp4'), options({ ...given, offline: true }))).rejects.toMatchObject({
      kind: 'environment',
      code: 'NETWORK_MISSING',
    });
  });

  it('is not fetched for a film whose output exists', async () => {
    process.env.NST_VIDEO_CACHE = at('cache');
    const refused = planFilm(at('in.mp4'), settings({ network: 'vgg19', offline: true }));
    await expect(refused).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(existsSync(at('cache'))).toBe(false);
  });
});

describe('a film that is painted', () => {
  it('is encoded without a look at the paintings', async () => {
    const whole = { overwrite: true, frames: '0-2' };
    expect((await planFilm(at('in.mp4'), settings(whole))).styles).toEqual([]);
    expect((await planFilm(at('in.mp4'), settings({ ...whole, frames: '0-3' }))).styles).toHaveLength(1);
  });
});
