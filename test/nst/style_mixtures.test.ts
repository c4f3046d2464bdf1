import { describe, expect, test } from 'vitest';
import { createOnnxRuntime, type Runtime } from '../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import type { Style } from '../../dist/nst/style_paintings.js';
import { tinyNetwork } from './tiny_network.js';

const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
const runtime = createOnnxRuntime({ threads: 1 });
const content = noisePicture(24, 16, 4, 120);
const image = noisePicture(24, 16, 1, 120).data;
const first = { name: 'first', picture: noisePicture(20, 24, 2, 90) };
const second = { name: 'second', picture: noisePicture(32, 16, 3, 120) };
const weights = { content: 0, style: 1, temporal: 0, tv: 0 };

const withoutPixels = (style: Style): Style => ({
  ...style,
  picture: { ...style.picture, data: new Float32Array() },
});

/** Sessions that count how often a graph is compiled. */
function counting(form: Partial<EnergyForm> = {}) {
  let compiled = 0;
  const counted: Runtime = {
    ...runtime,
    compile: (graph) => {
      compiled++;
      return runtime.compile(graph);
    },
  };
  const sessions = new EnergySessions(network, counted, { ...DEFAULT_FORM, ...form });
  return { sessions, compiled: () => compiled };
}

async function evaluated(styles: readonly Style[], form: Partial<EnergyForm> = {}) {
  const { sessions } = counting(form);
  await sessions.setStyles(styles);
  const found = await (await sessions.energyOf({ content, weights }))(image);
  await sessions.dispose();
  return found;
}

describe('a mixture of paintings', () => {
  test('with share 0 of one is the other alone, bit for bit', async () => {
    const alone = await evaluated([{ ...second, weight: 1 }]);
    const mixed = await evaluated([
      { ...first, weight: 0 },
      { ...second, weight: 0.3 },
    ]);
    expect(mixed).toEqual(alone);
  });

  test('of losses is the sum of each one’s, by share; of Gram matrices it is less by a constant', async () => {
    const [one, other] = await Promise.all([
      evaluated([{ ...first, weight: 1 }]),
      evaluated([{ ...second, weight: 1 }]),
    ]);
    const styles = (goal: number) => [
      { ...first, weight: 3 },
      { ...second, weight: 1, goal },
    ];
    const losses = await evaluated(styles(1), { goals: 2 });
    const grams = await evaluated(styles(0));
    for (const term of Object.keys(losses.terms).filter((name) => name.startsWith('style.'))) {
      const mean = 0.75 * one.terms[term] + 0.25 * other.terms[term];
      expect(losses.terms[term] / mean).toBeCloseTo(1, 4);
      expect(grams.terms[term]).toBeLessThan(losses.terms[term]);
    }
    // Σ s·(G − A_s)² = (G − Σ s·A_s)² + what G has no part in.
    const size = (v: Float32Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    const pull = losses.gradient.map((g, i) => g - grams.gradient[i]);
    expect(size(pull) / size(losses.gradient)).toBeLessThan(1e-4);
  });

  test('of losses is another descent than of statistics where a loss is no square', async () => {
    const styles = (goal: number) => [
      { ...first, weight: 1 },
      { ...second, weight: 1, goal },
    ];
    const form = { styleLosses: ['wasserstein'] } as const;
    const losses = (await evaluated(styles(1), { ...form, goals: 2 })).gradient;
    const statistics = (await evaluated(styles(0), form)).gradient;
    const size = (v: Float32Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    const apart = size(losses.map((g, i) => g - statistics[i])) / size(losses);
    expect(apart).toBeGreaterThan(0.01);
  });

  test('leaves a goal of share 0 without any pull', async () => {
    const alone = await evaluated([{ ...first, weight: 1 }]);
    const losses = await evaluated(
      [
        { ...first, weight: 1 },
        { ...second, weight: 0, goal: 1 },
      ],
      { goals: 2 },
    );
    expect(losses.energy / alone.energy).toBeCloseTo(1, 5);
  });

  test('measures each named painting once, whatever the shares become', async () => {
    const { sessions, compiled } = counting();
    const mix = (share: number) => [
      { ...first, weight: 1 - share },
      { ...second, weight: share },
    ];
    await sessions.setStyles(mix(0.5));
    expect(compiled()).toBe(2);
    // Without pixels they are those that are known by their names.
    for (const share of [0, 0.1, 0.9, 1]) await sessions.setStyles(mix(share).map(withoutPixels));
    expect(compiled()).toBe(2);
    const found = await (await sessions.energyOf({ content, weights }))(image);
    await sessions.dispose();
    expect(found).toEqual(await evaluated([{ ...second, weight: 1 }]));
  });
});
