import { beforeAll, describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../../dist/nst/energy_form.js';
import { EnergySessions } from '../../../dist/nst/energy_sessions.js';
import { lbfgs } from '../../../dist/nst/lbfgs.js';
import type { StyleLossName } from '../../../dist/nst/losses/style_losses.js';
import { minimise } from '../../../dist/nst/minimise.js';
import { loadNetwork, type Network, networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import type { Picture } from '../../../dist/picture.js';
import { referenceFeatures } from '../reference_energy.js';
import { litePath } from '../shared_data.js';
import { type TinyOptions, tinyNetwork } from '../tiny_network.js';
import {
  covarianceDistance,
  gaussianOf,
  meanDeviationDistance,
  wassersteinDistance,
} from './reference_gaussians.js';

const runtime = createOnnxRuntime({ threads: 1 });
const STATISTICS: StyleLossName[] = ['gram', 'covariance', 'mean-deviation', 'wasserstein'];
const WEIGHTS = { content: 0, style: 100, temporal: 0, tv: 0 };

/** Evaluates energies of this form between these pictures, and frees all. */
async function withEnergy<T>(
  network: Network,
  form: Partial<EnergyForm>,
  { content, painting }: { content: Picture; painting: Picture },
  weights: Parameters<EnergySessions['energyOf']>[0]['weights'],
  use: (energy: Awaited<ReturnType<EnergySessions['energyOf']>>) => Promise<T>,
): Promise<T> {
  const sessions = new EnergySessions(network, runtime, { ...DEFAULT_FORM, ...form });
  try {
    await sessions.setStyles([{ picture: painting, weight: 1 }]);
    return await use(await sessions.energyOf({ content, weights }));
  } finally {
    await sessions.dispose();
  }
}

describe('the losses of statistics are what plain loops in float64 say', () => {
  const heads = { relu1_1: 9, relu2_1: 12 };
  test.each<[string, TinyOptions]>([
    ['of features', {}],
    ['under heads with biases', { heads, seed: 3 }],
  ])('%s', async (_, options) => {
    const network = networkFromFile(parseSafetensors(tinyNetwork(options), 'tiny'));
    const content = noisePicture(20, 16, 1, 120);
    const painting = noisePicture(18, 22, 2, 70);
    const form = {
      contentLayers: [],
      styleLayers: ['relu1_1', 'relu2_1'],
      styleLosses: STATISTICS.slice(1),
    };
    const found = await withEnergy(network, form, { content, painting }, WEIGHTS, (energy) =>
      energy(content.data),
    );
    for (const layer of form.styleLayers) {
      const [a, b] = [content, painting].map((picture) => {
        const { c, data } = referenceFeatures(network, picture, 'max').get(layer)!;
        return gaussianOf(c, data);
      });
      // A head stands for a network as wide as its outputs; these have one more, so N differs by that.
      const n = network.channels.get(layer)! / a.mean.length;
      const expected = {
        covariance: covarianceDistance(a, b) / n ** 4,
        mean_deviation: meanDeviationDistance(a, b) / n,
        wasserstein: wassersteinDistance(a, b, 3e-4) / n,
      };
      for (const [name, value] of Object.entries(expected))
        expect(Math.abs(found.terms[`${name}.${layer}`] / value - 1), `${name} at ${layer}`).toBeLessThan(
          1e-3,
        );
    }
  });
});

/** A picture of stripes and blots: its features differ in all that the losses look at. */
function drawing(width: number, height: number, period: number, colours: readonly number[][]): Picture {
  const data = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(x / period + 3 * Math.sin(y / (2 * period)));
      const share = 0.5 + 0.5 * wave;
      for (let c = 0; c < 3; c++)
        data[(c * height + y) * width + x] = share * colours[0][c] + (1 - share) * colours[1][c];
    }
  return { width, height, data };
}

describe('painted with the network that ships', () => {
  let lite: Network;
  const pictures = {
    content: drawing(40, 32, 6, [
      [200, 190, 180],
      [90, 110, 130],
    ]),
    painting: drawing(36, 36, 2, [
      [230, 200, 40],
      [20, 40, 120],
    ]),
  };
  beforeAll(async () => {
    lite = await loadNetwork(litePath);
  });
  const terms = (of: Record<string, number>, family: string) =>
    Object.entries(of).flatMap(([name, value]) => (name.startsWith(`${family}.`) ? [value] : []));

  test('each loss gives a picture that has less of it', async () => {
    // Every loss is brought to one size, so that none is just weaker than another.
    const shallow: Partial<EnergyForm> = {
      contentLayers: [],
      styleLayers: ['relu1_1', 'relu2_1', 'relu3_1'],
      normalise: 'layers',
    };
    const painted: { loss: StyleLossName; image: Float32Array }[] = [];
    for (const loss of STATISTICS) {
      const form = { ...shallow, styleLosses: [loss] };
      const { image } = await withEnergy(lite, form, pictures, WEIGHTS, (evaluate) =>
        minimise({ start: pictures.content.data, evaluate, optimiser: lbfgs(), iterations: 20 }),
      );
      painted.push({ loss, image });
    }
    const form = { ...shallow, styleLosses: STATISTICS };
    await withEnergy(lite, form, pictures, WEIGHTS, async (evaluate) => {
      const sums = async (image: Float32Array) => {
        const found = await evaluate(image);
        const families = ['style', 'covariance', 'mean_deviation', 'wasserstein'];
        return families.map((family) => terms(found.terms, family).reduce((a, b) => a + b));
      };
      const before = await sums(pictures.content.data);
      const after: number[][] = [];
      for (const { image } of painted) after.push(await sums(image));
      for (const [i, { loss }] of painted.entries()) {
        // Gram matrices are the default: each of the others must be worth asking for.
        if (i > 0) expect(after[i][i], loss).toBeLessThan(0.9 * after[0][i]);
        expect(after[i][i], loss).toBeLessThan(0.4 * before[i]);
      }
    });
  });

  test('layers are brought to one size by their paintings', async () => {
    const black = new Float32Array(pictures.content.data.length);
    const spread = async (normalise: EnergyForm['normalise']) => {
      const found = await withEnergy(lite, { normalise }, pictures, WEIGHTS, (evaluate) => evaluate(black));
      const values = terms(found.terms, 'style');
      expect(values).toHaveLength(5);
      return Math.max(...values) / Math.min(...values);
    };
    expect(await spread('none')).toBeGreaterThan(1000);
    expect(await spread('layers')).toBeLessThan(5);
  });

  test('gradients are brought to one size at the frame itself', async () => {
    const pulls = async (normalise: EnergyForm['normalise']) => {
      const sizes: number[] = [];
      for (const layer of DEFAULT_FORM.styleLayers) {
        const form = { normalise, contentLayers: [], styleLayers: [layer] };
        const weights = { content: 0, style: 1, temporal: 0, tv: 0 };
        const { gradient } = await withEnergy(lite, form, pictures, weights, (evaluate) =>
          evaluate(pictures.content.data),
        );
        sizes.push(gradient.reduce((sum, g) => sum + Math.abs(g), 0));
      }
      return sizes;
    };
    const [free, normalised] = [await pulls('none'), await pulls('gradients')];
    expect(Math.max(...free) / Math.min(...free)).toBeGreaterThan(1000);
    for (const pull of normalised) expect(Math.abs(pull / 1e4 - 1)).toBeLessThan(1e-3);
  });
});
