import { describe, expect, test } from 'vitest';
import { type LbfgsOptions, lbfgs } from '../../dist/nst/lbfgs.js';
import { beginSearch, LINE_SEARCHES, type LineSearchName } from '../../dist/nst/line_search.js';
import { minimise } from '../../dist/nst/minimise.js';

interface Curve {
  readonly value: (t: number) => number;
  readonly slope: (t: number) => number;
}

/** Moré & Thuente 1994, "Line search algorithms with guaranteed sufficient decrease", functions 5.1, 5.2 and 5.4. */
const CURVES: Readonly<Record<string, Curve>> = {
  '5.1, a long way down and slowly up again': {
    value: (t) => -t / (t * t + 2),
    slope: (t) => (t * t - 2) / (t * t + 2) ** 2,
  },
  '5.2, with a minimum as flat as a fifth power': {
    value: (t) => (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
    slope: (t) => 5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3,
  },
  '5.4, between two steep walls': (() => {
    const gamma = (b: number) => Math.sqrt(1 + b * b) - b;
    const [g1, g2] = [gamma(0.001), gamma(0.001)];
    return {
      value: (t: number) => g1 * Math.hypot(1 - t, 0.001) + g2 * Math.hypot(t, 0.001),
      slope: (t: number) => (-g1 * (1 - t)) / Math.hypot(1 - t, 0.001) + (g2 * t) / Math.hypot(t, 0.001),
    };
  })(),
};

/** Tries lengths until one is accepted. */
function search(name: LineSearchName, { value, slope }: Curve, first: number): { t: number; tried: number } {
  const begun = beginSearch(value(0), slope(0));
  let t = first;
  for (let tried = 1; tried < 40; tried++) {
    const verdict = LINE_SEARCHES[name](begun, { t, energy: value(t), slope: () => slope(t) });
    if (verdict === 'accepted') return { t, tried };
    if (verdict === 'lost') throw new Error(`lost at ${t}`);
    t = verdict;
  }
  throw new Error('no end');
}

describe.each(Object.entries(CURVES))('on curve %s', (_, curve) => {
  test.each([0.1, 1, 10])('strong Wolfe finds a length that meets its conditions, from %s', (first) => {
    const { t } = search('strong-wolfe', curve, first);
    const noise = 1e-6 * Math.abs(curve.value(0));
    expect(curve.value(t)).toBeLessThanOrEqual(curve.value(0) + 1e-4 * t * curve.slope(0) + noise);
    expect(Math.abs(curve.slope(t))).toBeLessThanOrEqual(0.9 * Math.abs(curve.slope(0)));
  });

  test('strong Wolfe gives up after ten lengths, and ends lower than it began', () => {
    const { t, tried } = search('strong-wolfe', curve, 1e-3);
    expect(tried).toBeLessThanOrEqual(12);
    expect(curve.value(t)).toBeLessThan(curve.value(0));
  });

  test('backtracking goes down and never lengthens; none takes what it is given', () => {
    const { t } = search('backtracking', curve, 10);
    expect(curve.value(t)).toBeLessThan(curve.value(0));
    expect(t).toBeLessThanOrEqual(10);
    expect(search('backtracking', curve, 1e-3)).toEqual({ t: 1e-3, tried: 1 });
    expect(search('none', curve, 1000)).toEqual({ t: 1000, tried: 1 });
  });
});

/** ½ Σ d_i (x_i − i)², its minimum at 0, 1, 2, …; the curvatures d run from 1 to `condition`. */
const bowl = (size: number, condition: number) => async (x: Float32Array) => {
  const d = (i: number) => condition ** (i / (size - 1));
  const terms = {};
  const energy = x.reduce((sum, v, i) => sum + 0.5 * d(i) * (v - i) ** 2, 0);
  return { energy, terms, gradient: x.map((v, i) => d(i) * (v - i)) };
};

const run = (evaluate: ReturnType<typeof bowl>, start: number[], options: LbfgsOptions, iterations = 250) =>
  minimise({
    start: Float32Array.from(start),
    evaluate,
    optimiser: lbfgs(options),
    iterations,
    stop: { every: 1000, relativeChange: 0 },
  });

describe('in L-BFGS', () => {
  test.each(['none', 'backtracking', 'strong-wolfe'] as const)('%s finds the minimum', async (lineSearch) => {
    const { image, energy } = await run(bowl(50, 1000), new Array(50).fill(128), { lineSearch });
    expect(energy).toBeLessThan(1e-5);
    image.forEach((v, i) => {
      expect(v).toBeCloseTo(i, 2);
    });
  });

  test('a first step that climbs is kept by none, shortened by the others', async () => {
    const steep = async (x: Float32Array) => ({
      energy: 5000 * (x[0] - 0.01) ** 2,
      gradient: Float32Array.of(1e4 * (x[0] - 0.01)),
      terms: {},
    });
    const second = async (lineSearch: LineSearchName) => {
      const seen: number[] = [];
      const watched = (x: Float32Array) => {
        seen.push(x[0]);
        return steep(x);
      };
      await run(watched, [0], { lineSearch }, 2);
      return seen[2];
    };
    // One pair measures a parabola exactly; the others look again between the start and the climb.
    expect(await second('none')).toBeCloseTo(0.01, 4);
    expect(await second('backtracking')).toBeCloseTo(0.1, 4);
    expect(await second('strong-wolfe')).toBeCloseTo(0.1, 4);
  });

  test('a longer memory needs fewer evaluations', async () => {
    const needed = async (history: number) => {
      const { records } = await run(bowl(50, 1000), new Array(50).fill(128), { history });
      return records.findIndex(({ energy }) => energy < 1e-3);
    };
    const [short, long] = [await needed(1), await needed(50)];
    expect(long).toBeGreaterThan(50);
    expect(short).toBeGreaterThan(1.5 * long);
  });
});
