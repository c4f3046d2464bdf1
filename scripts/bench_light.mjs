// npm run bench:light: films in changing light, against the same film in steady light and against frames painted alone.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodePng, readPicture } from '../dist/frames/picture_file.js';
import { renderFilm } from '../dist/index.js';
import { table } from './bench/report/table.mjs';
import { clipFrames, FILMS, otherView } from './bench_light/films.mjs';
import { look } from './bench_light/look.mjs';
import { betweenMarkers } from './between_markers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const page = here('../docs/light.md');
const MARKERS = ['<!-- bench:light -->', '<!-- /bench:light -->'];
const SIZE = { width: 128, height: 72 };

const HELP = `npm run bench:light -- [film …] [--style wave] [--frames 56] [--iterations 30,10] [--keep DIR] [--write]

Paints a clip whose light changes: ${Object.keys(FILMS).join(', ')}; all unless given.
Each is held against the same clip in steady light, once its own is steady again, and each frame against that frame
painted alone: mean luma, its deviation, and the share of values at the limits of their range.

  --keep DIR  keep the films there
  --write     write the table into docs/light.md`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    style: { type: 'string', default: 'wave' },
    frames: { type: 'string', default: '56' },
    iterations: { type: 'string', default: '30,10' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const frames = Number(values.frames);
const [first, next] = values.iterations.split(',').map(Number);
const nameOf = (i) => `${String(i).padStart(6, '0')}.png`;

async function writeFilm(folder, pictureOf) {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < frames; i++)
    if (!existsSync(join(folder, nameOf(i))))
      writeFileSync(join(folder, nameOf(i)), await encodePng(pictureOf(i), 8));
}

/** The looks of the painted frames of the film in a folder. */
async function painted(folder, source, name, settings = {}) {
  const { frames: results } = await renderFilm(source, {
    style: [here(`../assets/${values.style}.jpg`)],
    iterations: { first, next },
    output: join(folder, `${name}.mp4`),
    work: join(folder, `${name}.nst`),
    overwrite: true,
    ...settings,
  }).result;
  return Promise.all(results.map(async ({ path }) => look(await readPicture(path))));
}

const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
const most = (list) => list.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
const signed = (value) =>
  value
    .toFixed(1)
    .replace(/^-(?=[\d.]*[1-9])/, '−')
    .replace(/^-/, '');

/** How far one film's looks are from another's, from a frame on: as they differ most, and on average. */
function row(title, film, steady, alone, settled) {
  const all = film.map((_, i) => i);
  const after = all.filter((i) => i >= (settled ?? frames - 1));
  const last = frames - 1;
  return [
    title,
    steady ? signed(most(after.map((i) => film[i].mean - steady[i].mean))) : '',
    steady ? signed(film[last].mean - steady[last].mean) : '',
    steady ? signed(film[last].contrast - steady[last].contrast) : '',
    signed(most(all.map((i) => film[i].mean - alone[i].mean))),
    signed(mean(all.map((i) => film[i].contrast - alone[i].contrast))),
    signed(100 * Math.max(...all.map((i) => film[i].clipped - alone[i].clipped))),
    signed(100 * Math.max(...after.map((i) => film[i].clipped - alone[i].clipped))),
  ];
}

async function main() {
  if (values.help) return console.log(HELP);
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'nst-light-'));
  const chosen = positionals.length > 0 ? positionals : Object.keys(FILMS);
  const pictures = await clipFrames(here('../assets/bunny.mp4'), SIZE, frames);
  const others = pictures.map(otherView);
  const rows = [];
  try {
    const steady = {};
    const source = (name) => join(folder, name.replaceAll(' ', '-'));
    for (const [name, of] of Object.entries({ steady: pictures, other: others })) {
      await writeFilm(source(name), (i) => of[i]);
      if (name === 'steady' || chosen.some((film) => FILMS[film].to === name))
        steady[name] = await painted(folder, source(name), name);
    }
    for (const film of chosen) {
      const { frame, settled, to } = FILMS[film];
      await writeFilm(source(film), (i) => frame(pictures[i], i, frames, others[i]));
      const name = film.replaceAll(' ', '-');
      const looks = await painted(folder, source(film), name);
      const alone = await painted(folder, source(film), `${name}-alone`, { initNext: 'alone' });
      rows.push(row(film, looks, settled && steady[to ?? 'steady'], alone, settled));
      console.log(rows.at(-1).join(' | '));
      if (values.keep)
        console.log(
          ['', ...looks.map((l, i) => `${Math.round(l.mean)}/${Math.round(alone[i].mean)}`)].join(' '),
        );
    }
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  const head = [
    `${values.style}, ${frames} frames`,
    'mean, of steady light: most',
    'at last',
    'contrast at last',
    'mean, of frames alone: most',
    'contrast, mean',
    'more clipped, %',
    'once steady, %',
  ];
  const text = table(head, rows).join('\n');
  console.log(`\n${text}`);
  if (values.write) writeFileSync(page, betweenMarkers(readFileSync(page, 'utf8'), MARKERS, text));
}

await main();
