import { describe, expect, test } from 'vitest';
import { COLOUR_SPACES, toSpace } from '../../../dist/frames/colour_space.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import type { Picture } from '../../../dist/picture.js';
import {
  grey,
  matchColours,
  matchLightness,
  withColoursOf,
} from '../../../dist/render/colour/match_colours.js';

/** Soft noise about a mid colour whose channels hang together, so that matched colours are all shown. */
function patch(seed: number, means: readonly number[], spread: number): Picture {
  const picture = noisePicture(40, 30, seed, spread);
  const n = 40 * 30;
  for (let i = 0; i < n; i++) picture.data[n + i] += 0.5 * (picture.data[i] - 128);
  for (let j = 0; j < 3 * n; j++) picture.data[j] += means[Math.floor(j / n)] - 128;
  return picture;
}

const axis = ({ width, height, data }: Picture, c: number) => [
  ...data.subarray(c * width * height, (c + 1) * width * height),
];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
function covariance(picture: Picture): number[] {
  const axes = [0, 1, 2].map((c) => axis(picture, c));
  const means = axes.map(mean);
  return axes.flatMap((p, i) =>
    axes.map((q, j) => mean(p.map((v, k) => (v - means[i]) * (q[k] - means[j])))),
  );
}
/** Greatest difference of two distributions: Kolmogorov's. */
function apart(a: readonly number[], b: readonly number[]): number {
  const share = (values: readonly number[], v: number) => values.filter((x) => x <= v).length / values.length;
  return Math.max(...a.filter((_, i) => i % 7 === 0).map((v) => Math.abs(share(a, v) - share(b, v))));
}

const painting = patch(1, [110, 140, 90], 30);
const film = patch(2, [150, 120, 130], 18);
const how = (colourSpace: (typeof COLOUR_SPACES)[number], colourMatch: 'mean-covariance' | 'histogram') => ({
  colourSpace,
  colourMatch,
});

describe.each(COLOUR_SPACES)('colours matched in %s', (space) => {
  test('have the mean and covariance of the film', () => {
    const found = toSpace(matchColours(painting, film, how(space, 'mean-covariance'))(painting), space);
    const wanted = toSpace(film, space);
    for (const c of [0, 1, 2])
      expect(Math.abs(mean(axis(found, c)) - mean(axis(wanted, c)))).toBeLessThan(0.05);
    const scale = Math.max(...covariance(wanted));
    covariance(wanted).forEach(
      (v, i) => void expect(Math.abs(covariance(found)[i] - v)).toBeLessThan(0.01 * scale),
    );
  });

  test('have the histograms of the film', () => {
    const wanted = toSpace(film, space);
    const found = toSpace(matchColours(painting, film, how(space, 'histogram'))(painting), space);
    for (const c of [0, 1, 2]) {
      expect(apart(axis(toSpace(painting, space), c), axis(wanted, c))).toBeGreaterThan(0.15);
      expect(apart(axis(found, c), axis(wanted, c))).toBeLessThan(0.02);
    }
  });

  test('of lightness alone are grey, as light and as rich in contrast as the film', () => {
    for (const match of ['mean-covariance', 'histogram'] as const) {
      const found = matchLightness(painting, film, how(space, match))(painting);
      expect(Math.max(...axis(found, 0).map((v, i) => Math.abs(v - axis(found, 2)[i])))).toBeLessThan(0.01);
      const [lightness, wanted] = [found, film].map((picture) => axis(toSpace(picture, space), 0));
      expect(mean(lightness)).toBeCloseTo(mean(wanted), 1);
      const deviation = (values: number[]) => Math.sqrt(mean(values.map((v) => v ** 2)) - mean(values) ** 2);
      expect(deviation(lightness) / deviation(wanted)).toBeCloseTo(1, 1);
    }
  });

  test('one picture’s lightness is put to the colours of another', () => {
    const found = toSpace(withColoursOf(painting, film, space), space);
    const [light, coloured] = [toSpace(painting, space), toSpace(film, space)];
    const worst = (c: number, other: Picture) =>
      Math.max(...axis(found, c).map((v, i) => Math.abs(v - axis(other, c)[i])));
    expect(worst(0, light)).toBeLessThan(0.01);
    // All but the few that no display has.
    const near = axis(found, 1).filter((v, i) => Math.abs(v - axis(coloured, 1)[i]) < 0.01);
    expect(near.length).toBeGreaterThan(0.9 * 1200);
  });
});

test('one colour alone, and grey, are matched to what is finite', () => {
  const flat: Picture = { width: 4, height: 4, data: new Float32Array(48).fill(90) };
  for (const space of COLOUR_SPACES)
    for (const match of ['mean-covariance', 'histogram'] as const)
      for (const [from, to] of [
        [flat, film],
        [grey(film, space), painting],
        [painting, flat],
      ]) {
        const { data } = matchColours(from, to, how(space, match))(from);
        expect(data.every((v) => v >= 0 && v <= 255)).toBe(true);
      }
});
