import type { Picture } from '../picture.js';

/** A Lanczos kernel: its lobes to each side, and how far apart their zeros lie, px of the picture that is resampled. */
interface Kernel {
  readonly lobes: number;
  readonly stretch: number;
}

const SHARP: Kernel = { lobes: 3, stretch: 1 };
/** Leaves out the finest sixth of what a picture's pixels can show, of which enlarging makes copies, and keeps the rest. */
const SMOOTH: Kernel = { lobes: 5, stretch: 1.2 };

function lanczos(x: number, lobes: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= lobes) return 0;
  const a = Math.PI * x;
  return (lobes * Math.sin(a) * Math.sin(a / lobes)) / (a * a);
}

/** For each output sample: where its support begins, and its normalised weights. */
interface Taps {
  readonly start: Int32Array;
  readonly weights: Float64Array;
  readonly width: number;
}

function taps(from: number, to: number, kernel: Kernel): Taps {
  const ratio = from / to;
  // Shrinking widens the kernel over all the pixels that fall into one (no aliasing); enlarging interpolates.
  const stretch = Math.max(kernel.stretch, ratio);
  const reach = kernel.lobes * stretch;
  const width = Math.min(from, Math.ceil(2 * reach) + 1);
  const start = new Int32Array(to);
  const weights = new Float64Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const begin = Math.min(Math.max(0, Math.ceil(centre - reach)), from - width);
    start[i] = begin;
    let sum = 0;
    for (let k = 0; k < width; k++)
      sum += weights[i * width + k] = lanczos((begin + k - centre) / stretch, kernel.lobes);
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
  const data = resizePlanes(picture.data, picture, { width, height }, SHARP);
  if (!picture.alpha) return { width, height, data };
  const alpha = resizePlanes(picture.alpha, picture, { width, height }, SHARP);
  for (let i = 0; i < alpha.length; i++) alpha[i] = Math.min(1, Math.max(0, alpha[i]));
  return { width, height, data, alpha };
}

/**
 * A painted picture enlarged, to be painted on. Paint has much that is nearly as fine as the pixels: enlarged to twice its
 * size as a photograph is, every second step from pixel to pixel is larger than the others by a tenth, and what is
 * painted on keeps that.
 */
export function enlargePainting(painted: Picture, width: number, height: number): Picture {
  return { width, height, data: resizePlanes(painted.data, painted, { width, height }, SMOOTH) };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Planes one after the other, `[N,H,W]`. */
function resizePlanes(data: Float32Array, from: Size, to: Size, kernel: Kernel): Float32Array {
  const planes = data.length / (from.width * from.height);
  const rows =
    to.width === from.width
      ? data
      : resizeRows(data, planes * from.height, taps(from.width, to.width, kernel), from.width, to.width);
  if (to.height === from.height) return rows;
  return resizeColumns(rows, planes, to.width, taps(from.height, to.height, kernel), from.height, to.height);
}

function resizeRows(
  data: Float32Array,
  rows: number,
  { start, weights, width: reach }: Taps,
  from: number,
  to: number,
): Float32Array {
  const out = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < to; x++) {
      let sum = 0;
      for (let k = 0; k < reach; k++) sum += weights[x * reach + k] * data[row * from + start[x] + k];
      out[row * to + x] = sum;
    }
  }
  return out;
}

function resizeColumns(
  data: Float32Array,
  planes: number,
  width: number,
  { start, weights, width: reach }: Taps,
  from: number,
  to: number,
): Float32Array {
  const out = new Float32Array(planes * width * to);
  const sums = new Float64Array(width);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < to; y++) {
      sums.fill(0);
      for (let k = 0; k < reach; k++) {
        const weight = weights[y * reach + k];
        const row = (plane * from + start[y] + k) * width;
        for (let x = 0; x < width; x++) sums[x] += weight * data[row + x];
      }
      out.set(sums, (plane * to + y) * width);
    }
  }
  return out;
}
