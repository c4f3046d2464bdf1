/**
 * What keeps gradient ascent from ending in noise that no eye can read: L2 decay, blur and clipping (Yosinski, Clune,
 * Nguyen, Fuchs & Lipson 2015, sect. 3) and jitter (Mordvintsev, Olah & Tyka 2015). Pictures are `[3,H,W]`, changed in
 * place unless said otherwise; "nothing" is the network's mean colour, where it sees zeros.
 */

import type { Picture } from '../../picture.js';

type Colour = readonly [number, number, number];

/** L2 decay: every pixel goes the share `decay` of its way to the mean colour. */
export function decayTo(mean: Colour, decay: number, { width, height, data }: Picture): void {
  const n = width * height;
  for (let i = 0; i < data.length; i++) {
    const m = mean[Math.floor(i / n)];
    data[i] = m + (1 - decay) * (data[i] - m);
  }
}

/** Gaussian blur of standard deviation `sigma` px, cut off at 3 sigma, the border repeated outwards. */
export function blur(sigma: number, { width, height, data }: Picture): void {
  if (sigma === 0) return;
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((a, b) => a + b);
  const line = new Float64Array(Math.max(width, height));
  const smooth = (from: number, step: number, count: number) => {
    for (let i = 0; i < count; i++) line[i] = data[from + i * step];
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++)
        sum += weights[k + reach] * line[Math.min(count - 1, Math.max(0, i + k))];
      data[from + i * step] = sum / total;
    }
  };
  for (let plane = 0; plane < 3; plane++) {
    const first = plane * width * height;
    for (let y = 0; y < height; y++) smooth(first + y * width, 1, width);
    for (let x = 0; x < width; x++) smooth(first + x, width, height);
  }
}

/** Clipping of pixels of small norm: the `percent` of all pixels that are nearest to the mean colour become it. */
export function clipSmall(mean: Colour, percent: number, { width, height, data }: Picture): void {
  const n = width * height;
  const count = Math.floor((n * percent) / 100);
  if (count === 0) return;
  const norms = new Float32Array(n);
  for (let i = 0; i < n; i++)
    norms[i] = Math.hypot(data[i] - mean[0], data[i + n] - mean[1], data[i + 2 * n] - mean[2]);
  const bound = norms.slice().sort()[count - 1];
  for (let i = 0; i < n; i++) {
    if (norms[i] > bound) continue;
    for (let plane = 0; plane < 3; plane++) data[plane * n + i] = mean[plane];
  }
}

/** Jitter: the picture moved by whole pixels, what leaves on one side coming in on the other. A new array. */
export function rolled({ width, height, data }: Picture, dx: number, dy: number): Float32Array {
  const out = new Float32Array(data.length);
  const wrap = (i: number, size: number) => ((i % size) + size) % size;
  const right = wrap(dx, width);
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < height; y++) {
      const from = (plane * height + y) * width;
      const to = (plane * height + wrap(y + dy, height)) * width;
      out.set(data.subarray(from, from + width - right), to + right);
      out.set(data.subarray(from + width - right, from + width), to);
    }
  return out;
}
