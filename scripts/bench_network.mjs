// How well the network that ships stands in for VGG-19: pictures painted with each, judged by VGG-19.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createOnnxRuntime } from '../dist/engine/index.js';
import { contactSheet } from '../dist/frames/contact_sheet.js';
import { readPicture } from '../dist/frames/picture_file.js';
import { resizePicture } from '../dist/frames/resize.js';
import { writeStill } from '../dist/frames/still_file.js';
import { DEFAULT_FORM } from '../dist/nst/energy_form.js';
import { shippedPath } from '../dist/render/networks/network_path.js';
import { loadNamed, randomLike } from './bench_network/networks.mjs';
import { cosine, energyUnder, paint, WEIGHTS } from './bench_network/paint.mjs';

const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const HELP = `npm run bench:network -- [--lite FILE] [--out DIR] [--pairs 9] [--evaluations 150]

Paints contents × paintings of ${shared} at 256 px with a random network, lite0, lite and VGG-19, each from the
content picture, and lets VGG-19 judge. Prints, per pair, the share of the gap in style energy between the random
network and VGG-19 that lite0 and lite close, in total and by layer; the content energy against VGG-19's; the cosine
between the gradients under lite and VGG-19 at the start and after 20 and 100 evaluations; and the evaluations per
second of lite and VGG-19 at 640x360. DIR takes the pictures as a sheet (sheet.png) and all figures (figures.json).`;

const CONTENTS = ['tubingen', 'golden_gate', 'taj_mahal'].map((n) => `content/cysmith_${n}.jpg`);
const PAINTINGS = ['cysmith_starry-night', 'cysmith_the_scream', 'lengstrom_wave'].map(
  (n) => `styles/${n}.jpg`,
);
const MARKS = [0, 20, 100];
const runtime = createOnnxRuntime({ threads: 2 });

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        lite: { type: 'string', default: shippedPath('lite') },
        out: { type: 'string', default: 'network-bench' },
        pairs: { type: 'string', default: '9' },
        evaluations: { type: 'string', default: '150' },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, pairs: Number(values.pairs), evaluations: Number(values.evaluations) };
  } catch (error) {
    console.error(`${error.message}\n${HELP}`);
    process.exit(2);
  }
}

async function picture(path) {
  const whole = await readPicture(join(shared, path), { label: 'picture' });
  return resizePicture(whole, 256, Math.round((whole.height * 256) / whole.width));
}

/** Style energy in total and by layer, and content energy, weights included, as the judge sees a picture. */
async function judged(evaluate, image) {
  const { terms } = await evaluate(image);
  const layers = Object.fromEntries(
    DEFAULT_FORM.styleLayers.map((l) => [l, WEIGHTS.style * terms[`style.${l}`]]),
  );
  const total = Object.values(layers).reduce((a, b) => a + b);
  return { total, ...layers, content: WEIGHTS.content * terms['content.relu4_2'] };
}

async function benchPair(content, painting, networks, evaluations) {
  const truth = await energyUnder(networks.vgg19, runtime, content, painting);
  const result = { energies: {}, cosines: [], pictures: {} };
  for (const [name, network] of Object.entries(networks)) {
    const own = name === 'vgg19' ? truth : await energyUnder(network, runtime, content, painting);
    const painted = await paint(own.evaluate, content, evaluations, name === 'lite' ? MARKS : []);
    result.pictures[name] = painted.picture;
    result.energies[name] = await judged(truth.evaluate, painted.picture.data);
    for (const state of painted.states.values()) {
      const gradients = [await own.evaluate(state), await truth.evaluate(state)].map((e) => e.gradient);
      result.cosines.push(cosine(...gradients));
    }
    if (own !== truth) await own.dispose();
  }
  await truth.dispose();
  const { random, vgg19 } = result.energies;
  const gap = (e) =>
    Object.fromEntries(
      ['total', ...DEFAULT_FORM.styleLayers].map((k) => [k, (random[k] - e[k]) / (random[k] - vgg19[k])]),
    );
  result.gaps = Object.fromEntries(
    ['lite0', 'lite'].filter((n) => networks[n]).map((n) => [n, gap(result.energies[n])]),
  );
  return result;
}

const SPEED_ROUNDS = 4;
const SPEED_EVALUATIONS = 6;

/** Evaluations per second at 640x360: the two take turns, each alone, as the threads of an idle session spin on for a while. */
async function speed(networks) {
  const [width, height] = [640, 360];
  const grey = { width, height, data: new Float32Array(3 * width * height).fill(128) };
  const noisy = { ...grey, data: grey.data.map((v, i) => v + ((i * 7919) % 61) - 30) };
  const times = Object.fromEntries(Object.keys(networks).map((name) => [name, []]));
  for (let round = 0; round < SPEED_ROUNDS; round++)
    for (const [name, network] of Object.entries(networks)) {
      const { evaluate, dispose } = await energyUnder(network, runtime, noisy, noisy);
      await evaluate(grey.data);
      for (let i = 0; i < SPEED_EVALUATIONS; i++) {
        const began = performance.now();
        await evaluate(grey.data);
        times[name].push(performance.now() - began);
      }
      await dispose();
    }
  const median = (list) => list.sort((x, y) => x - y)[list.length >> 1];
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, 1000 / median(list)]));
}

const args = readArguments();
if (args.help) {
  console.log(HELP);
  process.exit(0);
}
const vggPath = join(shared, 'networks/vgg19_conv.safetensors');
const lite0Path = join(shared, 'networks/lite0.safetensors');
if (!existsSync(vggPath)) {
  console.error(`${vggPath}: expected VGG-19 to judge by, found no file`);
  process.exit(4);
}
const lite = await loadNamed('lite', args.lite);
const vgg19 = await loadNamed('vgg19', vggPath);
const lite0 = existsSync(lite0Path) ? { lite0: await loadNamed('lite0', lite0Path) } : {};
const show = (numbers) =>
  Object.entries(numbers)
    .map(([k, v]) => `${k} ${v.toFixed(2)}`)
    .join('  ');
const rows = [];
const pairs = CONTENTS.flatMap((c) => PAINTINGS.map((p) => [c, p])).slice(0, args.pairs);
for (const [c, p] of pairs) {
  const [content, painting] = [await picture(c), await picture(p)];
  const random = await randomLike(lite, vgg19, content, runtime);
  const row = await benchPair(content, painting, { random, ...lite0, lite, vgg19 }, args.evaluations);
  rows.push({ pair: `${c} × ${p}`, ...row });
  console.log(`${c} × ${p}`);
  for (const [name, gaps] of Object.entries(row.gaps))
    console.log(
      `  ${name.padEnd(6)} gap closed: ${show(gaps)}  content ${(row.energies[name].content / row.energies.vgg19.content).toFixed(2)} × VGG-19's`,
    );
  console.log(
    `  cosine of the gradients after ${MARKS.join(', ')} evaluations: ${row.cosines.map((v) => v.toFixed(3)).join(', ')}`,
  );
}
for (const name of Object.keys(rows[0].gaps)) {
  const mean = (key) => rows.reduce((sum, r) => sum + r.gaps[name][key], 0) / rows.length;
  const keys = Object.keys(rows[0].gaps[name]);
  const least = Math.min(...rows.map((r) => r.gaps[name].total));
  console.log(
    `mean ${name}: ${show(Object.fromEntries(keys.map((k) => [k, mean(k)])))}  least total ${least.toFixed(2)}`,
  );
}
const rates = await speed({ lite, vgg19 });
console.log(
  `evaluations per second at 640x360: ${show(rates)}, ratio ${(rates.lite / rates.vgg19).toFixed(1)}`,
);
mkdirSync(args.out, { recursive: true });
await writeStill(join(args.out, 'sheet.png'), contactSheet(rows.map((r) => Object.values(r.pictures))));
const figures = rows.map(({ pictures, ...rest }) => rest);
writeFileSync(
  join(args.out, 'figures.json'),
  JSON.stringify({ evaluations: args.evaluations, rates, figures }, null, 1),
);
