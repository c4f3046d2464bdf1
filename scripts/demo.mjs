// Renders the bundled clip in the style of the bundled painting: demo.mp4, and demo.png with originals
// above painted frames. Stopped and started again it goes on where it was.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contactSheet } from '../dist/frames/contact_sheet.js';
import { readFrame } from '../dist/frames/picture_file.js';
import { writeStill } from '../dist/frames/still_file.js';
import { WorkFolder } from '../dist/render/work/work_folder.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);
const COLUMNS = 5;

const { status } = spawnSync(
  process.execPath,
  [
    at('dist/cli/main.js'),
    at('assets/bunny.mp4'),
    ...['--style', at('assets/wave.jpg'), '--output', at('demo.mp4')],
    ...['--preset', 'draft', '--overwrite'],
  ],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

const folder = new WorkFolder(at('demo.mp4.nst'));
const finished = await folder.finished();
const chosen = Array.from(
  { length: COLUMNS },
  (_, i) => finished[Math.round((i * (finished.length - 1)) / (COLUMNS - 1))],
);
const row = (path) => Promise.all(chosen.map((i) => readFrame(path(i))));
const sheet = contactSheet([await row((i) => folder.frame(i)), await row((i) => folder.stylised(i))]);
await writeStill(at('demo.png'), sheet);
console.log(`${at('demo.mp4')}: the film; ${at('demo.png')}: originals above painted frames`);
