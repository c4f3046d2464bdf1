import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlo } from '../../dist/flow/flo.js';
import { readFrame } from '../../dist/frames/picture_file.js';
import { readPlane } from '../../dist/frames/plane_file.js';
import { encodeWorkFolder, type FilmOptions, renderFilm } from '../../dist/index.js';
import { WorkFolder } from '../../dist/render/work/work_folder.js';
import { temporalError } from '../../dist/temporal/consistency.js';
import { neighboursOf, passOrder } from '../../dist/temporal/passes.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const film = join(folder, 'pan.mkv');
const PASSES = 4;
const FRAMES = 4;

/** Small and quick; from pass 3 on the temporal term takes part, in the fourth the neighbour on the other side. */
const options = (name: string, more: Partial<FilmOptions> = {}): FilmOptions => ({
  style: [painting],
  output: join(folder, `${name}.mkv`),
  overwrite: true,
  size: 64,
  threads: 1,
  flow: 'medium',
  passes: PASSES,
  passIterations: 4,
  temporalAfter: 3,
  blendWeightOther: 0.25,
  ...more,
});
const work = (name: string) => new WorkFolder(join(folder, `${name}.mkv.nst`));
const paint = (name: string, more: Partial<FilmOptions> = {}) => renderFilm(film, options(name, more)).result;
const pictures = (path: string) =>
  Object.fromEntries(
    (existsSync(path) ? readdirSync(path) : [])
      .filter((n) => n.endsWith('.png'))
      .map((n) => [n, readFileSync(join(path, n))]),
  );
const stylised = (name: string) => pictures(join(work(name).path, 'stylised'));
const ofPass = (name: string, pass: number) => pictures(join(work(name).path, 'passes', `0${pass}`));

/** Paints until a frame of a pass is `stage`, then aborts. */
async function paintUntil(
  name: string,
  at: { pass: number; nth: number; stage: 'iteration' | 'frame' },
  more: Partial<FilmOptions> = {},
): Promise<void> {
  const stopper = new AbortController();
  const job = renderFilm(film, options(name, more), { signal: stopper.signal });
  let seen = 0;
  let last = '';
  try {
    for await (const event of job) {
      if (event.type !== at.stage || event.pass !== at.pass) continue;
      const frame = `${event.pass} ${event.frame}`;
      if (frame !== last) seen++;
      last = frame;
      if (seen === at.nth) stopper.abort();
    }
  } catch {}
  await expect(job.result).rejects.toMatchObject({ kind: 'interrupted' });
}

beforeAll(async () => {
  const pan = "scale=400:-2,crop=64:48:'20+5*n':60,format=yuv420p";
  ffmpeg('-loop', '1', '-i', painting, '-vf', pan, '-frames:v', `${FRAMES}`, '-c:v', 'ffv1', film);
  await paint('whole', { keepPasses: true });
});

describe('a film in several passes', () => {
  it('stores the frames of each pass where they are kept, the last one as the film', () => {
    for (let pass = 1; pass < PASSES; pass++) expect(Object.keys(ofPass('whole', pass))).toHaveLength(FRAMES);
    expect(Object.keys(stylised('whole'))).toHaveLength(FRAMES);
    const record = JSON.parse(readFileSync(work('whole').passEnergies(3, 1), 'utf8'));
    expect(record).toMatchObject({ frame: 1, pass: 3, start: 'pass' });
    expect(record.iterations).toHaveLength(5);
    expect(record.iterations[0].terms.temporal).toBeGreaterThan(0);
    const earlier = JSON.parse(readFileSync(work('whole').passEnergies(2, 1), 'utf8'));
    expect(earlier.terms.temporal).toBe(0);
  });

  it('paints its first pass frame by frame, each like a first frame', async () => {
    const iterations = { first: 4, next: 4 };
    await paint('alone', { passes: 1, iterations, initNext: 'alone' });
    expect(ofPass('whole', 1)).toEqual(stylised('alone'));
  });

  it('leaves no frames of earlier passes unless they are to be kept, and the same film', async () => {
    const { frames } = await paint('lean');
    for (let pass = 1; pass < PASSES; pass++) expect(ofPass('lean', pass)).toEqual({});
    expect(stylised('lean')).toEqual(stylised('whole'));
    expect(frames[1]).toMatchObject({ frame: 1, pass: PASSES, start: 'pass', iterations: 4 });
  });

  it.each([
    { pass: 1, nth: 2, stage: 'iteration', keepPasses: false },
    { pass: 2, nth: 1, stage: 'frame', keepPasses: false },
    { pass: 3, nth: 4, stage: 'frame', keepPasses: true },
  ] as const)(
    'goes on where it was stopped, byte for byte: $stage $nth of pass $pass, kept: $keepPasses',
    async (at) => {
      const { keepPasses } = at;
      const name = `stopped ${at.pass} ${keepPasses}`;
      await paintUntil(name, at, { keepPasses });
      await paint(name, { keepPasses });
      expect(stylised(name)).toEqual(stylised('whole'));
      for (let pass = 1; pass < PASSES; pass++)
        expect(ofPass(name, pass)).toEqual(keepPasses ? ofPass('whole', pass) : {});
    },
  );

  it('goes on where it was killed before it could remove what it no longer needed', async () => {
    await paintUntil('killed', { pass: 3, nth: 2, stage: 'frame' });
    const frame = passOrder({ first: 0, last: FRAMES - 1, loop: false }, 3)[1];
    for (const pass of [1, 2])
      cpSync(work('whole').passPicture(pass, frame), work('killed').passPicture(pass, frame));
    await paint('killed');
    expect(stylised('killed')).toEqual(stylised('whole'));
    for (let pass = 1; pass < PASSES; pass++) expect(ofPass('killed', pass)).toEqual({});
  });

  it('is encoded as a pass that was kept left it', async () => {
    const one = join(folder, 'one.mkv');
    const { frames } = await encodeWorkFolder(work('whole').path, { output: one, pass: 1 }).result;
    expect(frames.map(({ pass, start }) => ({ pass, start }))).toEqual(
      Array(FRAMES).fill({ pass: 1, start: 'first' }),
    );
    expect(frames[2].path).toBe(work('whole').passPicture(1, 2));
    expect(readFileSync(one).equals(readFileSync(join(folder, 'whole.mkv')))).toBe(false);
    const [none, beyond] = [1, 5].map((pass) =>
      encodeWorkFolder(work('lean').path, { output: join(folder, 'none.mkv'), pass }),
    );
    await expect(none.result).rejects.toMatchObject({
      message: expect.stringMatching(/expected frames of pass 1, which --keep-passes keeps, found none/),
    });
    await expect(beyond.result).rejects.toMatchObject({
      message: expect.stringMatching(/--pass: expected a pass from 1 to 4, found 5/),
    });
  });

  it('paints each shot as if there were no other', async () => {
    const two = join(folder, 'two.mkv');
    const other = ['-f', 'lavfi', '-t', '0.16', '-i', 'testsrc2=size=64x48:rate=25'];
    const join2 = '[0]format=yuv420p,setsar=1[a];[1]format=yuv420p,setsar=1[b];[a][b]concat';
    ffmpeg('-i', film, ...other, '-filter_complex', join2, '-c:v', 'ffv1', two);
    const both = renderFilm(two, options('both', { keepPasses: true }));
    const ofPlan = async () => {
      for await (const event of both) if (event.type === 'plan') return event;
    };
    expect(await ofPlan()).toMatchObject({ frames: 8, shots: 2, passes: PASSES, paintings: 8 * PASSES });
    await both.result;
    for (const [name, painting] of Object.entries(stylised('whole')))
      expect(stylised('both')[name].equals(painting), name).toBe(true);
  });

  it('keeps what it was once told to keep', async () => {
    await paint('whole', { crf: 30 });
    expect(Object.keys(ofPass('whole', 1))).toHaveLength(FRAMES);
  });
});

describe('going back to a pass', () => {
  it('is what painting on from it is', async () => {
    cpSync(work('whole').path, work('back').path, { recursive: true });
    await paint('back', { continuePass: 2, styleWeight: 20 });
    await paint('fresh', { passes: 2 });
    expect(stylised('fresh')).toEqual(ofPass('whole', 2));
    await paint('fresh', { continuePass: 2, styleWeight: 20 });
    expect(stylised('back')).toEqual(stylised('fresh'));
    expect(stylised('back')).not.toEqual(stylised('whole'));
    expect(ofPass('back', 2)).toEqual(ofPass('whole', 2));
  });

  it('lets a finished film go through more passes, as if they had been asked for at once', async () => {
    await paint('more', { passes: 2 });
    await paintUntil('more', { pass: 3, nth: 2, stage: 'iteration' }, { continuePass: 2 });
    await paint('more', { continuePass: 2 });
    expect(stylised('more')).toEqual(stylised('whole'));
  });
});

describe('a loop', () => {
  it('closes: the seam is as steady as any other pair of frames', async () => {
    // A picture that swings to and fro, once in six frames.
    const swing = join(folder, 'swing.mkv');
    const crop = "scale=400:-2,crop=64:48:'60+12*sin(n*PI/3)':60,format=yuv420p";
    ffmpeg('-loop', '1', '-i', painting, '-vf', crop, '-frames:v', '6', '-c:v', 'ffv1', swing);
    const loop = { loop: true, passes: 6, passIterations: 8, blendWeightOther: 0 };
    await renderFilm(swing, options('loop', loop)).result;
    const folderOf = work('loop');
    const errors: number[] = [];
    for (let frame = 0; frame < 6; frame++) {
      const before = (frame + 5) % 6;
      const error = temporalError(
        await readFrame(folderOf.stylised(frame)),
        await readFrame(folderOf.stylised(before)),
        await readFlo(folderOf.flow(frame, before)),
        await readPlane(folderOf.certainty(frame, before)),
      );
      errors.push(error.certain);
    }
    const [seam, ...others] = errors;
    expect(seam).toBeLessThan(1.5 * (others.reduce((a, b) => a + b) / others.length));
    const seen = [2, 3, 4].map(
      (pass) => neighboursOf({ first: 0, last: 5, loop: true }, pass, 0).incoming?.frame,
    );
    expect(seen).toContain(5);
  });

  it('is refused where there is nothing to close', async () => {
    await expect(paint('open', { passes: 1, loop: true })).rejects.toMatchObject({ kind: 'usage' });
    await expect(paint('open', { loop: true, frames: '0,2-3' })).rejects.toMatchObject({
      message: expect.stringMatching(/--frames: expected one range with --loop, found "0,2-3"/),
    });
  });
});

describe('options that contradict the passes', () => {
  it.each([
    [{ passes: 1, continuePass: 1 }, /--passes: expected at least 2 with --continue-pass/],
    [{ continuePass: PASSES }, /--continue-pass: expected a pass before the last of --passes 4, found 4/],
    [{ fromFrame: 2 }, /--from-frame: expected a film in a single pass/],
    [{ longTerm: [1, 2] }, /--long-term: expected 1 with --passes, found "1,2"/],
    [{ loop: true, shots: 'shots.txt' }, /--shots: expected nothing with --loop, which is one shot, found/],
  ])('%o', async (given, message) => {
    await expect(paint('refused', given)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});

describe('nst-video --passes', () => {
  it('says which pass it is in', async () => {
    const given = [
      '--passes',
      '2',
      '--pass-iterations',
      '1',
      '--frames',
      '0-1',
      '--size',
      '64',
      '--threads',
      '1',
    ];
    const { status, stderr } = await run([clip, '-s', painting, ...given, '-o', join(folder, 'told.mp4')]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('--temporal-after 8: with --passes 2 the temporal term never counts');
    expect(stderr).toMatch(/2 frames of 64x36, in 2 passes/);
    expect(stderr).toMatch(/pass 1\/2 · frame 2 of 2 · first/);
    expect(stderr).toMatch(/pass 2\/2 · frame 2 of 2 · 1 iterations.*\n.*pass 2\/2 · frame 1 of 2/);
  });
});
