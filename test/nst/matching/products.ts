import type { FeatureMaps, Products } from '../../../dist/nst/matching/match.js';
import { randomNumbers } from '../../../dist/nst/noise.js';

/** Inner products in plain loops. */
export const plainProducts: Products = async (a, b, channels) => {
  const m = a.length / channels;
  const n = b.length / channels;
  const out = new Float32Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += a[c * m + i] * b[c * n + j];
      out[i * n + j] = sum;
    }
  return out;
};

/** Features from −1 to 1, or about half of them 0 as behind a relu. */
export function randomMaps(
  channels: number,
  width: number,
  height: number,
  seed: number,
  relu = false,
): FeatureMaps {
  const random = randomNumbers(seed);
  const value = () => Math.max(relu ? 0 : -1, 2 * random() - 1);
  const data = Float32Array.from({ length: channels * width * height }, value);
  return { channels, width, height, data };
}

/** The 3×3 patch around a place, `[9K]`. */
export function patchAt({ channels, width, height, data }: FeatureMaps, middle: number): number[] {
  const patch: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) patch.push(data[c * width * height + middle + dy * width + dx]);
  return patch;
}

/** The places around which patches lie wholly in the layer. */
export function middles({ width, height }: FeatureMaps): number[] {
  const all: number[] = [];
  for (let y = 1; y < height - 1; y++) for (let x = 1; x < width - 1; x++) all.push(y * width + x);
  return all;
}

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i], 0);

export const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
