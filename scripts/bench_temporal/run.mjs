// One run of the benchmark: a subject painted by one method, measured, and its figures stored.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { writeAtomic } from '../../dist/frames/atomic.js';
import { contactSheet } from '../../dist/frames/contact_sheet.js';
import { encodePng, readPicture } from '../../dist/frames/picture_file.js';
import { renderFilm } from '../../dist/index.js';
import { measure } from './measure.mjs';
import { settingsOf } from './methods.mjs';

const frameName = (frame) => `${String(frame).padStart(6, '0')}.png`;
export const styleName = (style) => basename(style, extname(style));
export const runName = ({ subject, style, seed, method }) =>
  [subject, styleName(style), seed, method].join('.');

/** The figures of a run that was made with these settings, or undefined. */
export async function storedRun(results, run, network) {
  const file = join(results, `${runName(run)}.json`);
  if (!existsSync(file)) return undefined;
  const stored = JSON.parse(await readFile(file, 'utf8'));
  const wanted = JSON.stringify(settingsOf(run.method, network));
  return JSON.stringify(stored.settings) === wanted ? stored : undefined;
}

/** The subject's frames as files, written once for all methods. */
async function writeSources(subject, folder) {
  await mkdir(folder, { recursive: true });
  const last = join(folder, frameName(subject.frames - 1));
  const now = await encodePng(await subject.picture(subject.frames - 1), 8);
  if (existsSync(last) && !now.equals(await readFile(last)))
    throw new Error(
      `${folder} has frames of another scene, and figures are of it: take another --results folder`,
    );
  for (let i = 0; i < subject.frames; i++) {
    const file = join(folder, frameName(i));
    if (!existsSync(file)) await writeAtomic(file, await encodePng(await subject.picture(i), 8));
  }
}

const readAll = (folder, frames) =>
  Promise.all(Array.from({ length: frames }, (_, i) => readPicture(join(folder, frameName(i)))));

/** Which frames the sheet of a run shows. */
const SHOWN = [0, 1, 2, 6, 12, 17, 18, 23];

/**
 * Paints and measures. What is stored of a run that was cut off is gone on with.
 *
 * @param folders `results` for the figures, `sources`, `sheets`, and `work` for what is removed afterwards.
 */
export async function makeRun(run, subject, { folders, network, judge, keep }) {
  const name = runName(run);
  const settings = settingsOf(run.method, network);
  const sources = join(folders.sources, `${run.subject}.${run.seed}`);
  await writeSources(subject, sources);
  const work = join(folders.work, name);
  const { frames } = await renderFilm(sources, {
    ...settings,
    style: [run.style],
    threads: 1,
    output: join(work, 'frames'),
    work: join(work, 'work'),
    overwrite: true,
  }).result;
  const painted = await Promise.all(frames.map(({ path }) => readPicture(path)));
  const originals = await readAll(sources, subject.frames);
  await judge.look(run.style, painted[0]);
  const measured = await measure(subject, painted, originals, judge);
  const shown = SHOWN.filter((i) => i < painted.length);
  const sheet = contactSheet([shown.map((i) => originals[i]), shown.map((i) => painted[i])]);
  await mkdir(folders.sheets, { recursive: true });
  await writeAtomic(join(folders.sheets, `${name}.png`), await encodePng(sheet, 8));
  const record = { ...run, style: styleName(run.style), settings, ...measured };
  await mkdir(folders.results, { recursive: true });
  await writeAtomic(join(folders.results, `${name}.json`), Buffer.from(`${JSON.stringify(record)}\n`));
  if (!keep) await rm(work, { recursive: true, force: true });
  return record;
}
