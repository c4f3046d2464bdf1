import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { listShots, renderFlow, scoreFilm } from '../../dist/index.js';
import { ffprobe, QUICK } from '../frames/fixtures.js';
import { ffmpeg, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const TOLD = /The film is damaged: frame 4 \(from 0\.40 s\) is missing, and the picture before is held/;

beforeAll(() => {
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=0.8', ...QUICK, at('whole.mp4'));
  ffmpeg('-i', at('whole.mp4'), '-c:v', 'mjpeg', '-q:v', '3', at('film.avi'));
  const { packets } = ffprobe(at('film.avi'), '-show_entries', 'packet=pos,size');
  const bytes = readFileSync(at('film.avi'));
  bytes.fill(0, Number(packets[4].pos), Number(packets[4].pos) + Number(packets[4].size));
  writeFileSync(at('film.avi'), bytes);
});

it('flow tells of frames that are held', async () => {
  const notes: string[] = [];
  const job = renderFlow(at('film.avi'), { output: at('flow'), flow: 'medium', threads: 1 });
  for await (const event of job) if (event.type === 'note') notes.push(event.message);
  expect(notes).toContainEqual(expect.stringMatching(TOLD));
});

it('shots tells of them', async () => {
  const { notes } = await listShots(at('film.avi'));
  expect(notes).toEqual([expect.stringMatching(TOLD)]);
});

it('score tells of them, of the source and of the stylised film', async () => {
  const told = async (source: string, stylised: string) => {
    const notes: string[] = [];
    const options = { flow: 'medium', threads: 1, distances: [1] } as const;
    for await (const event of scoreFilm(at(source), at(stylised), options))
      if (event.type === 'note') notes.push(event.message);
    return notes;
  };
  expect(await told('film.avi', 'whole.mp4')).toContainEqual(expect.stringMatching(TOLD));
  const other = await told('whole.mp4', 'film.avi');
  expect(other).toContainEqual(expect.stringMatching(/film\.avi is damaged: frame 4 /));
  expect(other).not.toContainEqual(expect.stringMatching(TOLD));
});
