// npm run bench:drift: how far films wander from their first frame that give no reason to.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeFrames } from '../dist/frames/decode.js';
import { encodePng, readPicture } from '../dist/frames/picture_file.js';
import { probe } from '../dist/frames/probe.js';
import { renderFilm } from '../dist/index.js';
import { luma } from '../dist/picture.js';
import { table } from './bench/report/table.mjs';
import { betweenMarkers } from './between_markers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const page = here('../docs/drift.md');
const STYLES = ['wave', 'scream', 'starry_night'];
/** What each film is called, and how many columns its camera turns from frame to frame. */
const FILMS = { still: ['nothing moves', 0], turn: ['a camera that turns round', 4] };
const SIZE = { width: 192, height: 108 };
const MARKERS = ['<!-- bench:drift -->', '<!-- /bench:drift -->'];

const HELP = `npm run bench:drift -- [--frames 60] [--iterations 60,20] [--keep DIR] [--write]

Paints films whose frames all have the same colours: one that stands still, and one of a camera that turns, whose frames
are one picture moved round, so that what leaves on one side comes in on the other. The last frame is held against the
first: the mean of each channel in grey levels, its deviation, and the energy of gradients.

  --keep DIR  keep the films there
  --write     write the table into docs/drift.md`;

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '60' },
    iterations: { type: 'string', default: '60,20' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const nameOf = (i) => `${String(i).padStart(6, '0')}.png`;

async function firstPicture() {
  const media = await probe(here('../assets/bunny.mp4'));
  const one = { ...SIZE, ranges: [{ first: 20, last: 20 }] };
  for await (const { picture } of decodeFrames(media, one)) return picture;
}

function turned({ width, height, data }, columns) {
  const out = new Float32Array(data.length);
  for (let row = 0; row < 3 * height; row++)
    for (let x = 0; x < width; x++) out[row * width + x] = data[row * width + ((x + columns) % width)];
  return { width, height, data: out };
}

async function writeFilm(folder, columns, frames) {
  mkdirSync(folder, { recursive: true });
  const picture = await firstPicture();
  for (let i = 0; i < frames; i++)
    writeFileSync(join(folder, nameOf(i)), await encodePng(turned(picture, i * columns), 8));
}

function look(picture) {
  const n = picture.width * picture.height;
  const channels = [0, 1, 2].map((c) => {
    const values = picture.data.subarray(c * n, (c + 1) * n);
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n) };
  });
  const { width, data } = luma(picture);
  let gradients = 0;
  for (let p = width; p < n; p++)
    if (p % width > 0) gradients += (data[p] - data[p - 1]) ** 2 + (data[p] - data[p - width]) ** 2;
  return { channels, gradients };
}

const signed = (value, digits) =>
  value
    .toFixed(digits)
    .replace(/^-(?=[\d.]*[1-9])/, '−')
    .replace(/^-/, '');

function row(title, style, first, last) {
  const each = (of, digits) => [0, 1, 2].map((c) => signed(of(c), digits)).join(', ');
  const means = each((c) => last.channels[c].mean - first.channels[c].mean, 1);
  const contrast = each((c) => 100 * (last.channels[c].deviation / first.channels[c].deviation - 1), 1);
  return [`${title}, ${style}`, means, `${contrast} %`, (last.gradients / first.gradients).toFixed(2)];
}

async function main() {
  if (values.help) return console.log(HELP);
  const [first, next] = values.iterations.split(',').map(Number);
  const frames = Number(values.frames);
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'nst-drift-'));
  const rows = [];
  try {
    for (const [film, [title, columns]] of Object.entries(FILMS)) {
      const source = join(folder, film);
      await writeFilm(source, columns, frames);
      for (const style of STYLES) {
        const { frames: painted } = await renderFilm(source, {
          style: [here(`../assets/${style}.jpg`)],
          iterations: { first, next },
          output: join(folder, `${film}-${style}`),
          work: join(folder, 'work', `${film}-${style}`),
          overwrite: true,
        }).result;
        const of = async (i) => look(await readPicture(painted[i].path));
        rows.push(row(title, style, await of(0), await of(frames - 1)));
        console.log(rows.at(-1).join(' | '));
      }
    }
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  const head = [`frame ${frames} against the first`, 'means, grey levels', 'contrast', 'gradient energy'];
  const text = table(head, rows).join('\n');
  console.log(`\n${text}`);
  if (values.write) writeFileSync(page, betweenMarkers(readFileSync(page, 'utf8'), MARKERS, text));
}

await main();
