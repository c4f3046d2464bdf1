import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ALL_OPTIONS } from '../../dist/cli/face_options.js';
import { externalFiles } from '../../dist/engine/onnx_references.js';
import { decodeFlo, encodeFlo } from '../../dist/flow/flo.js';
import { readContainerEnd } from '../../dist/frames/container_end.js';
import { isDrawing } from '../../dist/frames/drawing.js';
import { parseFrameRate } from '../../dist/frames/frame_rate.js';
import { maskSize, readMask } from '../../dist/frames/mask_file.js';
import { playlistKind } from '../../dist/frames/media_input.js';
import { readFrame, readPicture } from '../../dist/frames/picture_file.js';
import { kindOfStart } from '../../dist/frames/picture_kind.js';
import { findPictures } from '../../dist/frames/picture_sequence.js';
import { readPlane } from '../../dist/frames/plane_file.js';
import { parseRanges } from '../../dist/frames/ranges.js';
import { refersElsewhere } from '../../dist/frames/svg_references.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { printable } from '../../dist/printable.js';
import { storedLightBeyond } from '../../dist/render/colour/light_beyond.js';
import { networkTable } from '../../dist/render/networks/network_table.js';
import { readConfig } from '../../dist/render/options/config_file.js';
import { optionsOf } from '../../dist/render/options/options.js';
import { parseValue, resolveSettings } from '../../dist/render/options/settings.js';
import { readShotsFile } from '../../dist/render/shots/shots_file.js';
import { readStoredShots } from '../../dist/render/shots/stored_shots.js';
import { readEnergies } from '../../dist/render/work/energy_record.js';
import { takeLease } from '../../dist/render/work/lease.js';
import type { Manifest } from '../../dist/render/work/manifest.js';
import { differences, readManifest } from '../../dist/render/work/manifest.js';
import { readMedia } from '../../dist/render/work/stored_media.js';
import { type Chance, mutateBytes, mutateJson } from './mutate.js';

/** One reader of what comes from outside, and what it is given. */
export interface Target {
  readonly name: string;
  /** Share of all inputs; what starts processes or threads gets less. Default 1. */
  readonly weight?: number;
  /** An input, and what reads it: with a value or an NstError. */
  input(chance: Chance): { readonly bytes: string | Buffer; readonly read: () => unknown };
}

/** All readers, with files in `folder`. */
export async function targets(folder: string): Promise<Target[]> {
  const at = (name: string) => join(folder, name);
  const file = (name: string, bytes: string | Buffer) => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  const ofBytes = (name: string, seeds: Buffer[], read: (bytes: Buffer) => unknown, weight = 1): Target => ({
    name,
    weight,
    input: (chance) => {
      const bytes = mutateBytes(chance, chance.pick(seeds));
      return { bytes, read: () => read(bytes) };
    },
  });
  const ofFile = (name: string, seeds: Buffer[], read: (path: string) => unknown, weight = 1): Target =>
    ofBytes(name, seeds, (bytes) => read(file(name.replaceAll(' ', '-'), bytes)), weight);
  const ofJson = (name: string, seed: unknown, read: (path: string) => unknown, weight = 1): Target => ({
    name,
    weight,
    input: (chance) => {
      const bytes = mutateJson(chance, seed);
      return { bytes, read: () => read(file(name.replaceAll(' ', '-'), bytes)) };
    },
  });
  const ofText = (name: string, seeds: string[], read: (text: string) => unknown): Target => ({
    name,
    input: (chance) => {
      const bytes = mutateBytes(chance, Buffer.from(chance.pick(seeds))).toString('utf8');
      return { bytes, read: () => read(bytes) };
    },
  });

  const pixels = { create: { width: 24, height: 16, channels: 3 as const, background: '#c84' } };
  const png = await sharp(pixels).png().toBuffer();
  const deep = await sharp(pixels).toColourspace('rgb16').png().toBuffer();
  const grey = await sharp(pixels).toColourspace('grey16').png().toBuffer();
  const jpeg = await sharp(pixels).jpeg().toBuffer();
  const others = [await sharp(pixels).webp().toBuffer(), await sharp(pixels).tiff().toBuffer()];
  const pgm = Buffer.concat([Buffer.from('P5 # a mask\n4 3\n255\n'), Buffer.alloc(12, 200)]);
  const svg = Buffer.from(
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><use href="#a"/></svg>',
  );
  const flo = Buffer.from(
    encodeFlo({ width: 7, height: 5, u: new Float32Array(35).fill(1.5), v: new Float32Array(35) }),
  );
  const film = { frameCount: 60, frameRate: { numerator: 25, denominator: 1 } };
  const wildcards = at('pictures');
  mkdirSync(wildcards, { recursive: true });
  for (let i = 0; i < 20; i++) writeFileSync(join(wildcards, `${'a'.repeat(60)}_${i}.png`), png);
  process.env.NST_VIDEO_CACHE = at('cache');
  const own = new Set<string>(optionsOf('film').map(({ name }) => name));
  const manifest = manifestSeed();

  return [
    ofBytes('safetensors', [weights()], (bytes) => networkFromFile(parseSafetensors(bytes, 'x.safetensors'))),
    ofBytes('flo', [flo], (bytes) => decodeFlo(bytes, 'x.flo')),
    ofBytes('onnx references', [onnx()], externalFiles),
    ofBytes('first bytes', [png, jpeg, pgm, svg, flo], (bytes) => [
      ...[kindOfStart(bytes, 'x.tga'), isDrawing(bytes), playlistKind(bytes), printable(bytes.toString())],
    ]),
    ofBytes('svg references', [svg], refersElsewhere),
    ofFile('container', [iso(), matroska()], readContainerEnd),
    ofFile('photo', [png, jpeg, ...others], (path) => readPicture(path), 0.5),
    ofFile('stored frame', [deep, png], (path) => readFrame(path), 0.5),
    ofFile('stored plane', [grey, png], (path) => readPlane(path), 0.5),
    ofFile('mask.png', [png, grey], (path) => Promise.all([maskSize(path), readMask(path)]), 0.5),
    ofFile('mask.pgm', [pgm], (path) => Promise.all([maskSize(path), readMask(path)])),
    ofFile('settings.toml', [TOML], (path) => {
      const values = Object.entries(readConfig(path, ALL_OPTIONS)).filter(([key]) => own.has(key));
      return resolveSettings('film', Object.fromEntries(values));
    }),
    ofFile('shots.txt', [Buffer.from('# shots\n0\n30\n1.20s\n00:00:01.20\n45 # x\n')], (path) =>
      readShotsFile(path, film as Parameters<typeof readShotsFile>[1]),
    ),
    ofJson('shots', { shots: [{ first: 0 }, { first: 30 }] }, (path) =>
      readShotsFile(path, film as Parameters<typeof readShotsFile>[1]),
    ),
    ofJson(
      'stored shots',
      { schema: 1, frames: [{ first: 0, last: 59 }], starts: [{ frame: 30, boundary: 'cut' }] },
      readStoredShots,
    ),
    ofJson('manifest', manifest, async (path) => {
      const stored = await readManifest(path);
      return stored && differences(stored, manifest);
    }),
    ofJson('energies', ENERGIES, readEnergies),
    ofJson('film', { schema: 1, media: {} }, readMedia),
    ofJson(
      'light',
      { schema: 1, edges: [{ edge: 3, side: 1, lights: [{ frame: 4, level: 9, spread: 2 }], starts: [] }] },
      storedLightBeyond,
    ),
    ofJson(
      'networks',
      { vgg19: { urls: ['http://127.0.0.1:1/x.h5'], bytes: 10, widths: [[64]] } },
      networkTable,
    ),
    ofJson(
      'lease',
      { id: 'x', counter: 1, pid: 2 ** 22 + 1, started: '0', host: hostname(), system: 'x', token: 'y' },
      (path) => takeLease(path, { signal: AbortSignal.timeout(20) }).then((lease) => lease.release()),
      0.1,
    ),
    ofText('wildcards', ['aaa_*.png', `${'*a'.repeat(25)}.png`, 'a[a-z]?_%02d.png'], (text) =>
      findPictures(join(wildcards, text.replace(/[/\0]/g, ''))),
    ),
    ofText('ranges', ['0-23,40', '5-', '1,2,3-9'], (text) => parseRanges(text, 60)),
    ofText('frame rate', ['24000/1001', '25', '29.97'], parseFrameRate),
    {
      name: 'options',
      input: (chance) => {
        const spec = chance.pick(ALL_OPTIONS);
        const bytes = mutateBytes(chance, Buffer.from(chance.pick(VALUES))).toString('utf8');
        return { bytes: `${spec.flag} ${bytes}`, read: () => parseValue(spec, bytes) };
      },
    },
  ];
}

const VALUES = [
  '1',
  '-0.5',
  '3,1',
  '4GiB',
  '8s:0,1',
  'relu4_1:1,relu5_1/40:5',
  'wave=sky.png',
  '0.5,0,0.5,1',
  'auto',
];

const TOML = Buffer.from(
  'style = ["wave.jpg", "scream.jpg"]\npreset = "fine"\nstyle-weight = 300\niterations = [200, 60]\nstyle-layers = {relu1_1=1,relu2_1=2}\n[style-loss]\ngram=1\n[[styles]]\nat="8s"\nwave=1\n',
);

const ENERGIES = {
  ...{ frame: 1, start: 'warped', energy: 12.5, terms: { tv: 1 }, stoppedBy: 'iterations', evaluations: 3 },
  ...{ iterations: [{ iteration: 0, energy: 13, terms: { tv: 2 } }], light: { level: 100, spread: 20 } },
};

function manifestSeed(): Manifest {
  return {
    schema: 1,
    program: '0.1.0',
    input: { path: 'in.mp4', sha256: 'aa', reading: { deinterlace: 'auto', tonemap: 'off' } },
    film: { frames: 10, stream: 0, width: 64, height: 36 },
    picture: {
      '--style': { identity: 'f00d', shown: 'wave.jpg' },
      '--passes': { identity: '2', shown: '2' },
    },
    settings: { '--crf': '16' },
    runtime: { name: 'onnxruntime 1.0.0', threads: 2, runtime: 'onnx', precision: 'float32', memory: 1e9 },
    repaint: { from: 3, pending: true },
    continued: { pass: 1, of: 2, pending: true },
  };
}

/** A network of two convolutions. */
function weights(): Buffer {
  const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
    ...{ dtype, shape, data_offsets: [begin, end] },
  });
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: { channel_order: 'BGR', mean: '[103.939,116.779,123.68]', input: 'RGB (1, 2, 3)' },
      'conv1_1.weight': entry('F32', [4, 3, 3, 3], 0, 432),
      'conv1_1.bias': entry('F32', [4], 432, 448),
      'conv2_1.weight': entry('F16', [2, 4, 3, 3], 448, 592),
      'conv2_1.bias': entry('BF16', [2], 592, 596),
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(596, 0.1)]);
}

/** The fields of a protobuf message that name a tensor's external data. */
function onnx(): Buffer {
  const field = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const pair = (key: string, value: string) =>
    Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]);
  const tensor = Buffer.concat([field(13, pair('location', 'model.onnx.data')), Buffer.from([0x70, 1])]);
  return field(7, field(5, tensor));
}

function iso(): Buffer {
  const box = (type: string, size: number) => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32BE(size);
    bytes.write(type, 4, 'latin1');
    return bytes;
  };
  return Buffer.concat([box('ftyp', 24), box('mdat', 100), box('moov', 60), box('free', 8)]);
}

function matroska(): Buffer {
  return Buffer.concat([
    Buffer.from('1a45dfa384004286', 'hex'),
    Buffer.from('18538067c0', 'hex'),
    Buffer.alloc(64),
  ]);
}
