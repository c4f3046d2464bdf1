import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createOnnxRuntime, type Runtime } from '../../dist/engine/index.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { adam } from '../../dist/nst/adam.js';
import { covered } from '../../dist/nst/covered.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { type LbfgsState, lbfgs } from '../../dist/nst/lbfgs.js';
import { type Evaluation, minimise } from '../../dist/nst/minimise.js';
import { loadNetwork } from '../../dist/nst/network.js';
import type { Optimiser } from '../../dist/nst/optimiser.js';
import { lowIterations, minimiseInTwoPrecisions } from '../../dist/nst/precision.js';
import { litePath } from './shared_data.js';

const { roundedRuntime } = (await import(
  fileURLToPath(new URL('../../scripts/bench/precision/rounded_runtime.mjs', import.meta.url))
)) as { roundedRuntime: (runtime: Runtime) => Runtime };

const never = { every: 1000, relativeChange: 0 };
const BIAS = 5;

/** ½ Σ d_i (x_i − 3)² and, in low precision, the same with a wrong slope and a wrong constant; `asked` says which. */
function bowl(d: readonly number[], wrong: (x: Float32Array) => Partial<Evaluation> = () => ({})) {
  const asked: ('low' | 'full')[] = [];
  const full = (x: Float32Array): Evaluation => ({
    energy: x.reduce((sum, v, i) => sum + 0.5 * d[i] * (v - 3) ** 2, 0),
    terms: {},
    gradient: x.map((v, i) => d[i] * (v - 3)),
  });
  const evaluate = async (x: Float32Array) => {
    asked.push('full');
    return full(x);
  };
  const low = async (x: Float32Array) => {
    asked.push('low');
    const { energy, terms, gradient } = full(x);
    const slope = x.reduce((sum, v) => sum + BIAS * v, 0);
    return { energy: energy + slope + 1000, terms, gradient: gradient.map((g) => g + BIAS), ...wrong(x) };
  };
  return { asked, full, evaluate, low };
}

const spread = Array.from({ length: 20 }, (_, i) => 10 ** (i / 10));
const start = new Float32Array(20).fill(100);

describe('a minimisation in two precisions', () => {
  test('leaves the last sixteenth to float32, two steps at least, and short runs altogether', () => {
    expect([1, 2, 3, 4, 15, 40, 160].map(lowIterations)).toEqual([0, 0, 0, 2, 13, 37, 150]);
  });

  test('tells as many iterations as one in float32, and hands back a float32 energy', async () => {
    const { asked, full, evaluate, low } = bowl(spread);
    const told: number[] = [];
    const onIteration = ({ iteration }: { iteration: number }) => told.push(iteration);
    const optimiser = lbfgs();
    const options = { start, evaluate, optimiser, iterations: 32, stop: never, onIteration };
    const found = await minimiseInTwoPrecisions(options, low);
    expect(told).toEqual(Array.from({ length: 33 }, (_, i) => i));
    expect(found.records.map((record) => record.iteration)).toEqual(told);
    // 30 counted, an eleventh for every ten; then the best again and two steps.
    expect(asked).toEqual([...Array(33).fill('low'), ...Array(3).fill('full')]);
    expect(found.evaluations).toBe(36);
    expect(found.energy).toBe(full(found.image).energy);
  });

  test('never subtracts gradients of two precisions', async () => {
    const { evaluate, low } = bowl(spread);
    const optimiser = lbfgs();
    const found = await minimiseInTwoPrecisions(
      { start, evaluate, optimiser, iterations: 14, stop: never },
      low,
    );
    const { pairs } = found.state as LbfgsState;
    expect(pairs.length).toBeGreaterThan(5);
    for (const { s, y } of pairs)
      for (let i = 0; i < s.length; i++) expect(Math.abs(y[i] - spread[i] * s[i])).toBeLessThan(0.1);
  });

  test('goes on in float32 where low precision finds nothing lower, and where it is no number', async () => {
    let height = 0;
    const rising = bowl(spread, () => ({ energy: height++ }));
    const options = { start, optimiser: lbfgs() as Optimiser<unknown>, iterations: 40, stop: never };
    const found = await minimiseInTwoPrecisions({ ...options, evaluate: rising.evaluate }, rising.low);
    expect(rising.asked.slice(0, 6)).toEqual(['low', 'low', 'low', 'low', 'low', 'full']);
    expect(rising.asked.filter((which) => which === 'full')).toHaveLength(36);
    expect(found.energy).toBeLessThan(1);
    const broken = bowl(spread, () => ({ energy: Number.NaN }));
    const mended = await minimiseInTwoPrecisions({ ...options, evaluate: broken.evaluate }, broken.low);
    expect(mended.energy).toBeLessThan(1);
  });

  test('ends no run early that only low precision has settled', async () => {
    const stuck = bowl(spread, () => ({ energy: 7, gradient: new Float32Array(20) }));
    const stop = { every: 2, relativeChange: 1e-4 };
    const options = { start, evaluate: stuck.evaluate, optimiser: lbfgs(), iterations: 60, stop };
    const found = await minimiseInTwoPrecisions(options, stuck.low);
    expect(found.energy).toBeLessThan(1);
  });
});

describe('paintings', async () => {
  const runtime = roundedRuntime(createOnnxRuntime({ threads: 1 }));
  const network = await loadNetwork(litePath);
  const [width, height] = [64, 48];
  const asset = async (name: string) =>
    resizePicture(await readPicture(fileURLToPath(new URL(`../../${name}`, import.meta.url))), width, height);
  const [content, style] = [await asset('assets/scream.jpg'), await asset('assets/starry_night.jpg')];
  const weights = { content: 5, style: 100, temporal: 0, tv: 1e-3 };

  test.each([
    ['L-BFGS', lbfgs() as Optimiser<unknown>],
    ['Adam', adam() as Optimiser<unknown>],
  ])('with %s end within half a percent of float32 alone, or lower', async (_, optimiser) => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM, 'bfloat16');
    try {
      await sessions.setStyles([{ picture: style, weight: 1 }]);
      const evaluate = await sessions.energyOf({ content, weights });
      const options = { start: content.data, evaluate, optimiser, iterations: 48, stop: never };
      const precise = await minimise(options);
      const mixed = await minimiseInTwoPrecisions(options, evaluate.low!);
      expect(mixed.energy).toBeLessThan(1.005 * precise.energy!);
      expect((await evaluate(mixed.image)).energy).toBe(mixed.energy);
      // It was not float32 in disguise.
      expect(mixed.records[1].energy).not.toBe(precise.records[1].energy);
    } finally {
      await sessions.dispose();
    }
  });

  test('under a mask are seen by both precisions alike', async () => {
    const sessions = new EnergySessions(network, runtime, DEFAULT_FORM, 'bfloat16');
    try {
      await sessions.setStyles([{ picture: style, weight: 1 }]);
      const half = Float32Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 1 : 0));
      const under = covered(content, { width, height, data: half }).under(
        await sessions.energyOf({ content, weights }),
      );
      const [low, full] = [await under.low!(content.data), await under(content.data)];
      expect(Math.abs(low.energy / full.energy - 1)).toBeLessThan(0.02);
      expect(low.gradient.every((g, i) => half[i % half.length] > 0 || g === 0)).toBe(true);
    } finally {
      await sessions.dispose();
    }
  });
});
