// npm run docs:controls [-- part…]
// Makes the pictures of docs/controls.md with the program itself, and writes under each the commands that made it.
//
// A part is a file scripts/controls/PART.mjs, which exports `figures`: a list of
//   { name: 'shares',              the picture is docs/controls/shares.jpg, its place in the page is marked
//                                  <!-- controls:shares --> … <!-- /controls:shares -->
//     says: 'One sentence.',       what is to be seen, from left to right
//     cellWidth: 236,              px of each cell
//     cells: [{ run: [['image', 'photo.png', '--style', 'wave.jpg', '--output', 'a.png']], show: 'a.png' }, …]
//   }                              or rows: [[cell, …], …]
// Commands run in a folder with photo.png (frame 30 of the demo's clip), film.mp4 (the clip), wave.jpg,
// starry_night.jpg, scream.jpg and rabbit.png, a mask of photo.png; those of all figures of a part run in one folder, one after the other. A cell
// without `run` shows a picture that is there already. `show` names a picture that sharp can read.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { contactSheet } from '../dist/frames/contact_sheet.js';
import { readPicture } from '../dist/frames/picture_file.js';
import { writeStill } from '../dist/frames/still_file.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const page = here('../docs/controls.md');
const cli = here('../dist/cli/main.js');
const PHOTO_FRAME = 30;

function prepare(folder) {
  for (const name of ['wave.jpg', 'starry_night.jpg', 'scream.jpg', 'rabbit.png'])
    cpSync(here(`../assets/${name}`), join(folder, name));
  cpSync(here('../assets/bunny.mp4'), join(folder, 'film.mp4'));
  const select = ['-vf', `select=eq(n\\,${PHOTO_FRAME})`, '-frames:v', '1'];
  execFileSync('ffmpeg', ['-v', 'error', '-i', 'film.mp4', ...select, 'photo.png'], { cwd: folder });
}

const rowsOf = ({ rows, cells }) => rows ?? [cells];

async function makeFigure(folder, figure) {
  const rows = [];
  for (const row of rowsOf(figure)) {
    const pictures = [];
    for (const { run = [], show } of row) {
      for (const command of run) {
        console.log(`nst-video ${command.join(' ')}`);
        execFileSync(process.execPath, [cli, ...command], {
          cwd: folder,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
      }
      pictures.push(await readPicture(join(folder, show)));
    }
    rows.push(pictures);
  }
  mkdirSync(here('../docs/controls'), { recursive: true });
  const sheet = join(folder, `${figure.name}-sheet.png`);
  await writeStill(sheet, contactSheet(rows, { cellWidth: figure.cellWidth, gap: 4 }));
  await sharp(sheet)
    .jpeg({ quality: 80, mozjpeg: true })
    .toFile(here(`../docs/controls/${figure.name}.jpg`));
}

const quoted = (word) => (/^[\w./:,=+-]+$/.test(word) ? word : `'${word}'`);

function textOf(figure) {
  const commands = rowsOf(figure).flatMap((row) => row.flatMap(({ run = [] }) => run));
  const lines = commands.map((command) => `nst-video ${command.map(quoted).join(' ')}`);
  return [
    `![${figure.says}](controls/${figure.name}.jpg)`,
    '',
    figure.says,
    '',
    '```sh',
    ...lines,
    '```',
  ].join('\n');
}

function writeText(figure) {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- controls:${figure.name} -->`, `<!-- /controls:${figure.name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page}: expected the marks ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${textOf(figure)}\n\n${text.slice(to)}`);
}

const known = readdirSync(here('controls')).map((file) => basename(file, '.mjs'));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
for (const part of wanted) {
  if (!existsSync(here(`controls/${part}.mjs`)))
    throw new Error(`expected one of ${known.join(', ')}, found ${part}`);
  const { figures } = await import(new URL(`controls/${part}.mjs`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'nst-controls-'));
  try {
    prepare(folder);
    for (const figure of figures) {
      await makeFigure(folder, figure);
      writeText(figure);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
