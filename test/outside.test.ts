import { execFileSync, spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { NstError, renderFilm, renderStill } from '../dist/index.js';
import { clip, ffmpeg, painting, scratchFolder, streams } from './support/program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
/** A project that has this package among its own, and nothing else of ours. */
const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const node = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 110_000 });

beforeAll(() => {
  mkdirSync(at('node_modules'));
  symlinkSync(root, at('node_modules/nst-video'), 'junction');
  copyFileSync(clip, at('in.mp4'));
  copyFileSync(painting, at('wave.jpg'));
  ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:48', at('photo.png'));
});

describe("the README's example", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const code = /```js\n(import [^`]* from 'nst-video';\n.*?)```/s.exec(readme)?.[1] ?? '';

  it('is of at most ten lines, paints a film, and its process ends by itself', () => {
    expect(code.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
    // Small: what it does is looked at here, not how it looks.
    const small = code.replace('size: 160', 'size: 80');
    expect(small).not.toBe(code);
    writeFileSync(at('example.mjs'), small);
    const { status, stdout, stderr } = node('example.mjs');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const frame of [0, 1, 2]) {
      expect(stdout).toMatch(new RegExp(`frame ${frame}: energy \\d`));
      expect(existsSync(at(`in.wave.mp4.nst/stylised/00000${frame}.png`))).toBe(true);
      expect(stdout).toContain(`00000${frame}.png`);
    }
    const film = streams(at('in.wave.mp4')).find((s) => s.codec_type === 'video');
    expect(film).toMatchObject({ width: 80, nb_read_frames: '3' });
  });
});

describe('from CommonJS', () => {
  it('the library is imported dynamically; jobs that nobody looks at end no process and hold none', () => {
    writeFileSync(
      at('script.cjs'),
      `const { version } = require('nst-video/package.json');
       import('nst-video').then(async (nst) => {
         renderNothing(nst);
         const options = { style: ['wave.jpg'], iterations: { first: 2, next: 2 } };
         const { output, width, height, energy, terms } = await nst.renderStill('photo.png', options).result;
         const sum = Object.keys(terms).length;
         console.log(JSON.stringify({ same: version === nst.version, output, width, height, energy, sum }));
       });
       function renderNothing({ renderFilm, renderStill }) {
         renderFilm('in.mp4', { style: ['wave.jpg'], size: 3 });
         renderStill('none.png', { style: ['wave.jpg'] });
       }
      `,
    );
    const { status, stdout, stderr } = node('--unhandled-rejections=strict', 'script.cjs');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({ same: true, output: 'photo.wave.png', width: 64, height: 48, sum: 8 });
    expect(said.energy).toBeGreaterThan(0);
  });
});

describe('a wrong call', () => {
  const style = [painting];
  const cases: [string, () => { result: Promise<unknown> }, RegExp][] = [
    ['an unknown option', () => renderFilm(clip, { style, stlye: 1 } as never), /option: .*found "stlye"/],
    ['a value out of range', () => renderFilm(clip, { style, size: 3 }), /^--size: expected .* found 3$/],
    [
      'a word not known',
      () => renderFilm(clip, { style, pooling: 'median' as 'max' }),
      /^--pooling:.*"median"/,
    ],
    [
      'half of the iterations',
      () => renderFilm(clip, { style, iterations: { first: 3 } as never }),
      /^--iterations: expected .* found \{ first: 3 \}$/,
    ],
    ["a film's option for a still", () => renderStill(clip, { style, flow: 'strong' } as never), /flow/],
    ['no style', () => renderStill(clip, {} as never), /^--style: expected a picture/],
    ['no options', () => renderFilm(clip, undefined as never), /^options: expected an object, found nothing/],
    ['no film', () => renderFilm(undefined as never, { style }), /^film: expected a path, found nothing/],
  ];

  it.each(cases)('%s fails the job as the command line fails', async (_, call, message) => {
    const error = (await call().result.catch((reason: unknown) => reason)) as Error;
    expect(error).toBeInstanceOf(NstError);
    expect(error).toMatchObject({ kind: 'usage', code: 'INVALID_ARGUMENT', exitCode: 2 });
    expect(error.message).toMatch(message);
  });
});

describe('an abort', () => {
  it('stops a film between evaluations; the same call goes on from there', async () => {
    const output = at('stopped.mp4');
    const options = {
      style: [painting],
      output,
      size: 96,
      iterations: { first: 6, next: 20 },
      frames: '0-2',
    };
    const stopper = new AbortController();
    const { signal } = stopper;
    const stopped = renderFilm(clip, options, { signal });
    let evaluations = 0;
    const reading = (async () => {
      for await (const event of stopped) {
        if (event.type === 'iteration' && event.place === 2) evaluations++;
        if (evaluations === 2) stopper.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'interrupted' });
    await expect(stopped.result).rejects.toMatchObject({ kind: 'interrupted', code: 'INTERRUPTED' });
    expect(evaluations).toBeLessThan(20);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(existsSync(output)).toBe(false);
    expect(existsSync(`${output}.nst/lock`)).toBe(false);
    const again = renderFilm(clip, options);
    const types: string[] = [];
    for await (const event of again) {
      types.push(event.type);
      if (event.type === 'plan') expect(event).toMatchObject({ frames: 3, finished: 1 });
    }
    const { frames, workFolder } = await again.result;
    expect(types.filter((type) => type === 'frame')).toHaveLength(2);
    expect(workFolder).toBe(`${output}.nst`);
    expect(frames.map(({ frame, start, seconds }) => [frame, start, typeof seconds])).toEqual([
      [0, 'first', 'undefined'],
      [1, 'warped', 'number'],
      [2, 'warped', 'number'],
    ]);
    for (const { energy, terms, path } of frames) {
      expect(energy).toBeGreaterThan(0);
      expect(terms['content.relu4_2']).toBeGreaterThan(0);
      expect(existsSync(path)).toBe(true);
    }
  });

  it('stops a still, and leaves nothing', async () => {
    const output = at('stopped.png');
    const stopper = new AbortController();
    const options = { style: [painting], output, iterations: { first: 4000, next: 1 }, tolerance: 0 };
    const job = renderStill(at('photo.png'), options, stopper);
    for await (const event of job) if (event.type === 'iteration') break;
    stopper.abort();
    await expect(job.result).rejects.toMatchObject({ kind: 'interrupted', code: 'INTERRUPTED' });
    expect(existsSync(output)).toBe(false);
  });
});

describe('the types, from outside', () => {
  const source = `
    import { encodeWorkFolder, type FilmOptions, type FrameResult, NstError, type RenderEvent, renderFilm, renderStill } from 'nst-video';

    const options: FilmOptions = { style: ['wave.jpg'], preset: 'draft', iterations: { first: 4, next: 2 }, styleWeight: 50 };
    const job = renderFilm('in.mp4', options, { signal: new AbortController().signal });
    export async function use(): Promise<readonly FrameResult[]> {
      for await (const event of job) tell(event);
      const still: { energy: number | undefined } = await renderStill('photo.png', { style: ['wave.jpg'] }).result;
      const film = await encodeWorkFolder('x.nst', { output: 'x.mp4', crf: 20 }).result;
      const path: string = film.frames[0].path;
      return still.energy === undefined ? [] : (await job.result).frames.filter((frame) => frame.path !== path);
    }
    function tell(event: RenderEvent): number | undefined {
      if (event.type === 'frame') return event.seconds;
      // @ts-expect-error: a note has no time
      if (event.type === 'note') return event.seconds;
      return undefined;
    }
    export const fails = (error: unknown): string => (error instanceof NstError ? error.code : '');
    // @ts-expect-error: a misspelt name
    renderFilm('in.mp4', { style: ['wave.jpg'], stlye: 1 });
    // @ts-expect-error: text for a number
    renderFilm('in.mp4', { style: ['wave.jpg'], size: '160' });
    // @ts-expect-error: no such preset
    renderFilm('in.mp4', { style: ['wave.jpg'], preset: 'quick' });
    // @ts-expect-error: half of the iterations
    renderFilm('in.mp4', { style: ['wave.jpg'], iterations: { first: 3 } });
    // @ts-expect-error: no style
    renderFilm('in.mp4', {});
    // @ts-expect-error: stills have no flow
    renderStill('photo.png', { style: ['wave.jpg'], flow: 'strong' });
    // @ts-expect-error: nothing to write
    encodeWorkFolder('x.nst', {});
    // @ts-expect-error: the controller is not the signal
    renderFilm('in.mp4', options, { signal: new AbortController() });
  `;
  const common = `
    export async function paint(): Promise<string> {
      const { renderStill } = await import('nst-video');
      return (await renderStill('photo.png', { style: ['wave.jpg'] }).result).output;
    }
    // @ts-expect-error: a misspelt name
    export const wrong = import('nst-video').then(({ renderStill }) => renderStill('a', { style: [], sise: 1 }));
  `;

  it.each([
    ['nodenext', false],
    ['nodenext', true],
    ['bundler', false],
    ['bundler', true],
  ] as const)('hold in a strict project (moduleResolution %s, skipLibCheck %s)', (resolution, skip) => {
    writeFileSync(at('use.mts'), source);
    writeFileSync(at('use.cts'), common);
    const module = resolution === 'bundler' ? 'preserve' : 'nodenext';
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--module', module];
    const how = ['--moduleResolution', resolution, '--skipLibCheck', String(skip)];
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = node(compiler, ...flags, ...how, 'use.mts', 'use.cts');
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('come with the package', () => {
    const { types, default: entry } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports[
      '.'
    ];
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const files = (JSON.parse(listed)[0].files as { path: string }[]).map(({ path }) => `./${path}`);
    expect(files).toEqual(expect.arrayContaining([types, entry, './docs/library.md', './README.md']));
  });
});
