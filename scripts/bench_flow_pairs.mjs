// npm run bench:flow:pairs: draws pairs of frames whose flow is hard and known exactly, for bench:flow.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { EXIT_CODES, NstError } from '../dist/error.js';
import { encodeFlo } from '../dist/flow/flo.js';
import { HARD_PAIRS, random } from './bench_flow/hard_pairs.mjs';
import { drawFrame, trueFlow } from './bench_flow/layers.mjs';

const [width, height] = [640, 360];
const NAMES = Object.keys(HARD_PAIRS);

const HELP = `npm run bench:flow:pairs -- DIR [--only NAME] [--pictures DIR] [--seed N]

Draws ${NAMES.length} pairs of frames, ${width}x${height}, with exact flow both ways and occlusions, one folder each:
${NAMES.join(', ')}.

  --only NAME     draws that pair alone
  --pictures DIR  where the layers' textures come from, chosen by the seed (default assets)
  --seed N        another choice of pictures and grain (default 1)
  --help          this text

Exit status: 0 drawn, 2 usage, 3 bad input.`;

const usage = (message) => new NstError('usage', 'USAGE', `${message}; see --help`);

function readArguments(argv) {
  let parsed;
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        pictures: { type: 'string', default: new URL('../assets', import.meta.url).pathname },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw usage(cause.message.split('\n')[0].replace(/\.$/, ''));
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };
  if (!/^\d+$/.test(values.seed)) throw usage(`--seed: expected a whole number, found "${values.seed}"`);
  if (values.only !== undefined && !NAMES.includes(values.only)) {
    throw usage(`--only: expected one of ${NAMES.join(', ')}, found "${values.only}"`);
  }
  if (positionals.length !== 1) throw usage(`expected one folder, found ${positionals.length}`);
  return { folder: positionals[0], only: values.only, pictures: values.pictures, seed: Number(values.seed) };
}

function listPictures(folder) {
  let files = [];
  try {
    files = readdirSync(folder).filter((file) => /\.(jpe?g|png)$/i.test(file));
  } catch {
    // Told below, as an empty folder is.
  }
  if (files.length > 0) return files.sort().map((file) => join(folder, file));
  throw new NstError('input', 'PICTURES_MISSING', `${folder}: expected JPEG or PNG pictures, found none`);
}

/** A texture larger than a frame, planar RGB, by quarter turns, so that one picture serves several layers. */
async function readTexture(file, turn, blur) {
  let picture = sharp(
    await sharp(file)
      .rotate(90 * turn)
      .toBuffer(),
  )
    .resize(720, 440, { fit: 'cover' })
    .removeAlpha()
    .toColourspace('srgb');
  if (blur > 0) picture = picture.blur(blur);
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const n = info.width * info.height;
  const planes = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) planes[c * n + i] = data[i * info.channels + c];
  return { width: info.width, height: info.height, data: planes };
}

/** Grain is grey and Gaussian, as film's nearly is; 8 bits at the end, as files have. */
function toBytes(frame, grain, gain, offset, next) {
  const n = frame.width * frame.height;
  const bytes = new Uint8Array(3 * n);
  for (let i = 0; i < n; i++) {
    const noise = grain && grain * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    for (let c = 0; c < 3; c++) {
      bytes[3 * i + c] = Math.min(
        255,
        Math.max(0, Math.round(gain * frame.data[c * n + i] + offset + noise)),
      );
    }
  }
  return bytes;
}

async function draw(name, index, { folder, pictures, seed }) {
  const files = listPictures(pictures);
  const next = random(1000 * seed + index);
  const choose = () => [files[Math.floor(next() * files.length)], Math.floor(4 * next())];
  const chosen = Array.from({ length: 4 }, choose);
  const { shutter = 0, grain = 0, gain = 1, offset = 0, softBackground = 0, ...scene } = HARD_PAIRS[name];
  const layers = await Promise.all(
    scene.layers.map(async ([inside, move], k) => {
      const texture = await readTexture(...chosen[k], k === 0 ? softBackground : 0);
      return { texture, inside, move };
    }),
  );
  const to = join(folder, name);
  mkdirSync(to, { recursive: true });
  const write = (file, bytes, channels) =>
    sharp(bytes, { raw: { width, height, channels } }).png().toFile(join(to, file));
  await write('a.png', toBytes(drawFrame(layers, 0, shutter, width, height), grain, 1, 0, next), 3);
  await write('b.png', toBytes(drawFrame(layers, 1, shutter, width, height), grain, gain, offset, next), 3);
  for (const [direction, from, until] of [
    ['fwd', 0, 1],
    ['bwd', 1, 0],
  ]) {
    const { flow, occluded } = trueFlow(layers, from, until, width, height);
    writeFileSync(join(to, `${direction}.flo`), encodeFlo(flow));
    await write(`occ_${direction}.png`, occluded, 1);
  }
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else {
    for (const [index, name] of NAMES.entries()) {
      if (options.only !== undefined && name !== options.only) continue;
      await draw(name, index, options);
      console.log(name);
    }
  }
} catch (error) {
  const known = error instanceof NstError;
  console.error(known ? `bench:flow:pairs: ${error.message}` : error);
  process.exitCode = known ? error.exitCode : EXIT_CODES.bug;
}
