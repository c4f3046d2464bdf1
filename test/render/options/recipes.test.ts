import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import { readFlo } from '../../../dist/flow/flo.js';
import { readFrame } from '../../../dist/frames/picture_file.js';
import { readPlane } from '../../../dist/frames/plane_file.js';
import { EnergySessions } from '../../../dist/nst/energy_sessions.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../../dist/nst/noise.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';
import { energyForm, energyWeights } from '../../../dist/render/paint/minimising.js';
import { temporalError } from '../../../dist/temporal/consistency.js';
import { referenceFeatures } from '../../nst/reference_energy.js';
import { litePath } from '../../nst/shared_data.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

// The papers' energies once more, in their own normalisations, as plain loops in float64. `lite` stands in for
// VGG-19: its taps have VGG-19's names, and its N_l are VGG-19's.

const STYLE_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'];
const network = await loadNetwork(litePath);
const [width, height] = [20, 16];
const content = noisePicture(width, height, 1, 100);
const style = noisePicture(width, height, 2, 120);
const warped = noisePicture(width, height, 3, 90);
const random = randomNumbers(4);
const certainty = { width, height, data: Float32Array.from({ length: width * height }, () => random()) };

type Image = Float32Array | Float64Array;
type Pooling = 'max' | 'average';
type Features = ReturnType<typeof referenceFeatures>;

/** Once per picture and pooling: the plain loops are slow. */
const known = { max: new WeakMap<Image, Features>(), average: new WeakMap<Image, Features>() };

const seenIn = (data: Image, pooling: Pooling, layer: string) => {
  const features = known[pooling].get(data) ?? referenceFeatures(network, { width, height, data }, pooling);
  known[pooling].set(data, features);
  const { h, w, data: f } = features.get(layer)!;
  return { f, n: network.channels.get(layer)!, m: h * w };
};

/** F Fᵀ, undivided. */
function rawGram(data: Image, pooling: Pooling, layer: string) {
  const { f, n, m } = seenIn(data, pooling, layer);
  const rows = f.length / m;
  const g = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < rows; j++) for (let p = 0; p < m; p++) g[i * rows + j] += f[i * m + p] * f[j * m + p];
  return { g, n, m };
}

const squares = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);

/** Gatys, Ecker & Bethge 2016, eq. 1, 4, 5 and 7 with α/β = 1e-3, as a 512×512 picture has them: M_relu4_2 = 64². */
function gatys(image: Image): number {
  const [f, p] = [image, content.data].map((x) => seenIn(x, 'average', 'relu4_2'));
  const contentLoss = (squares(f.f, p.f) / 2) * (64 ** 2 / f.m);
  let styleLoss = 0;
  for (const layer of STYLE_LAYERS) {
    const [g, a] = [image, style.data].map((x) => rawGram(x, 'average', layer));
    styleLoss += ((1 / 5) * squares(g.g, a.g)) / (4 * g.n ** 2 * g.m ** 2);
  }
  return 1e-3 * contentLoss + styleLoss;
}

/** Ruder, Dosovitskiy & Brox 2016, eq. 7 and 8 with α = 1, β = 20, losses as in Johnson's program. */
const ruder = (gamma: number) => (image: Image) => {
  const [f, p] = [image, content.data].map((x) => seenIn(x, 'max', 'relu4_2'));
  let styleLoss = 0;
  for (const layer of STYLE_LAYERS) {
    const [g, a] = [image, style.data].map((x) => rawGram(x, 'max', layer));
    styleLoss += squares(g.g, a.g) / (g.n * g.m) ** 2 / g.n ** 2;
  }
  const d = 3 * width * height;
  let temporal = 0;
  for (let i = 0; i < d; i++)
    temporal += certainty.data[i % (width * height)] * (image[i] - warped.data[i]) ** 2;
  return squares(f.f, p.f) / (f.n * f.m) + 20 * styleLoss + (gamma * temporal) / d;
};

describe.each([
  ['gatys2016', gatys, {}],
  // The paper has no total variation; the authors' program has, at 1e-3.
  ['ruder2016', ruder(200), { tvWeight: 0 }],
  // In several passes the program's temporal weight is half of the other's.
  ['ruder2016-multipass', ruder(100), { tvWeight: 0 }],
] as const)('--preset %s', (preset, paper, given) => {
  const settings = resolveSettings('film', { preset, ...given });
  /** Pictures of which now one term weighs most, now another. */
  const images = [
    noisePicture(width, height, 5, 60).data,
    content.data,
    style.data.map((v, i) => 0.9 * v + 0.1 * content.data[i]),
    warped.data.map((v) => 0.5 * v + 60),
  ];

  it('is the energy of the paper, up to one factor, and so is its derivative', async () => {
    const sessions = new EnergySessions(network, createOnnxRuntime({ threads: 1 }), energyForm(settings));
    await sessions.setStyles([{ picture: style, weight: 1 }]);
    const evaluate = await sessions.energyOf({
      content,
      warped,
      certainty,
      weights: energyWeights(settings),
    });
    let factor: number | undefined;
    for (const image of images) {
      const { energy, gradient } = await evaluate(image);
      factor ??= energy / paper(image);
      expect(Math.abs(energy / (factor * paper(image)) - 1)).toBeLessThan(1e-4);
      const size = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      const direction = Float64Array.from(gradient, (g) => (2 * random() * g) / size);
      const h = 1e-3;
      const at = (side: number) => paper(Float64Array.from(image, (v, k) => v + side * h * direction[k]));
      const slope = gradient.reduce((sum, g, k) => sum + g * direction[k], 0);
      expect(Math.abs((factor * (at(1) - at(-1))) / (2 * h) / slope - 1)).toBeLessThan(1e-3);
    }
    await sessions.dispose();
  });
});

describe('recipes', () => {
  it('set what the papers and programs say', () => {
    expect(resolveSettings('image', { preset: 'gatys2016' })).toMatchObject({
      network: 'vgg19',
      pooling: 'average',
      contentLayers: { relu4_2: 1 },
      styleLayers: { relu1_1: 1, relu2_1: 4, relu3_1: 16, relu4_1: 64, relu5_1: 64 },
      contentWeight: 5.12,
      styleWeight: 1,
      tvWeight: 0,
      init: 'noise',
    });
    expect(resolveSettings('film', { preset: 'ruder2016' })).toMatchObject({
      network: 'vgg19',
      pooling: 'max',
      contentWeight: 5,
      styleWeight: 100,
      temporalWeight: 1000,
      tvWeight: 1e-3,
      iterations: { first: 2000, next: 1000 },
      tolerance: 1e-4,
      init: 'noise',
      initNext: 'warped',
      coarsest: 0,
    });
  });

  it('in several passes set what the program for them says', () => {
    const several = resolveSettings('film', { preset: 'ruder2016-multipass' });
    const { contentWeight, styleWeight, tvWeight, styleLayers } = resolveSettings('film', {
      preset: 'ruder2016',
    });
    expect(several).toMatchObject({
      ...{ network: 'vgg19', pooling: 'max', contentWeight, styleWeight, tvWeight, styleLayers },
      passes: 15,
      passIterations: 100,
      temporalAfter: 8,
      temporalWeight: 500,
      blendWeight: 1,
      blendWeightOther: 0,
      tolerance: 0,
      init: 'noise',
      coarsest: 0,
    });
  });

  it('give way to options given by name', () => {
    const settings = resolveSettings('film', {
      preset: 'ruder2016',
      network: 'lite',
      styleLayers: 'relu3_1',
    });
    expect(settings).toMatchObject({ network: 'lite', styleLayers: { relu3_1: 1 }, contentWeight: 5 });
  });
});

describe('a film painted by recipe', () => {
  const folder = scratchFolder();
  const small = [
    '-s',
    painting,
    '--size',
    '96',
    '--frames',
    '0-1',
    '--iterations',
    '2,1',
    '--network',
    'lite',
  ];
  const energies = (work: string, frame: number) => {
    const files = readdirSync(join(work, 'energies')).sort();
    return JSON.parse(readFileSync(join(work, 'energies', files[frame]), 'utf8'));
  };

  it('starts from the warped frame alone: ruder2016', async () => {
    const output = join(folder, 'ruder.mp4');
    const { status, stderr } = await run([clip, ...small, '--preset', 'ruder2016', '-o', output]);
    expect(status, stderr).toBe(0);
    const { start, iterations } = energies(`${output}.nst`, 1);
    expect(start).toBe('warped');
    expect(iterations[0].terms.temporal).toBe(0);
    const blended = join(folder, 'blended.mp4');
    const own = ['--preset', 'ruder2016', '--init-next', 'blended', '-o', blended];
    expect((await run([clip, ...small, ...own])).status).toBe(0);
    expect(energies(`${blended}.nst`, 1).iterations[0].terms.temporal).toBeGreaterThan(0);
  });

  it('starts from the painted frame before as it stands: --init-next previous', async () => {
    const output = join(folder, 'previous.mp4');
    const { status, stderr } = await run([clip, ...small, '--init-next', 'previous', '-o', output]);
    expect(status, stderr).toBe(0);
    const { iterations } = energies(`${output}.nst`, 1);
    const flow = join(`${output}.nst`, 'flow');
    const stored = (end: string) => join(flow, readdirSync(flow).find((name) => name.endsWith(end))!);
    const before = await readFrame(join(`${output}.nst`, 'stylised/000000.png'));
    const motion = [await readFlo(stored('.flo')), await readPlane(stored('.certainty.png'))] as const;
    // The term before the first step: the frame before against itself, moved along.
    const { all } = temporalError(before, before, ...motion);
    expect(all).toBeGreaterThan(0);
    expect(iterations[0].terms.temporal / 255 ** 2).toBeCloseTo(all, 6);
  });

  it('goes through its passes: ruder2016-multipass', async () => {
    const output = join(folder, 'passes.mp4');
    const passes = ['--passes', '2', '--pass-iterations', '1', '--temporal-after', '2', '--keep-passes'];
    const given = ['--preset', 'ruder2016-multipass', ...passes, '-o', output];
    const { status, stderr } = await run([clip, ...small, ...given]);
    expect(status, stderr).toBe(0);
    expect(readdirSync(join(`${output}.nst`, 'passes', '01')).filter((n) => n.endsWith('.png'))).toHaveLength(
      2,
    );
    // Back from the last frame: the first one is held to it.
    expect([1, 0].map((frame) => energies(`${output}.nst`, frame).iterations[0].terms.temporal)).toEqual([
      0,
      expect.any(Number),
    ]);
    expect(energies(`${output}.nst`, 0).iterations[0].terms.temporal).toBeGreaterThan(0);
  });

  it('paints every frame by itself: gatys2016', async () => {
    const output = join(folder, 'gatys.mp4');
    const { status, stderr } = await run([clip, ...small, '--preset', 'gatys2016', '-o', output]);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toMatch(/no stored frame/);
    const records = [0, 1].map((frame) => energies(`${output}.nst`, frame));
    expect(records.map((r) => r.start)).toEqual(['first', 'first']);
    expect(records[1].iterations).toHaveLength(3);
    const flow = join(`${output}.nst`, 'flow');
    expect(existsSync(flow) ? readdirSync(flow) : []).toEqual([]);
  });

  it('refuses a layer that the network has not, before it makes anything', async () => {
    const output = join(folder, 'none.mp4');
    const given = ['--style-layers', 'relu1_1,relu3_4:0.5', '-o', output];
    const { status, stderr } = await run([clip, ...small, ...given]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Layer "relu3_4" is not in network lite: expected one of relu1_1, /);
    expect(existsSync(`${output}.nst`)).toBe(false);
  });
});
