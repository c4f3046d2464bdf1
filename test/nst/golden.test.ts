import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOnnxRuntime, input } from '../../dist/engine/index.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { energyLayers, features } from '../../dist/nst/features.js';
import { loadNetwork, networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { encodeSafetensors, parseSafetensors } from '../../dist/nst/safetensors.js';
import type { Picture } from '../../dist/picture.js';
import { onednnInstalled } from '../engine/onednn_installed.js';
import { tfjsInstalled } from '../engine/tfjs_installed.js';
import { referenceEnergy } from './reference_energy.js';
import { sharedFile } from './shared_data.js';
import { tinyNetwork } from './tiny_network.js';

const script = fileURLToPath(new URL('../../scripts/golden.mjs', import.meta.url));
const golden = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
const vgg = sharedFile('networks/vgg19_conv.safetensors');
const hasShared = existsSync(vgg);

describe('the golden script on a folder of plain float64 loops', () => {
  let folder: string;
  const networkPath = () => join(folder, 'tiny.safetensors');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nst-golden-'));
    await writeFile(networkPath(), tinyNetwork());
    await writeGolden(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('holds, and prints every term of both pooling modes', () => {
    const { status, stdout, stderr } = golden(folder, '--network', networkPath(), '--runtime', 'onnx');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.match(/holds/g)).toHaveLength(2);
    for (const name of ['content.relu4_2', 'style.relu5_1', 'temporal', 'tv', 'total'])
      expect(stdout.split(`  ${name} `)).toHaveLength(3);
  });

  test('holds on every runtime that is here', () => {
    const { status, stdout, stderr } = golden(folder, '--network', networkPath(), '--precision', 'float32');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const tried = stdout.match(TRIED)!;
    for (const library of tfjsInstalled ? ['onnxruntime', 'TensorFlow.js'] : ['onnxruntime'])
      expect(tried.filter((line) => line.startsWith(library))).toHaveLength(2);
    expect(stdout.match(/holds/g)).toHaveLength(tried.length);
  });

  test('breaks at a term that is off by 2 in 10,000', async () => {
    const path = join(folder, 'terms.json');
    const text = readFileSync(path, 'utf8');
    const terms = JSON.parse(text);
    terms.max['style.relu3_1'] *= 1.0002;
    await writeFile(path, JSON.stringify(terms));
    const { status, stdout } = golden(folder, '--network', networkPath(), '--runtime', 'onnx');
    await writeFile(path, text);
    expect(status).toBe(1);
    expect(stdout.match(/BROKEN/g)).toHaveLength(1);
  });

  test('says what is wrong, with the exit status of its kind', () => {
    const cases: [number, RegExp, string[]][] = [
      [2, /usage: npm run golden/, []],
      [
        2,
        /--threads: expected a positive whole number, found "many"/,
        [folder, '--network', networkPath(), '--threads', 'many'],
      ],
      [
        2,
        /--runtime: expected one of onnx, .*tfjs, found "torch"/,
        [folder, '--network', networkPath(), '--runtime', 'torch'],
      ],
      [
        2,
        /--precision: expected one of float32, bfloat16, found "int8"/,
        [folder, '--network', networkPath(), '--precision', 'int8'],
      ],
      [
        2,
        /--device: expected one of cpu, webgpu, cuda, found "gpu"/,
        [folder, '--network', networkPath(), '--device', 'gpu'],
      ],
      [2, /Unknown option '--net'/, [folder, '--net', 'x']],
      [
        4,
        /none\.safetensors: there is no such network file/,
        [folder, '--network', join(folder, 'none.safetensors')],
      ],
      [3, /script.*not safetensors|golden\.mjs: .*not safetensors/, [folder, '--network', script]],
      [4, /inputs\.safetensors: there is no such/, [tmpdir(), '--network', networkPath()]],
    ];
    for (const [expected, said, args] of cases) {
      const { status, stderr } = golden(...args);
      expect(stderr).toMatch(said);
      expect(stderr).not.toMatch(/^\s+at /m); // no stack trace
      expect(status).toBe(expected);
    }
  });
});

/** The heading of a runtime in a precision, once for each pooling mode. */
const TRIED = /^.*, (float32|bfloat16)$/gm;

/** A golden folder of the tiny network: terms and gradients (by central differences) of the reference loops. */
async function writeGolden(folder: string): Promise<void> {
  const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
  const [width, height] = [16, 16];
  const pictures: Record<string, Picture> = {
    content: noisePicture(width, height, 1, 100),
    style: noisePicture(width + 3, height + 1, 2, 100),
    image: noisePicture(width, height, 3, 100),
    warped: noisePicture(width, height, 4, 100),
  };
  const certainty = { width, height, data: new Float32Array(width * height).map((_, i) => (i % 3) / 2) };
  const tensorOf = (p: { width: number; height: number; data: Float32Array }, planes: number) => ({
    shape: [planes, p.height, p.width],
    data: p.data,
  });
  const inputs = new Map(Object.entries(pictures).map(([name, p]) => [name, tensorOf(p, 3)]));
  await writeFile(
    join(folder, 'inputs.safetensors'),
    encodeSafetensors(inputs.set('certainty', tensorOf(certainty, 1))),
  );
  const weights = { content: 5, style: 100, temporal: 1000, tv: 1e-3 };
  const terms: Record<string, unknown> = { weights };
  const gradients = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const [pooling, key] of [
    ['average', 'avg'],
    ['max', 'max'],
  ] as const) {
    const { content, style, warped } = pictures;
    const energy = referenceEnergy(
      network,
      { ...DEFAULT_FORM, pooling },
      {
        content,
        styles: [{ picture: style, weight: 1 }],
        warped,
        certainty,
        weights,
      },
    );
    const at = Float64Array.from(pictures.image.data);
    const all = (x: Float64Array): Record<string, number> => {
      const { energy: total, terms: each } = energy(x);
      return { ...each, total };
    };
    const values = all(at);
    terms[key] = values;
    const slopes = new Map(Object.keys(values).map((name) => [name, new Float32Array(at.length)]));
    const h = 1e-4;
    for (let i = 0; i < at.length; i++) {
      const [ahead, behind] = [h, -h].map((step) => all(at.with(i, at[i] + step)));
      for (const [name, slope] of slopes) slope[i] = (ahead[name] - behind[name]) / (2 * h);
    }
    for (const [name, data] of slopes) gradients.set(`${key}.${name}`, { shape: [3, height, width], data });
  }
  await writeFile(join(folder, 'terms.json'), JSON.stringify(terms));
  await writeFile(join(folder, 'gradients.safetensors'), encodeSafetensors(gradients));
}

describe.skipIf(!hasShared)('values of other programs (skipped where ../shared is absent)', () => {
  const here = ['onnx', ...(onednnInstalled ? ['onednn'] : []), ...(tfjsInstalled ? ['tfjs'] : [])];
  test.each(here)('terms and gradients of VGG-19 by PyTorch in float64, %s in each precision', (runtime) => {
    const args = ['--network', vgg, '--runtime', runtime, '--threads', '1'];
    const { status, stdout } = golden(sharedFile('golden/tubingen_wave'), ...args);
    expect(stdout.match(/holds/g)!.length).toBe(stdout.match(TRIED)!.length);
    expect(status).toBe(0);
  });

  test('activations of VGG-19 at every layer, both pooling modes', async () => {
    const network = await loadNetwork(vgg);
    const golden = JSON.parse(readFileSync(sharedFile('golden/vgg19_activations.json'), 'utf8'));
    const [h, w] = [40, 56];
    const image = new Float32Array(3 * h * w);
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++)
          image[(c * h + y) * w + x] =
            (x * (3 + 2 * c) + y * (5 + c) + Math.floor((x * y) / 7) * (c + 1) * 11) % 256;
    for (const [pooling, key] of [
      ['max', 'max'],
      ['average', 'avg'],
    ] as const) {
      const graph = Object.fromEntries(
        features(network, input('image', [1, 3, h, w]), energyLayers(network), pooling),
      );
      const session = await createOnnxRuntime({ threads: 2 }).compile(graph);
      const found = await session.run({ image });
      await session.dispose();
      for (const layer of energyLayers(network))
        checkActivations(found[layer], golden.layers[key][layer], layer);
    }
  });
});

interface Activations {
  readonly shape: [number, number, number];
  readonly mean: number;
  readonly l2: number;
  readonly gram_fro: number;
  readonly gram_trace: number;
  readonly first8: number[];
  readonly argmax: number;
}

function checkActivations(found: Float32Array, expected: Activations, layer: string): void {
  const [c, h, w] = expected.shape;
  expect(found, layer).toHaveLength(c * h * w);
  const near = (value: number, wanted: number) =>
    expect(Math.abs(value - wanted), layer).toBeLessThan(1e-4 * Math.abs(wanted) + 1e-3);
  const squares = found.reduce((sum, v) => sum + v * v, 0);
  near(found.reduce((a, b) => a + b, 0) / found.length, expected.mean);
  near(Math.sqrt(squares), expected.l2);
  near(squares, expected.gram_trace);
  near(gramNorm(found, c, h * w), expected.gram_fro);
  for (let i = 0; i < 8; i++) near(found[i], expected.first8[i]);
  near(
    found[expected.argmax],
    found.reduce((a, b) => Math.max(a, b)),
  );
}

/** Frobenius norm of F Fᵀ, F `[c,m]`; by Fᵀ F where that is smaller: both have one norm. */
function gramNorm(f: Float32Array, c: number, m: number): number {
  const [n, inner, strideN, strideInner] = c < m ? [c, m, m, 1] : [m, c, 1, m];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let k = 0; k < inner; k++)
        product += f[i * strideN + k * strideInner] * f[j * strideN + k * strideInner];
      sum += (i === j ? 1 : 2) * product * product;
    }
  }
  return Math.sqrt(sum);
}
