import { describe, expect, test } from 'vitest';
import { createOnnxRuntime, type Expr, type Tensors, topologicalOrder } from '../../../dist/engine/index.js';
import { energyGraph } from '../../../dist/nst/energy.js';
import { DEFAULT_FORM, type EnergyForm } from '../../../dist/nst/energy_form.js';
import { guideWeights } from '../../../dist/nst/guides.js';
import { type Network, networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import type { Tiling } from '../../../dist/nst/tiled/stage.js';
import { tiledEnergy } from '../../../dist/nst/tiled/tiled_energy.js';
import { type TinyOptions, tinyNetwork } from '../tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const compile = (outputs: Readonly<Record<string, Expr>>) => runtime.compile(outputs);
const tiny = (options: TinyOptions = {}): Network =>
  networkFromFile(parseSafetensors(tinyNetwork(options), 'tiny'));
const HEADS = { relu1_1: 9, relu2_1: 12, relu3_1: 20, relu4_1: 30, relu4_2: 31, relu5_1: 40 };

/** Something for every input of a graph: features where targets are maps, small matrices where they are sums. */
function feedsOf(outputs: Readonly<Record<string, Expr>>, width: number, height: number): Tensors {
  const random = randomNumbers(3);
  const feeds: Tensors = {};
  for (const { op, attrs, shape } of topologicalOrder(Object.values(outputs))) {
    if (op !== 'input') continue;
    const { name } = attrs as { name: string };
    const n = shape.reduce((a, b) => a * b, 1);
    if (name === 'image' || name === 'warped')
      feeds[name] = noisePicture(width, height, name.length, 140).data;
    else if (name.startsWith('guide')) {
      const [, goal, block] = name.split('_').map(Number);
      // Nothing of goal 1 in the upper half: some windows have none of it.
      const data = Float32Array.from({ length: width * height }, (_, p) =>
        goal === 1 && p < (width * height) / 2 ? 0 : random(),
      );
      feeds[name] = guideWeights({ width, height, data }, block)[block - 1];
    } else if (name.endsWith('_root')) feeds[name] = identity(Math.sqrt(n), 20);
    else feeds[name] = Float32Array.from({ length: n }, () => (n === 1 ? 0.5 + random() : 10 * random()));
    if (name.endsWith('_covariance')) feeds[name] = identity(Math.sqrt(n), 400);
  }
  return feeds;
}

const identity = (k: number, value: number) =>
  Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? value : 0));

const distance = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / b.reduce((sum, v) => sum + v * v, 0));

async function compare(network: Network, form: EnergyForm, size: [number, number], tiling: Tiling) {
  const [width, height] = size;
  const graph = energyGraph(network, form, width, height);
  const feeds = feedsOf(graph, width, height);
  const whole = await compile(graph);
  const tiled = await tiledEnergy(compile, network, form, { width, height }, tiling);
  try {
    const expected = await whole.run(feeds);
    // Twice: a session has no memory of what it was fed before.
    await tiled.run({ ...feeds, image: feeds.warped });
    const found = await tiled.run(feeds);
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const name of Object.keys(expected))
      expect(distance(found[name], expected[name]), name).toBeLessThan(1e-5);
    // Each term's own gradient: a strong one would hide the errors of others.
    const weights = Object.keys(feeds).filter((name) => name.startsWith('weight_'));
    const none = Object.fromEntries(weights.map((name) => [name, Float32Array.of(0)]));
    for (const name of weights) {
      const alone = { ...feeds, ...none, [name]: Float32Array.of(1) };
      const [theirs, ours] = [await whole.run(alone), await tiled.run(alone)];
      expect(distance(ours.gradient, theirs.gradient), name).toBeLessThan(1e-5);
    }
  } finally {
    await whole.dispose();
    await tiled.dispose();
  }
}

const one = { columns: 1, rows: 1 };
const THREE: Tiling = [
  { blocks: 2, columns: 3, rows: 2 },
  { blocks: 1, columns: 1, rows: 2 },
  { blocks: 2, ...one },
];

describe('evaluated in windows, energy, terms and gradient are those of the whole', () => {
  const cases: [string, Partial<EnergyForm>, TinyOptions, [number, number], Tiling][] = [
    ['as usual', {}, {}, [96, 80], THREE],
    ['all in one stage', {}, {}, [240, 40], [{ blocks: 5, columns: 2, rows: 1 }]],
    [
      'the last stage in windows too',
      {},
      {},
      [176, 208],
      [
        { blocks: 3, columns: 2, rows: 3 },
        { blocks: 2, columns: 2, rows: 1 },
      ],
    ],
    ['all in one window', {}, {}, [40, 33], [{ blocks: 5, ...one }]],
    ['odd sizes', {}, { seed: 4 }, [101, 83], THREE],
    ['average pooling', { pooling: 'average' }, {}, [99, 81], THREE],
    ['heads', {}, { heads: HEADS }, [96, 80], THREE],
    ['heads without bias', {}, { heads: HEADS, headBias: false }, [96, 80], THREE],
    ['two goals', { goals: 2 }, {}, [96, 80], THREE],
    ['guides', { goals: 2, guided: true }, {}, [98, 80], THREE],
    ['covariance', { styleLosses: ['covariance'] }, {}, [96, 80], THREE],
    [
      'mean and deviation, guided',
      { styleLosses: ['mean-deviation'], goals: 2, guided: true },
      {},
      [96, 80],
      THREE,
    ],
    ['Wasserstein under heads', { styleLosses: ['wasserstein'] }, { heads: HEADS }, [96, 80], THREE],
    ['layers brought to one size', { normalise: 'layers' }, {}, [96, 80], THREE],
    ['dreams', { dream: ['relu2_2', 'relu3_1/2', 'relu5_1'] }, {}, [96, 80], THREE],
    [
      'content at the front',
      { contentLayers: ['relu1_2', 'relu4_2'], styleLayers: ['relu2_1', 'relu3_2'] },
      {},
      [96, 80],
      [
        { blocks: 2, columns: 2, rows: 2 },
        { blocks: 2, ...one },
      ],
    ],
  ];
  test.each(cases)('%s', (_, form, options, size, tiling) =>
    compare(tiny(options), { ...DEFAULT_FORM, ...form }, size, tiling),
  );
});

test('an energy that needs the picture as a whole is refused', async () => {
  const refused = (form: Partial<EnergyForm>) =>
    tiledEnergy(compile, tiny(), { ...DEFAULT_FORM, ...form }, { width: 96, height: 80 }, THREE);
  await expect(refused({ styleLosses: ['gram', 'patches'] })).rejects.toThrow(
    '--memory: expected a picture and losses that can be looked at in parts, found "patches"',
  );
  await expect(refused({ border: 'wrap' })).rejects.toThrow('found "a seamless texture"');
});
