import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm, termNames } from '../../dist/nst/energy_form.js';
import { EnergySessions, type FrameTargets } from '../../dist/nst/energy_sessions.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import type { Style } from '../../dist/nst/style_paintings.js';
import type { Picture, Plane } from '../../dist/picture.js';
import { dot, middles, patchAt, squaredDistance } from './matching/products.js';
import { referenceFeatures } from './reference_energy.js';
import { tinyNetwork } from './tiny_network.js';

const WIDTH = 40;
const HEIGHT = 36;
const HEADS = { relu1_1: 9, relu2_1: 12, relu3_1: 20, relu4_1: 30, relu4_2: 31, relu5_1: 40 };
const plain = networkFromFile(parseSafetensors(tinyNetwork({ seed: 3 }), 'tiny'));
const headed = networkFromFile(parseSafetensors(tinyNetwork({ seed: 4, heads: HEADS }), 'tiny'));
const runtime = createOnnxRuntime({ threads: 1 });
const image = noisePicture(WIDTH, HEIGHT, 1, 120);
const painting = noisePicture(48, 33, 2, 90);
const other = noisePicture(35, 41, 3, 120);
const frame: FrameTargets = {
  content: noisePicture(WIDTH, HEIGHT, 4, 120),
  weights: { content: 0, style: 1, temporal: 0, tv: 0 },
};

async function withEnergy<T>(
  form: Partial<EnergyForm>,
  styles: readonly Style[],
  act: (energy: Awaited<ReturnType<EnergySessions['energyOf']>>) => Promise<T>,
  { network = plain, targets = frame } = {},
): Promise<T> {
  const sessions = new EnergySessions(network, runtime, { ...DEFAULT_FORM, contentLayers: [], ...form });
  try {
    await sessions.setStyles(styles);
    return await act(await sessions.energyOf(targets));
  } finally {
    await sessions.dispose();
  }
}

const one = (picture: Picture): Style[] => [{ picture, weight: 1 }];

/** Features of a layer as the functions of the patch tests take them. */
function mapsOf(picture: Picture, layer: string, network = plain) {
  const { c, w, h, data } = referenceFeatures(network, picture, 'max').get(layer)!;
  return { channels: c, width: w, height: h, data: Float32Array.from(data) };
}

/** The partner of each patch by whole patches in float64. */
function partners(picture: Picture, layer: string, network = plain): number[][] {
  const [mine, theirs] = [mapsOf(picture, layer, network), mapsOf(painting, layer, network)];
  const candidates = middles(theirs).map((middle) => patchAt(theirs, middle));
  const lengths = candidates.map((patch) => Math.sqrt(dot(patch, patch)));
  return middles(mine).map((middle) => {
    const patch = patchAt(mine, middle);
    const scores = candidates.map((candidate, i) => dot(patch, candidate) / lengths[i]);
    return candidates[scores.indexOf(Math.max(...scores))];
  });
}

/** The patch term of a picture, towards given partners. */
function patchEnergy(picture: Picture, layer: string, towards: readonly number[][], network = plain): number {
  const mine = mapsOf(picture, layer, network);
  const distances = middles(mine).map((middle, i) => squaredDistance(patchAt(mine, middle), towards[i]));
  return (0.05 * distances.reduce((a, b) => a + b)) / (distances.length * 9 * network.channels.get(layer)!);
}

/** The histogram term of a picture: W₂² channel by channel, both lists repeated to one length. */
function histogramEnergy(picture: Picture, layer: string, network = plain): number {
  const [mine, theirs] = [mapsOf(picture, layer, network), mapsOf(painting, layer, network)];
  const [m, n] = [mine.width * mine.height, theirs.width * theirs.height];
  let sum = 0;
  for (let c = 0; c < mine.channels; c++) {
    const a = mine.data.slice(c * m, (c + 1) * m).sort();
    const b = theirs.data.slice(c * n, (c + 1) * n).sort();
    for (let k = 0; k < m * n; k++) sum += (a[Math.floor(k / n)] - b[Math.floor(k / m)]) ** 2;
  }
  return sum / (m * n * network.channels.get(layer)!);
}

const LAYERS = { patches: ['relu3_1', 'relu4_1'], histogram: ['relu1_1', 'relu4_1'] };

describe.each([
  ['a plain network', plain],
  ['a network with heads', headed],
])('in %s', (_, network) => {
  test('patches are those of whole patches compared in float64, before and after the picture moves', async () => {
    const form = { styleLosses: ['patches'] } as const;
    const moved = { ...image, data: image.data.map((v, i) => v + 5 * Math.sin(i)) };
    await withEnergy(
      form,
      one(painting),
      async (energy) => {
        const first = await energy(image.data);
        const later = await energy(moved.data);
        await energy.rematch!(moved.data);
        const again = await energy(moved.data);
        for (const layer of LAYERS.patches) {
          const [before, after] = [partners(image, layer, network), partners(moved, layer, network)];
          const near = (found: number, expected: number) =>
            expect(Math.abs(found - expected), layer).toBeLessThan(1e-4 * expected);
          near(first.terms[`patches.${layer}`], patchEnergy(image, layer, before, network));
          near(later.terms[`patches.${layer}`], patchEnergy(moved, layer, before, network));
          near(again.terms[`patches.${layer}`], patchEnergy(moved, layer, after, network));
        }
      },
      { network },
    );
  });

  test('histograms are at their distance of Wasserstein', async () => {
    await withEnergy(
      { styleLosses: ['histogram'] },
      one(painting),
      async (energy) => {
        const { terms } = await energy(image.data);
        for (const layer of LAYERS.histogram) {
          const expected = histogramEnergy(image, layer, network);
          expect(Math.abs(terms[`histogram.${layer}`] - expected), layer).toBeLessThan(1e-4 * expected);
        }
      },
      { network },
    );
  });
});

describe.each(['patches', 'histogram'] as const)('%s', (name) => {
  const form = { styleLosses: [name] };

  test('have the gradient of central differences', async () => {
    await withEnergy(form, one(painting), async (energy) => {
      const { gradient } = await energy(image.data);
      const size = Math.hypot(...gradient);
      const h = 0.2;
      const at = async (t: number) =>
        (await energy(image.data.map((v, i) => v + (t * gradient[i]) / size))).energy;
      const slope = ((await at(h)) - (await at(-h))) / (2 * h);
      expect(Math.abs(slope - size)).toBeLessThan(0.01 * size);
    });
  });

  test('of a picture in itself are 0', async () => {
    const targets = { ...frame, content: painting };
    await withEnergy(
      form,
      one(painting),
      async (energy) => {
        const far = (await energy(noisePicture(48, 33, 9, 90).data)).energy;
        await energy.rematch?.(painting.data);
        expect(Math.abs((await energy(painting.data)).energy)).toBeLessThan(1e-6 * far);
      },
      { targets },
    );
  });

  test('are taken at the layers that they are made for, and elsewhere where none of those is asked for', () => {
    const terms = (styleLayers: string[]) =>
      termNames({ ...DEFAULT_FORM, ...form, contentLayers: [], styleLayers }).slice(0, -2);
    expect(terms([...DEFAULT_FORM.styleLayers])).toEqual(LAYERS[name].map((layer) => `${name}.${layer}`));
    expect(terms(['relu4_1', 'relu5_1'])).toEqual([`${name}.relu4_1`]);
    expect(terms(['relu2_1'])).toEqual([`${name}.relu2_1`]);
  });

  test('of several paintings add up by their shares, however they are blended', async () => {
    const alone = (picture: Picture) => withEnergy(form, one(picture), (energy) => energy(image.data));
    const [first, second] = [await alone(painting), await alone(other)];
    const expected = 0.75 * first.energy + 0.25 * second.energy;
    const slopes = first.gradient.map((g, i) => 0.75 * g + 0.25 * second.gradient[i]);
    const both = (goal: number) => [
      { picture: painting, weight: 3 },
      { picture: other, weight: 1, goal },
    ];
    for (const goal of [0, 1]) {
      const found = await withEnergy({ ...form, goals: goal + 1 }, both(goal), (e) => e(image.data));
      expect(Math.abs(found.energy - expected)).toBeLessThan(1e-4 * expected);
      const distance = Math.hypot(...found.gradient.map((g, i) => g - slopes[i]));
      expect(distance).toBeLessThan(1e-4 * Math.hypot(...slopes));
    }
  });

  test('with shares 1 and 0 are the first painting’s bit for bit', async () => {
    const alone = await withEnergy(form, one(painting), (energy) => energy(image.data));
    const styles = [...one(painting), { picture: other, weight: 0 }];
    const found = await withEnergy(form, styles, (energy) => energy(image.data));
    expect(found).toEqual(alone);
  });

  const plane = ({ width, height }: Picture, value: (x: number) => number): Plane => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => value(i % width)),
  });

  test('with a guide of the whole frame are what they are without', async () => {
    const plainly = await withEnergy(form, one(painting), (energy) => energy(image.data));
    const targets = { ...frame, guides: [plane(image, () => 1)] };
    const styles = [{ picture: painting, weight: 1, mask: plane(painting, () => 0.5) }];
    const guided = await withEnergy({ ...form, guided: true }, styles, (e) => e(image.data), { targets });
    expect(Math.abs(guided.energy - plainly.energy)).toBeLessThan(1e-4 * plainly.energy);
  });

  test('with a guide pull at its part of the frame', async () => {
    const targets = { ...frame, guides: [plane(image, (x) => (x < 12 ? 1 : 0))] };
    const guided = { ...form, guided: true, styleLayers: [name === 'patches' ? 'relu3_1' : 'relu1_1'] };
    const { gradient } = await withEnergy(guided, one(painting), (e) => e(image.data), { targets });
    const share = (from: number, to: number) =>
      gradient.reduce((sum, g, i) => (i % WIDTH >= from && i % WIDTH < to ? sum + Math.abs(g) : sum), 0);
    // relu3_1 sees 20 px, and a patch reaches 4 px further.
    expect(share(34, WIDTH)).toBe(0);
    expect(share(0, 12)).toBeGreaterThan(0);
  });

  test('with a guide that is empty pull at nothing', async () => {
    const targets = { ...frame, guides: [plane(image, () => 0)] };
    const { energy, gradient } = await withEnergy(
      { ...form, guided: true },
      one(painting),
      (e) => e(image.data),
      {
        targets,
      },
    );
    expect(energy).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  test('take a part of a painting for the painting', async () => {
    const twice: Picture = { width: 96, height: 33, data: new Float32Array(3 * 96 * 33).fill(255) };
    for (let i = 0; i < painting.data.length; i++)
      twice.data[Math.floor(i / 48) * 96 + (i % 48)] = painting.data[i];
    const layer = name === 'patches' ? 'relu3_1' : 'relu1_1';
    const at = { ...form, styleLayers: [layer] };
    const energyOf = async (styles: readonly Style[]) =>
      (await withEnergy(at, styles, (energy) => energy(image.data))).energy;
    const whole = await energyOf(one(painting));
    const unmasked = await energyOf(one(twice));
    // Away from the seam, which features see across.
    const part = await energyOf([{ picture: twice, weight: 1, mask: plane(twice, (x) => (x < 36 ? 1 : 0)) }]);
    if (name === 'histogram') expect(Math.abs(part - whole)).toBeLessThan(0.2 * Math.abs(unmasked - whole));
    else {
      // Fewer patches to choose from than in the whole; the white half has none worth choosing.
      const white = plane(twice, (x) => (x > 64 ? 1 : 0));
      const blank = await energyOf([{ picture: twice, weight: 1, mask: white }]);
      expect(Math.abs(part - whole)).toBeLessThan(0.2 * Math.abs(blank - whole));
    }
  });
});

describe('mixed with Gram matrices', () => {
  test('every term is what it is alone', async () => {
    const mixed = { styleLosses: ['gram', 'patches', 'histogram'] } as const;
    const found = await withEnergy(mixed, one(painting), (energy) => energy(image.data));
    expect(Object.keys(found.terms)).toEqual(termNames({ ...DEFAULT_FORM, ...mixed, contentLayers: [] }));
    for (const name of mixed.styleLosses) {
      const alone = await withEnergy({ styleLosses: [name] }, one(painting), (energy) => energy(image.data));
      for (const [term, value] of Object.entries(alone.terms))
        expect(Math.abs(found.terms[term] - value), term).toBeLessThan(1e-5 * value + 1e-9);
    }
  });

  test('only partners that stay are to be found anew', async () => {
    for (const styleLosses of [['gram'], ['histogram']] as const)
      await withEnergy({ styleLosses }, one(painting), async (energy) => {
        expect(energy.rematch).toBeUndefined();
      });
  });
});

describe('patches of the painting turned and scaled', () => {
  test('are found where the frame shows it so', async () => {
    const wave = (angle: number, length: number): Picture => ({
      width: 64,
      height: 64,
      data: Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => {
        const [x, y] = [i % 64, Math.floor(i / 64) % 64];
        return 128 + 100 * Math.sin((x * Math.cos(angle) + y * Math.sin(angle)) / length);
      }),
    });
    const energyOf = async (picture: Picture, form: Partial<EnergyForm>) => {
      const targets = { ...frame, content: picture };
      const at = { styleLosses: ['patches'], styleLayers: ['relu3_1'], ...form } as const;
      return (await withEnergy(at, one(wave(0, 2)), (e) => e(picture.data), { targets })).energy;
    };
    for (const [picture, help] of [
      [wave(Math.PI / 6, 2), { patchAngles: [-30, 30] }],
      [wave(0, 2.6), { patchScales: [1.3] }],
    ] as const) {
      const without = await energyOf(picture, {});
      expect(await energyOf(picture, help)).toBeLessThan(0.5 * without);
    }
  });
});
