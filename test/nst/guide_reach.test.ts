import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { STYLE_LOSSES, type StyleLossName } from '../../dist/nst/losses/style_losses.js';
import { loadNetwork } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';

// How far over its edge a mask's goal pulls: a feature near the edge sees across it as far as its receptive field goes.

const runtime = createOnnxRuntime({ threads: 1 });
const network = await loadNetwork(fileURLToPath(new URL('../../models/lite.safetensors', import.meta.url)));
const [width, height] = [128, 32];
const EDGE = 64;
const picture = noisePicture(width, height, 1, 120);
const painting = noisePicture(40, 40, 2, 60);
const left = (edge: number) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => (i % width < edge ? 1 : 0)),
});

async function gradientOf(form: Partial<EnergyForm>, edge: number) {
  const sessions = new EnergySessions(network, runtime, {
    ...DEFAULT_FORM,
    contentLayers: [],
    guided: true,
    ...form,
  });
  try {
    await sessions.setStyles([{ picture: painting, weight: 1 }]);
    const weights = { content: 0, style: 1, temporal: 0, tv: 0 };
    const evaluate = await sessions.energyOf({ content: picture, guides: [left(edge)], weights });
    return await evaluate(picture.data);
  } finally {
    await sessions.dispose();
  }
}

/** The last column that a gradient is not 0 in. */
function lastColumn(gradient: Float32Array): number {
  let last = -1;
  gradient.forEach((g, i) => {
    if (g !== 0) last = Math.max(last, i % width);
  });
  return last;
}

describe('a goal for the left of a frame', () => {
  // Convolutions of 3x3 reach one pixel of their scale each, poolings none, where the edge lies between their blocks.
  test.each([
    ['relu1_1', 1],
    ['relu2_1', 4],
    ['relu3_1', 10],
    ['relu4_1', 30],
  ])('by %s pulls %i pixels over the edge at most', async (layer, reach) => {
    const { gradient } = await gradientOf({ styleLayers: [layer] }, EDGE);
    // Where relus and maxima let it through.
    const reached = lastColumn(gradient) - EDGE + 1;
    expect(reached).toBeLessThanOrEqual(reach);
    expect(reached).toBeGreaterThan(0.8 * reach);
  });
});

describe.each(Object.keys(STYLE_LOSSES) as StyleLossName[])('a goal of %s', (name) => {
  const form = { styleLayers: ['relu2_1'], styleLosses: [name] };

  test('for no part of a frame pulls nowhere', async () => {
    const { energy, gradient } = await gradientOf(form, 0);
    expect(energy).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  test('for a part pulls there and not beyond its reach', async () => {
    const { energy, gradient } = await gradientOf(form, EDGE);
    expect(energy).toBeGreaterThan(0);
    const last = lastColumn(gradient);
    expect(last).toBeGreaterThan(EDGE / 2);
    // Patches are 3x3 features.
    expect(last).toBeLessThan(EDGE + (name === 'patches' ? 7 : 4));
  });
});
