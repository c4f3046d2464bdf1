import { describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { tinyNetwork } from './tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const network = networkFromFile(parseSafetensors(tinyNetwork({ seed: 2 }), 'tiny'));
const [width, height] = [48, 32];
const picture = noisePicture(width, height, 1, 120);

/** The picture moved by (dx, dy), what leaves it at one side coming in at the other. */
function rolled(data: Float32Array, dx: number, dy: number): Float32Array {
  return data.map((_, i) => {
    const plane = Math.floor(i / (width * height));
    const y = (Math.floor(i / width) + dy + height) % height;
    return data[(plane * height + y) * width + (((i % width) + dx) % width)];
  });
}

async function energyOf(form: Partial<EnergyForm>) {
  const sessions = new EnergySessions(network, runtime, { ...DEFAULT_FORM, contentLayers: [], ...form });
  await sessions.setStyles([{ picture: noisePicture(40, 36, 3, 90), weight: 1 }]);
  return sessions.energyOf({ content: picture, weights: { content: 0, style: 100, temporal: 0, tv: 1e-3 } });
}

const farthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0) /
  b.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

describe('the energy of a picture whose edges meet', () => {
  it.each(['max', 'average'] as const)(
    'does not know where they are, nor does its derivative: %s',
    async (pooling) => {
      const evaluate = await energyOf({ border: 'wrap', pooling });
      const here = await evaluate(picture.data);
      const there = await evaluate(rolled(picture.data, 16, 32));
      expect(there.energy / here.energy).toBeCloseTo(1, 5);
      expect(there.terms.tv / here.terms.tv).toBeCloseTo(1, 5);
      expect(farthest(there.gradient, rolled(here.gradient, 16, 32))).toBeLessThan(1e-4);
    },
  );

  it('is another than that of one with zeros around it, which does', async () => {
    const evaluate = await energyOf({});
    const here = await evaluate(picture.data);
    const there = await evaluate(rolled(picture.data, 16, 0));
    expect(Math.abs(there.energy / here.energy - 1)).toBeGreaterThan(1e-3);
    expect(farthest(there.gradient, rolled(here.gradient, 16, 0))).toBeGreaterThan(0.1);
  });

  it('has the total variation of all neighbours, those across the edges among them', async () => {
    const { terms } = await (await energyOf({ border: 'wrap' }))(picture.data);
    const square = (moved: Float32Array) => picture.data.reduce((sum, v, i) => sum + (v - moved[i]) ** 2, 0);
    const expected = (square(rolled(picture.data, 1, 0)) + square(rolled(picture.data, 0, 1))) / 2;
    expect(terms.tv / expected).toBeCloseTo(1, 5);
  });
});
