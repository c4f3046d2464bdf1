import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../../dist/frames/probe.js';
import { renderFilm } from '../../../dist/index.js';
import { readShotsFile } from '../../../dist/render/shots/shots_file.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const film = at('film.mkv');
const quick = {
  style: [painting],
  size: 96,
  iterations: { first: 3, next: 2 },
  threads: 1,
  coarsest: 0,
} as const;

/** Three shots: frames 0-3, 4-6 and 7-9. */
beforeAll(() => {
  const scaled = 'scale=96:54,setsar=1,fps=25,format=yuv420p';
  const part = (k: number, from: number, to: number, more = '') =>
    `[0]${scaled}${more},trim=start_frame=${from}:end_frame=${to},setpts=PTS-STARTPTS[p${k}]`;
  const graph = `${part(0, 0, 4)};${part(1, 0, 3, ',hflip,vflip')};${part(2, 30, 33)};[p0][p1][p2]concat=n=3`;
  ffmpeg('-i', clip, '-filter_complex', graph, '-c:v', 'ffv1', '-an', film);
});

const painted = (name: string) =>
  Object.fromEntries(
    readdirSync(at(`${name}.mp4.nst`, 'stylised')).map((file) => [
      file,
      readFileSync(at(`${name}.mp4.nst`, 'stylised', file)).toString('base64'),
    ]),
  );
const paint = (name: string, more: object = {}) =>
  renderFilm(film, { ...quick, output: at(`${name}.mp4`), ...more }).result;

describe('shots of a job', () => {
  it('are painted apart: nothing of one shows in the next, and side by side they are the same bytes', async () => {
    const { frames } = await paint('whole');
    expect(frames.filter(({ start }) => start !== 'warped').map((f) => [f.frame, f.start])).toEqual([
      [0, 'first'],
      [4, 'cut'],
      [7, 'cut'],
    ]);
    await paint('later', { frames: '4-9' });
    const whole = painted('whole');
    expect(Object.keys(painted('later'))).toHaveLength(6);
    for (const [name, bytes] of Object.entries(painted('later')))
      expect(bytes === whole[name], name).toBe(true);
    await paint('parallel', { parallel: 3 });
    expect(painted('parallel')).toEqual(whole);
  });

  it('are kept in the work folder, and looked for only where they are not known', async () => {
    const stored = () => JSON.parse(readFileSync(at('parts.mp4.nst', 'shots.json'), 'utf8'));
    await paint('parts', { frames: '0-2,8-9' });
    expect(stored()).toMatchObject({
      frames: [
        { first: 0, last: 2 },
        { first: 8, last: 9 },
      ],
      starts: [],
    });
    await paint('parts', { overwrite: true });
    expect(stored()).toMatchObject({ frames: [{ first: 0, last: 9 }] });
    expect(stored().starts.map((s: { frame: number }) => s.frame)).toEqual([4, 7]);
    const job = renderFilm(film, { ...quick, output: at('parts.mp4'), overwrite: true });
    for await (const event of job) expect(event.type).not.toBe('look');
  });

  it('come from --shots where it is given, which is part of what a work folder was made with', async () => {
    writeFileSync(at('mine.txt'), '# mine\n0\n0.20s\n');
    const { frames } = await paint('given', { shots: at('mine.txt') });
    expect(frames.filter(({ start }) => start === 'cut').map((f) => f.frame)).toEqual([5]);
    writeFileSync(at('mine.txt'), '6\n');
    await expect(paint('given', { shots: at('mine.txt'), overwrite: true })).rejects.toMatchObject({
      code: 'SETTINGS_CHANGED',
      message: expect.stringContaining('--shots'),
    });
  });
});

describe('readShotsFile', () => {
  it('takes frames, times and what the command prints', async () => {
    const { video } = await probe(film);
    const read = async (text: string) => {
      writeFileSync(at('shots.txt'), text);
      return (await readShotsFile(at('shots.txt'), video)).map(({ frame }) => frame);
    };
    expect(await read('7\n4 # second\n\n0\n4\n')).toEqual([4, 7]);
    expect(await read('0.16s\n00:00:00.28\n')).toEqual([4, 7]);
    expect(await read((await run(['shots', film, '--json'])).stdout)).toEqual([4, 7]);
  });

  it('names file and line of what it cannot take', async () => {
    const { video } = await probe(film);
    for (const [text, place] of [
      ['4\nseven\n', 'line 2: expected a frame number or a time'],
      ['10\n', 'line 1: expected a frame from 0 to 9'],
      ['9s\n', "line 1: expected a time before the film's end"],
      ['{"shots":[{"first":-1}]}', 'shot 1: expected a frame number'],
      ['{', 'line 1: expected JSON'],
    ]) {
      writeFileSync(at('bad.txt'), text);
      const error = await readShotsFile(at('bad.txt'), video).catch((e) => e);
      expect(error).toMatchObject({ kind: 'usage', code: 'SHOTS_BAD' });
      expect(error.message).toContain(`${at('bad.txt')}, ${place}`);
    }
    await expect(readShotsFile(at('none.txt'), video)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});

describe('nst-video shots', () => {
  it('prints a table and draws a sheet', async () => {
    const { status, stdout, stderr } = await run(['shots', film, '-o', at('sheet.png')]);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/2 +4 +6 +0:00:00\.16 +0\.12 s +--frames 4-6 +cut/);
    expect(existsSync(at('sheet.png'))).toBe(true);
    const again = await run(['shots', film, '-o', at('sheet.png')]);
    expect(again).toMatchObject({ status: 3, stderr: expect.stringContaining('--overwrite') });
  });

  it('prints a report for programs, of a part where that is asked for', async () => {
    const { stdout } = await run(['shots', film, '--json', '--frames', '3-5']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      shots: [
        { shot: 1, first: 3, last: 3, begin: 'start' },
        { shot: 2, first: 4, last: 5, start: 0.16, begin: 'cut' },
      ],
      sheets: [],
    });
  });
});
