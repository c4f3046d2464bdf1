import { describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm, termNames } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { referenceFeatures } from './reference_energy.js';
import { tinyNetwork } from './tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const network = networkFromFile(parseSafetensors(tinyNetwork({ seed: 4 }), 'tiny'));
const [width, height] = [20, 18];
const content = noisePicture(width, height, 1, 100);
const form: EnergyForm = { ...DEFAULT_FORM, styleLayers: [], dream: ['relu3_1', 'relu3_1/2', 'relu4_2/5'] };
const weights = { content: 5, style: 0, temporal: 0, tv: 1e-3, dream: 1e4, layers: { 'dream.relu3_1/2': 5 } };

/** The terms once more, as plain loops in float64. */
function dreamt(image: ArrayLike<number>): Record<string, number> {
  const seen = referenceFeatures(network, { width, height, data: image }, 'max');
  const own = referenceFeatures(network, content, 'max');
  const square = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0) / values.length;
  const beyond = Array.from(image, (v) => Math.max(0, -v, v - 255) / 8);
  const range = beyond.reduce((sum, v) => sum + v * v, 0) / beyond.length;
  return Object.fromEntries([
    ...form.dream.map((dream) => {
      const [layer, channel] = dream.split('/');
      const { h, w, data } = seen.get(layer)!;
      const map = channel === undefined ? data : data.subarray(+channel * h * w, (+channel + 1) * h * w);
      return [`dream.${dream}`, -Math.sqrt(square(map) / square(own.get(layer)!.data))] as const;
    }),
    ['dream.range', range],
  ]);
}

const weighted = (terms: Record<string, number>) =>
  Object.entries(terms).reduce(
    (sum, [term, value]) => sum + weights.dream * (term === 'dream.relu3_1/2' ? 5 : 1) * value,
    0,
  );

describe('the dream terms', () => {
  const sessions = new EnergySessions(network, runtime, form);

  it('are those of plain loops in float64, and so is their derivative', async () => {
    const evaluate = await sessions.energyOf({ content, weights: { ...weights, content: 0, tv: 0 } });
    const image = noisePicture(width, height, 2, 160).data;
    const { energy, terms, gradient } = await evaluate(image);
    expect(Object.keys(terms)).toEqual(termNames(form));
    for (const [term, value] of Object.entries(dreamt(image)))
      expect(terms[term] / value, term).toBeCloseTo(1, 4);
    expect(energy / weighted(dreamt(image))).toBeCloseTo(1, 4);
    const random = randomNumbers(3);
    const size = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    const direction = Float64Array.from(gradient, (g) => (2 * random() * g) / size);
    const at = (side: number) =>
      weighted(dreamt(Float64Array.from(image, (v, i) => v + side * 1e-4 * direction[i])));
    const slope = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    expect((at(1) - at(-1)) / 2e-4 / slope).toBeCloseTo(1, 3);
  });

  it('of a whole layer is -1 for the source frame itself', async () => {
    const { terms } = await (await sessions.energyOf({ content, weights }))(content.data);
    expect(terms['dream.relu3_1']).toBeCloseTo(-1, 4);
  });

  it('have a least value, which is below 0 and found, and stay near what can be shown', async () => {
    const evaluate = await sessions.energyOf({ content, weights });
    const stop = { every: 10, relativeChange: 1e-3 };
    const options = { start: content.data, evaluate, optimiser: lbfgs(), iterations: 400, stop };
    const { energy, terms, image, stoppedBy, records } = await minimise(options);
    expect(records[0].energy).toBeLessThan(0);
    expect(energy!).toBeLessThan(1.05 * records[0].energy);
    for (const dream of form.dream)
      expect(terms[`dream.${dream}`], dream).toBeLessThan(records[0].terms[`dream.${dream}`]);
    // Not stopped at the first look for being below 0, and not run away.
    expect(records.length).toBeGreaterThan(11);
    expect(stoppedBy).toBe('relative-change');
    const beyond = image.reduce((sum, v) => sum + Math.max(0, -v, v - 255), 0) / image.length;
    expect(beyond).toBeLessThan(32);
  });

  it('refuse a feature map that the layer does not have', async () => {
    const other = new EnergySessions(network, runtime, { ...form, dream: ['relu3_1/6'] });
    await expect(other.energyOf({ content, weights })).rejects.toMatchObject({
      code: 'CHANNEL_UNKNOWN',
      kind: 'usage',
      message: 'Layer relu3_1 of the network has feature maps 0 to 5, found 6',
    });
  });
});
