import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { adam } from '../../dist/nst/adam.js';
import { DEFAULT_FORM, type EnergyForm, termNames } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { minimise } from '../../dist/nst/minimise.js';
import { loadNetwork, type Network, networkFromFile } from '../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { type ReferenceTask, referenceEnergy } from './reference_energy.js';
import { litePath } from './shared_data.js';
import { type TinyOptions, tinyNetwork } from './tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const tiny = (options: TinyOptions = {}): Network =>
  networkFromFile(parseSafetensors(tinyNetwork(options), 'tiny'));
const HEADS = { relu1_1: 9, relu2_1: 12, relu3_1: 20, relu4_1: 30, relu4_2: 31, relu5_1: 40 };

/** A frame of random pictures, with two styles of other sizes. */
function randomTask(width: number, height: number, seed: number): ReferenceTask {
  const random = randomNumbers(seed);
  const certainty = { width, height, data: Float32Array.from({ length: width * height }, () => random()) };
  return {
    content: noisePicture(width, height, seed + 1, 120),
    styles: [
      { picture: noisePicture(width + 5, height + 2, seed + 2, 90), weight: 1 },
      { picture: noisePicture(width + 1, height + 9, seed + 3, 120), weight: 3 },
    ],
    warped: noisePicture(width, height, seed + 4, 120),
    certainty,
    weights: { content: 5, style: 100, temporal: 1000, tv: 1e-3, layers: { 'style.relu2_1': 0.5 } },
  };
}

/** Compares terms, energy and the derivative along a random direction with plain float64 loops. */
async function compare(network: Network, form: EnergyForm, width: number, height: number, seed: number) {
  const task = randomTask(width, height, seed);
  const sessions = new EnergySessions(network, runtime, form);
  await sessions.setStyles(task.styles);
  const image = noisePicture(width, height, seed + 9, 120).data;
  const found = await (await sessions.energyOf(task))(image);
  await sessions.dispose();
  const reference = referenceEnergy(network, form, task);
  const at = Float64Array.from(image);
  const expected = reference(at);
  expect(Object.keys(found.terms)).toEqual(termNames(form));
  for (const [term, value] of Object.entries(expected.terms))
    expect(Math.abs(found.terms[term] - value), term).toBeLessThan(1e-4 * value);
  expect(Math.abs(found.energy - expected.energy)).toBeLessThan(1e-4 * expected.energy);
  // Along the gradient itself the central difference is ‖gradient‖²; along a second direction any error of sign,
  // order or place shows that the first cannot.
  const random = randomNumbers(seed + 10);
  const size = Math.sqrt(found.gradient.reduce((sum, g) => sum + g * g, 0));
  const directions = [
    found.gradient.map((g) => g / size),
    found.gradient.map((g) => (2 * random() * g) / size),
  ];
  for (const direction of directions) {
    const h = 1e-4;
    const ahead = reference(at.map((v, i) => v + h * direction[i])).energy;
    const behind = reference(at.map((v, i) => v - h * direction[i])).energy;
    const slope = found.gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    expect(Math.abs((ahead - behind) / (2 * h) - slope)).toBeLessThan(1e-3 * Math.abs(slope));
  }
}

describe('energy and gradient agree with plain loops in float64', () => {
  const cases: [string, TinyOptions, Partial<EnergyForm>, number, number][] = [
    ['max pooling', {}, {}, 24, 20],
    ['average pooling', {}, { pooling: 'average' }, 24, 20],
    ['odd sizes', { seed: 5 }, {}, 23, 35],
    ['odd sizes, average', { seed: 6 }, { pooling: 'average' }, 35, 23],
    ['BGR weights', { seed: 7, order: 'BGR' }, {}, 20, 16],
    ['heads and a teacher’s channel counts', { seed: 8, heads: HEADS }, {}, 20, 18],
    ['heads without bias', { seed: 11, heads: HEADS, headBias: false }, {}, 20, 18],
    ['float16', { seed: 9, heads: HEADS, type: 'F16' }, {}, 20, 18],
    [
      'other layers, two of content',
      { seed: 10 },
      { contentLayers: ['relu2_2', 'relu3_3'], styleLayers: ['relu1_2', 'relu3_3'] },
      12,
      15,
    ],
    ['style alone', { seed: 11 }, { contentLayers: [], styleLayers: ['relu2_1'] }, 8, 9],
    [
      'other blocks',
      { seed: 12, widths: [[2], [3, 3, 3], [4]] },
      { contentLayers: ['relu2_3'], styleLayers: ['relu3_1'] },
      9,
      10,
    ],
  ];
  test.each(cases)('%s', async (_name, options, form, width, height) => {
    await compare(tiny(options), { ...DEFAULT_FORM, ...form }, width, height, options.seed ?? 1);
  });

  test('the network that ships', async () => {
    await compare(await loadNetwork(litePath), DEFAULT_FORM, 17, 16, 3);
  });
});

describe('a frame', () => {
  const network = tiny();
  const task = randomTask(16, 16, 30);
  const image = noisePicture(16, 16, 40).data;

  test('without a predecessor has no temporal term, whatever its weight', async () => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM);
    await sessions.setStyles(task.styles);
    const { content, weights } = task;
    const first = await (await sessions.energyOf({ content, weights }))(image);
    const none = await (await sessions.energyOf({ ...task, weights: { ...weights, temporal: 0 } }))(image);
    expect(first.terms.temporal).toBe(0);
    expect(first.energy).toBe(none.energy);
    expect(first.gradient).toEqual(none.gradient);
    await sessions.dispose();
  });

  test('repeats bit for bit, after other sizes were painted too', async () => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM);
    await sessions.setStyles(task.styles);
    const first = await (await sessions.energyOf(task))(image);
    for (const size of [18, 20, 22]) {
      const other = randomTask(size, size, 50);
      await (await sessions.energyOf(other))(noisePicture(size, size, 1).data);
    }
    expect(await (await sessions.energyOf(task))(image)).toEqual(first);
    await sessions.dispose();
  });

  test('whose energy overflows is retried once and then reported', async () => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM);
    await sessions.setStyles(task.styles);
    const evaluate = await sessions.energyOf(task);
    const seen: number[] = [];
    // Steps of 1e30 grey levels: squares of features leave float32.
    const failing = minimise({
      start: image,
      evaluate,
      optimiser: adam({ learningRate: 1e30 }),
      iterations: 20,
      onIteration: ({ energy }) => seen.push(energy),
    });
    await expect(failing).rejects.toMatchObject({ code: 'ENERGY_NOT_FINITE', kind: 'usage' });
    expect(seen.map(Number.isFinite)).toEqual([true, false, true, false]);
    await sessions.dispose();
  });
});

describe('what cannot be painted is refused', () => {
  const network = tiny();
  const sessions = (form: Partial<EnergyForm> = {}) =>
    new EnergySessions(network, runtime, { ...DEFAULT_FORM, ...form });
  const style = (width: number, height: number, weight = 1) => [
    { picture: noisePicture(width, height, 1), weight },
  ];

  test('an unknown layer', async () => {
    await expect(sessions({ styleLayers: ['relu9_1'] }).setStyles(style(20, 20))).rejects.toMatchObject({
      code: 'LAYER_UNKNOWN',
      kind: 'usage',
      message: expect.stringMatching(/"relu9_1".*expected one of relu1_1, relu1_2/),
    });
  });

  test('a layer without a head in a network of heads', async () => {
    const headed = new EnergySessions(tiny({ heads: HEADS }), runtime, {
      ...DEFAULT_FORM,
      styleLayers: ['relu2_2'],
    });
    await expect(headed.setStyles(style(20, 20))).rejects.toMatchObject({ code: 'LAYER_UNKNOWN' });
  });

  test('a picture too small for the deepest layer', async () => {
    await expect(sessions().setStyles(style(40, 15))).rejects.toMatchObject({
      code: 'PICTURE_TOO_SMALL',
      kind: 'input',
      message: expect.stringMatching(/relu5_1 must be at least 16×16 px, found 40×15/),
    });
  });

  test.each([[[]], [style(20, 20, 0)], [style(20, 20, -1)], [style(20, 20, Number.NaN)]])(
    'style weights without a positive sum (%#)',
    async (styles) => {
      await expect(sessions().setStyles(styles)).rejects.toMatchObject({
        code: 'INVALID_STYLES',
        kind: 'usage',
      });
    },
  );

  test('a warped frame without its certainty, or of another size', async () => {
    const all = sessions();
    await all.setStyles(style(20, 20));
    const { content, warped, weights } = randomTask(16, 16, 1);
    await expect(all.energyOf({ content, warped, weights })).rejects.toMatchObject({
      code: 'TARGETS_INCOMPLETE',
    });
    const certainty = { width: 16, height: 8, data: new Float32Array(128) };
    await expect(all.energyOf({ content, warped, certainty, weights })).rejects.toMatchObject({
      code: 'SIZES_DIFFER',
      message: 'certainty: expected 16×16 px as the content, found 16×8',
    });
  });

  test('anything before a style was set', async () => {
    await expect(sessions().energyOf(randomTask(16, 16, 1))).rejects.toMatchObject({
      code: 'STYLES_NOT_SET',
    });
  });
});
