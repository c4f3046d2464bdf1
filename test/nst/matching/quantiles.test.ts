import { describe, expect, test } from 'vitest';
import { ascending } from '../../../dist/nst/matching/ascending.js';
import { mapToQuantiles, quantilesOf } from '../../../dist/nst/matching/quantiles.js';
import { randomNumbers } from '../../../dist/nst/noise.js';

const random = randomNumbers(7);
const values = (n: number, scale = 10) => Float32Array.from({ length: n }, () => scale * (random() - 0.4));
const relu = (n: number) => values(n).map((v) => Math.max(0, v));

describe('ascending places', () => {
  test('are those of a stable sort, negative numbers, zeros and equal values among them', () => {
    const mixed = Float32Array.from([...values(500), ...relu(500), 0, -1e30, 1e30, 1e-30, -1e-30, 3, 3]);
    const expected = Array.from(mixed, (_, i) => i).sort((a, b) => mixed[a] - mixed[b] || a - b);
    expect([...ascending(mixed)]).toEqual(expected);
  });

  test('of a part of a larger array are its own', () => {
    const part = Float32Array.of(9, 9, 9, 2, -1, 5).subarray(3);
    expect([...ascending(part)]).toEqual([1, 0, 2]);
  });
});

const weighed = (v: Float32Array, weights: readonly number[]) =>
  Float32Array.from(Array.from(v).flatMap((x, i) => new Array<number>(weights[i]).fill(x)));

function map(of: Float32Array, to: Float32Array, weights?: Float32Array) {
  const target = new Float32Array(of.length);
  const rest = mapToQuantiles(of, weights, quantilesOf(to)!, target);
  return { target, rest };
}

/** W₂² of two lists: both repeated to one length, sorted, compared. */
function wasserstein(a: Float32Array, b: Float32Array): number {
  const repeat = (v: Float32Array, times: number) =>
    Float64Array.from(Array.from(v).flatMap((x) => new Array<number>(times).fill(x))).sort();
  const [long, other] = [repeat(a, b.length), repeat(b, a.length)];
  return long.reduce((sum, x, i) => sum + (x - other[i]) ** 2, 0) / long.length;
}

describe('histogram matching', () => {
  test('of as many values gives the painting’s values in the picture’s order', () => {
    const [of, to] = [values(300), values(300)];
    const { target, rest } = map(of, to);
    const sorted = to.slice().sort();
    [...ascending(of)].forEach((place, rank) => {
      expect(target[place]).toBeCloseTo(sorted[rank], 5);
    });
    expect(rest).toBeCloseTo(0, 9);
  });

  test.each([
    ['more values', relu(60), relu(45)],
    ['fewer values', relu(30), relu(70)],
    ['one value', Float32Array.of(2, 2, 2), relu(40)],
    ['no spread in the painting', relu(20), Float32Array.of(1, 1)],
  ])('is optimal transport: distance and rest are Wasserstein’s, %s', (_, of, to) => {
    const { target, rest } = map(of, to);
    const distance = of.reduce((sum, v, i) => sum + (v - target[i]) ** 2, 0) / of.length;
    const expected = wasserstein(of, to);
    expect(Math.abs(distance + rest - expected)).toBeLessThan(1e-5 * expected + 1e-9);
  });

  test('gives equal values equal targets', () => {
    const of = relu(200);
    const { target } = map(of, relu(123));
    const zeros = [...target].filter((_, i) => of[i] === 0);
    expect(zeros.length).toBeGreaterThan(50);
    expect(new Set(zeros).size).toBe(1);
  });

  test('counts values by their weights as often as they say', () => {
    const [of, to] = [values(50), values(40)];
    const counts = Array.from(of, (_, i) => i % 4);
    const { target } = map(
      of,
      to,
      Float32Array.from(counts, (c) => c / 7),
    );
    const { target: long } = map(weighed(of, counts), to);
    const expected = weighed(target, counts);
    long.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 4);
    });
    const theirs = Array.from(to, (_, i) => (i * 3) % 5);
    const byWeight = new Float32Array(50);
    mapToQuantiles(of, undefined, quantilesOf(to, Float32Array.from(theirs))!, byWeight);
    const { target: repeated } = map(of, weighed(to, theirs));
    byWeight.forEach((v, i) => {
      expect(v).toBeCloseTo(repeated[i], 4);
    });
  });

  test('keeps few steps of a large painting, and still its mean and nearly its distance', () => {
    const to = relu(20_000);
    const quantiles = quantilesOf(to)!;
    expect(quantiles.knots.length).toBeLessThanOrEqual(4097);
    const mean = to.reduce((a, b) => a + b) / to.length;
    const { target, rest } = map(values(5000), to);
    expect(target.reduce((a, b) => a + b) / target.length).toBeCloseTo(mean, 4);
    expect(rest).toBeLessThan(1e-4);
  });

  test('knows a painting of which nothing counts', () => {
    expect(quantilesOf(values(5), new Float32Array(5))).toBeUndefined();
  });
});
