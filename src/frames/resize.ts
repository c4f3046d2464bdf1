import { createPicture, type Picture } from '../picture.js';

const LOBES = 3;

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const a = Math.PI * x;
  return (LOBES * Math.sin(a) * Math.sin(a / LOBES)) / (a * a);
}

/** For each output sample: where its support begins, and its normalised weights. */
interface Taps {
  readonly start: Int32Array;
  readonly weights: Float64Array;
  readonly width: number;
}

function taps(from: number, to: number): Taps {
  const ratio = from / to;
  // Shrinking widens the kernel over all the pixels that fall into one (no aliasing); enlarging interpolates.
  const stretch = Math.max(1, ratio);
  const width = Math.min(from, Math.ceil(2 * LOBES * stretch) + 1);
  const start = new Int32Array(to);
  const weights = new Float64Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const begin = Math.min(Math.max(0, Math.ceil(centre - LOBES * stretch)), from - width);
    start[i] = begin;
    let sum = 0;
    for (let k = 0; k < width; k++) sum += weights[i * width + k] = lanczos((begin + k - centre) / stretch);
    for (let k = 0; k < width; k++) weights[i * width + k] /= sum;
  }
  return { start, weights, width };
}

/**
 * Resampled by a separable Lanczos-3 kernel (Duchon 1979), pixel centres at half-integers, edges renormalised.
 * In floating point and unclipped: values may overshoot 0..255 beside hard edges. Same size returns the picture itself.
 */
export function resizePicture(picture: Picture, width: number, height: number): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const rows = width === picture.width ? picture : resizeRows(picture, width);
  return height === rows.height ? rows : resizeColumns(rows, height);
}

function resizeRows(picture: Picture, width: number): Picture {
  const { start, weights, width: reach } = taps(picture.width, width);
  const out = createPicture(width, picture.height);
  for (let row = 0; row < 3 * picture.height; row++) {
    const from = row * picture.width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < reach; k++) sum += weights[x * reach + k] * picture.data[from + start[x] + k];
      out.data[row * width + x] = sum;
    }
  }
  return out;
}

function resizeColumns(picture: Picture, height: number): Picture {
  const { width } = picture;
  const { start, weights, width: reach } = taps(picture.height, height);
  const out = createPicture(width, height);
  const sums = new Float64Array(width);
  for (let plane = 0; plane < 3; plane++) {
    const from = plane * width * picture.height;
    for (let y = 0; y < height; y++) {
      sums.fill(0);
      for (let k = 0; k < reach; k++) {
        const weight = weights[y * reach + k];
        const row = from + (start[y] + k) * width;
        for (let x = 0; x < width; x++) sums[x] += weight * picture.data[row + x];
      }
      out.data.set(sums, (plane * height + y) * width);
    }
  }
  return out;
}
