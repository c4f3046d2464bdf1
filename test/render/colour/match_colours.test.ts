import { describe, expect, test } from 'vitest';
import { COLOUR_SPACES, fromSpace, toSpace } from '../../../dist/frames/colour_space.js';
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
/** How far two distributions are apart, on the average over directions in the three axes: sliced Wasserstein-1. */
function apart(a: Picture, b: Picture): number {
  const along = (picture: Picture, weights: readonly number[]) => {
    const [p, q, r] = [0, 1, 2].map((c) => axis(picture, c));
    return p.map((v, i) => weights[0] * v + weights[1] * q[i] + weights[2] * r[i]).sort((x, y) => x - y);
  };
  const distances = DIRECTIONS.map((weights) => {
    const other = along(b, weights);
    return mean(along(a, weights).map((v, i) => Math.abs(v - other[i]))) / Math.hypot(...weights);
  });
  return mean(distances);
}
const DIRECTIONS = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0, 1, 1],
  [0, 1, -1],
  [1, 1, 0],
  [1, 0, -1],
];

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

  test('have the histograms of the film, along every axis and between them', () => {
    // Where one colour axis of it is far from its mean, the other is high: no linear map gives a painting that.
    const bent = toSpace(film, space);
    const n = bent.width * bent.height;
    const means = [1, 2].map((c) => mean(axis(bent, c)));
    const scale = Math.sqrt(covariance(bent)[4]);
    for (let i = 0; i < n; i++)
      bent.data[2 * n + i] = means[1] + 0.7 * ((bent.data[n + i] - means[0]) ** 2 / scale - scale);
    const target = fromSpace(bent, space);
    const distance = (match: 'mean-covariance' | 'histogram') =>
      apart(
        toSpace(matchColours(painting, target, how(space, match))(painting), space),
        toSpace(target, space),
      );
    const found = distance('histogram');
    expect(found).toBeLessThan(0.03 * apart(toSpace(painting, space), toSpace(target, space)));
    expect(found).toBeLessThan(0.45 * distance('mean-covariance'));
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
