import { describe, expect, test } from 'vitest';
import { colourMap, mapColours } from '../../dist/nst/colour_match.js';
import { noisePicture } from '../../dist/nst/noise.js';
import type { Picture } from '../../dist/picture.js';

/** Mean of each channel, and the products of all pairs of channels about their means. */
function statistics({ width, height, data }: Picture) {
  const n = width * height;
  const planes = [0, 1, 2].map((c) => [...data.subarray(c * n, (c + 1) * n)]);
  const mean = planes.map((plane) => plane.reduce((a, b) => a + b) / n);
  const covariance = planes.flatMap((p, i) =>
    planes.map((q, j) => p.reduce((sum, v, k) => sum + (v - mean[i]) * (q[k] - mean[j]), 0) / n),
  );
  return { mean, covariance };
}

/** Noise whose channels depend on one another. */
function mixed(seed: number, width: number, height: number): Picture {
  const picture = noisePicture(width, height, seed, 80);
  const n = width * height;
  for (let i = 0; i < n; i++) {
    picture.data[i] += 0.6 * picture.data[n + i] - 50;
    picture.data[2 * n + i] -= 0.4 * picture.data[i];
  }
  return picture;
}

describe('mapped colours', () => {
  test('have the painting’s mean and covariance', () => {
    const painting = mixed(1, 30, 20);
    const picture = noisePicture(25, 25, 2, 40);
    const found = statistics(mapColours(picture, colourMap(picture, painting)));
    const wanted = statistics(painting);
    found.mean.forEach((v, i) => void expect(v).toBeCloseTo(wanted.mean[i], 3));
    found.covariance.forEach(
      (v, i) =>
        void expect(v / wanted.covariance[0]).toBeCloseTo(wanted.covariance[i] / wanted.covariance[0], 4),
    );
  });

  test('stay where they are when the painting has the picture’s colours', () => {
    const picture = mixed(3, 20, 20);
    const { data } = mapColours(picture, colourMap(picture, picture));
    data.forEach((v, i) => void expect(Math.abs(v - picture.data[i])).toBeLessThan(1e-3));
  });

  test('of a grey picture and of one colour are finite', () => {
    const grey = noisePicture(16, 16, 4, 60);
    grey.data.copyWithin(256, 0, 256).copyWithin(512, 0, 256);
    const flat: Picture = { width: 4, height: 4, data: new Float32Array(48).fill(90) };
    const painting = mixed(5, 20, 20);
    for (const picture of [grey, flat]) {
      const { data } = mapColours(picture, colourMap(picture, painting));
      expect(data.every((v) => Number.isFinite(v) && Math.abs(v) < 2000)).toBe(true);
      const { mean } = statistics({ ...picture, data });
      statistics(painting).mean.forEach((v, i) => void expect(mean[i]).toBeCloseTo(v, 2));
    }
  });

  test('by the map of another frame move alike', () => {
    const first = noisePicture(16, 16, 6);
    const map = colourMap(first, mixed(7, 16, 16));
    const brighter: Picture = { ...first, data: first.data.map((v) => v + 10) };
    const step = (i: number) => mapColours(brighter, map).data[i] - mapColours(first, map).data[i];
    for (const i of [0, 100, 255]) expect(step(i)).toBeCloseTo(10 * map.matrix[0].reduce((a, b) => a + b), 2);
  });
});
