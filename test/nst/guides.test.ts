import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../dist/nst/energy_form.js';
import { EnergySessions, type FrameTargets } from '../../dist/nst/energy_sessions.js';
import { guideWeights, shareOf } from '../../dist/nst/guides.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import type { Style } from '../../dist/nst/style_paintings.js';
import type { Picture, Plane } from '../../dist/picture.js';
import { tinyNetwork } from './tiny_network.js';

const WIDTH = 24;
const HEIGHT = 16;
const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
const runtime = createOnnxRuntime({ threads: 1 });
const image = noisePicture(WIDTH, HEIGHT, 1, 120).data;
const first = noisePicture(WIDTH, HEIGHT, 2, 90);
const second = noisePicture(WIDTH + 4, HEIGHT, 3, 120);
const frame: FrameTargets = {
  content: noisePicture(WIDTH, HEIGHT, 4, 120),
  weights: { content: 5, style: 100, temporal: 0, tv: 1e-3 },
};

async function evaluate(form: Partial<EnergyForm>, styles: readonly Style[], guides?: readonly Plane[]) {
  const sessions = new EnergySessions(network, runtime, { ...DEFAULT_FORM, ...form });
  try {
    await sessions.setStyles(styles);
    return await (await sessions.energyOf({ ...frame, guides }))(image);
  } finally {
    await sessions.dispose();
  }
}

const plane = ({ width, height }: Picture, value: (x: number, y: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

describe('goals', () => {
  test('of a painting each add up by their shares', async () => {
    const [one, two] = await Promise.all(
      [first, second].map((p) => evaluate({}, [{ picture: p, weight: 1 }])),
    );
    const both = await evaluate({ goals: 2 }, [
      { picture: first, weight: 3, goal: 0 },
      { picture: second, weight: 1, goal: 1 },
    ]);
    for (const layer of DEFAULT_FORM.styleLayers) {
      const expected = 0.75 * one.terms[`style.${layer}`] + 0.25 * two.terms[`style.${layer}`];
      expect(Math.abs(both.terms[`style.${layer}`] - expected)).toBeLessThan(1e-5 * expected);
    }
  });

  test('without a painting are an error', async () => {
    await expect(evaluate({ goals: 2 }, [{ picture: first, weight: 1 }])).rejects.toMatchObject({
      code: 'INVALID_STYLES',
    });
  });
});

describe('guides', () => {
  test('of the whole frame change nothing', async () => {
    const plain = await evaluate({}, [{ picture: first, weight: 1 }]);
    const whole = await evaluate({ guided: true }, [{ picture: first, weight: 1 }], [plane(first, () => 1)]);
    expect(Math.abs(whole.energy - plain.energy)).toBeLessThan(1e-5 * plain.energy);
    const distance = Math.hypot(...whole.gradient.map((g, i) => g - plain.gradient[i]));
    expect(distance).toBeLessThan(1e-5 * Math.hypot(...plain.gradient));
  });

  test('let a goal pull at its part of the frame only', async () => {
    const left = plane(first, (x) => (x < WIDTH / 2 ? 1 : 0));
    const styleAlone = { contentLayers: [], styleLayers: ['relu1_1'], guided: true } as const;
    const { gradient } = await evaluate(styleAlone, [{ picture: first, weight: 1 }], [left]);
    const share = (from: number, to: number) =>
      gradient.reduce((sum, g, i) => (i % WIDTH >= from && i % WIDTH < to ? sum + Math.abs(g) : sum), 0);
    // relu1_1 sees one pixel across the edge; what remains beyond is total variation.
    expect(share(WIDTH / 2 + 1, WIDTH)).toBeLessThan(1e-3 * share(0, WIDTH / 2));
  });

  test('of a painting take that part of it as the painting', async () => {
    const twice: Picture = {
      width: 2 * WIDTH,
      height: HEIGHT,
      data: Float32Array.from({ length: 6 * WIDTH * HEIGHT }, (_, i) => {
        const x = i % (2 * WIDTH);
        const row = Math.floor(i / (2 * WIDTH));
        return x < WIDTH ? first.data[row * WIDTH + x] : 255;
      }),
    };
    const mask = plane(twice, (x) => (x < WIDTH ? 1 : 0));
    const form = { styleLayers: ['relu1_1'] };
    const whole = await evaluate(form, [{ picture: first, weight: 1 }]);
    const part = await evaluate(form, [{ picture: twice, weight: 1, mask }]);
    const unmasked = await evaluate(form, [{ picture: twice, weight: 1 }]);
    const term = 'style.relu1_1';
    // One column of features sees the white beside it.
    expect(Math.abs(part.terms[term] - whole.terms[term])).toBeLessThan(
      0.1 * Math.abs(unmasked.terms[term] - whole.terms[term]),
    );
  });

  test('must come for every goal', async () => {
    await expect(evaluate({ guided: true }, [{ picture: first, weight: 1 }])).rejects.toMatchObject({
      code: 'TARGETS_INCOMPLETE',
    });
  });
});

describe('the weights of a guide', () => {
  const mask = plane(noisePicture(11, 9, 1), (x, y) => (x + y) / 20);

  test('have the sum 1 at every scale, at the sizes that pooling gives', () => {
    const scales = guideWeights(mask, 3);
    expect(scales.map((s) => s.length)).toEqual([11 * 9, 5 * 4, 2 * 2]);
    for (const weights of scales) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  test('are 0 where the mask is empty', () => {
    const empty = plane(noisePicture(4, 4, 1), () => 0);
    expect(guideWeights(empty, 2).flatMap((s) => [...s])).toEqual(new Array(20).fill(0));
    expect(shareOf(empty)).toBe(0);
  });
});
