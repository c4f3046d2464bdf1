import { describe, expect, it } from 'vitest';
import { createOnnxRuntime, input } from '../../dist/engine/index.js';
import { Inversion, power } from '../../dist/nst/inversion.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { referenceFeatures } from './reference_energy.js';
import { tinyNetwork } from './tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const heads = { relu1_1: 9, relu3_1: 20 };
const network = networkFromFile(parseSafetensors(tinyNetwork({ seed: 5, heads }), 'tiny'));
const [width, height] = [18, 13];
const photo = noisePicture(width, height, 1, 100);

/** Mahendran & Vedaldi's energy once more, as plain loops in float64. */
function energyOf(image: ArrayLike<number>, layer: string, tv: number, beta: number) {
  const features = (data: ArrayLike<number>) =>
    referenceFeatures(network, { width, height, data }, 'max').get(layer)!.data;
  const [found, target] = [features(image), features(photo.data)];
  const squares = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);
  const distance = squares(found.map((v, i) => v - target[i])) / squares(target);
  let variation = 0;
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (u: number, v: number) => image[(c * height + v) * width + u] / 255;
        const dx = x + 1 < width ? at(x + 1, y) - at(x, y) : 0;
        const dy = y + 1 < height ? at(x, y + 1) - at(x, y) : 0;
        const smallest = beta === 2 ? 0 : (0.1 / 255) ** 2;
        variation += (dx * dx + dy * dy + smallest) ** (beta / 2) / (width * height);
      }
    }
  }
  return { features: distance, tv: variation, energy: distance + tv * variation };
}

describe('the energy of an inversion', () => {
  const cases = [
    ['relu3_1', 2, 2],
    ['relu1_1', 0.5, 1],
    ['relu3_1', 20, 3],
    ['relu3_1', 1, 1.25],
  ] as const;
  it.each(cases)(
    'is that of plain loops in float64, and so is its derivative: %s, tv %d, beta %d',
    async (layer, tv, beta) => {
      const inversion = await Inversion.open(network, runtime, { photo, layer, pooling: 'max', tv, beta });
      const image = noisePicture(width, height, 2, 90).data;
      const { energy, terms, gradient } = await inversion.evaluate(image);
      const expected = energyOf(image, layer, tv, beta);
      expect(terms.features / expected.features).toBeCloseTo(1, 4);
      expect(terms.tv / expected.tv).toBeCloseTo(1, 4);
      expect(energy / expected.energy).toBeCloseTo(1, 4);
      const random = randomNumbers(3);
      const size = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      const direction = Float64Array.from(gradient, (g) => (2 * random() * g) / size);
      const at = (side: number) =>
        energyOf(
          Float64Array.from(image, (v, i) => v + side * 1e-3 * direction[i]),
          layer,
          tv,
          beta,
        ).energy;
      const slope = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      expect((at(1) - at(-1)) / 2e-3 / slope).toBeCloseTo(1, 3);
      await inversion.dispose();
    },
  );

  it('has no distance at the photo itself, and a whole one where nothing is seen', async () => {
    const task = { photo, layer: 'relu3_1', pooling: 'max', tv: 0, beta: 2 } as const;
    const inversion = await Inversion.open(network, runtime, task);
    expect((await inversion.evaluate(photo.data)).terms.features).toBeLessThan(1e-9);
    const grey = photo.data.map((_, i) => network.input.mean[Math.floor(i / (width * height))]);
    expect((await inversion.evaluate(grey)).terms.features).toBeGreaterThan(0.1);
    await inversion.dispose();
  });
});

describe('power', () => {
  it.each([0.125, 0.5, 0.625, 1, 1.375, 2])('takes x to %d by products and roots', async (exponent) => {
    const session = await runtime.compile({ y: power(input('x', [3]), exponent) });
    const { y } = await session.run({ x: Float32Array.of(0.01, 1, 7) });
    for (const [i, x] of [0.01, 1, 7].entries()) expect(y[i] / x ** exponent).toBeCloseTo(1, 5);
    await session.dispose();
  });

  it('refuses what is no eighth', () => {
    expect(() => power(input('x', [3]), 0.3)).toThrow(/multiple of 1\/8, found 0\.3/);
  });
});
