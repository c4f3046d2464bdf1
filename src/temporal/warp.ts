import type { FlowField } from '../flow/flow_field.js';
import type { Picture, Plane } from '../picture.js';

export interface WarpedPicture {
  /** The source picture sampled at p + w(p), `[3,H,W]`, 0..255. Border pixels repeat outside the frame. */
  readonly picture: Picture;
  /** 1 where p + w(p) lies in the frame, else 0. */
  readonly inside: Plane;
}

/**
 * Backward warp: what `picture` (frame i−1) looks like from frame i.
 *
 * @param flow Backward flow of frame i, px: pixel p of frame i is at p + w(p) in frame i−1.
 * Bilinear interpolation between the four nearest pixels (Ruder et al. 2016, section 4.1).
 */
export function warpPicture(picture: Picture, flow: FlowField): WarpedPicture {
  requireOneSize(picture, flow);
  const { width, height, data } = picture;
  const n = width * height;
  const out = new Float32Array(3 * n);
  const inside = new Float32Array(n);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const qx = x + flow.u[p];
      const qy = y + flow.v[p];
      if (qx >= 0 && qy >= 0 && qx <= width - 1 && qy <= height - 1) inside[p] = 1;
      const cx = Math.min(width - 1, Math.max(0, qx));
      const cy = Math.min(height - 1, Math.max(0, qy));
      const x0 = Math.floor(cx);
      const y0 = Math.floor(cy);
      const ax = cx - x0;
      const ay = cy - y0;
      // The last column and row have no right or lower neighbour; their weight there is zero.
      const right = x0 < width - 1 ? 1 : 0;
      const below = y0 < height - 1 ? width : 0;
      const w00 = (1 - ax) * (1 - ay);
      const w10 = ax * (1 - ay);
      const w01 = (1 - ax) * ay;
      const w11 = ax * ay;
      for (let c = 0, q = y0 * width + x0, o = p; c < 3; c++, q += n, o += n)
        out[o] =
          w00 * data[q] + w10 * data[q + right] + w01 * data[q + below] + w11 * data[q + below + right];
    }
  return { picture: { width, height, data: out }, inside: { width, height, data: inside } };
}

/** Pixels that the sharp warp looks at each way, and the places between two pixels that it tells apart. */
const TAPS = 4;
const PHASES = 1024;
const WEIGHTS = cubicWeights();

/**
 * Backward warp that keeps a painting sharp: cubic convolution over the 16 nearest pixels (Catmull and Rom 1974; Keys
 * 1981, a = −1/2), to a thousandth of a pixel; border pixels repeat outside the frame.
 *
 * Differs from section 4.1 of the paper: every frame is made of the one before, so that what interpolation takes from
 * a fine stroke it takes again with every frame. Of a stroke that repeats every 4 px bilinear interpolation by 0.3 px
 * takes a quarter each time, this a twelfth. Nor may it add anything: Lanczos interpolation over three lobes is
 * sharper still, but makes strokes of 4 to 8 px up to 2.7 % stronger with every warp, and pixels grow a coloured
 * grain. Values may leave 0..255 beside hard edges.
 *
 * @param flow Backward flow of frame i, px, as for {@link warpPicture}.
 */
export function warpSharp(picture: Picture, flow: FlowField): Picture {
  requireOneSize(picture, flow);
  const { width, height } = picture;
  return { width, height, data: sampleSharp(picture.data, flow) };
}

/** `warpSharp` of a plane; values may leave those of the plane beside hard edges. */
export function warpPlaneSharp(plane: Plane, flow: FlowField): Plane {
  requireOneSize(plane, flow);
  const { width, height } = plane;
  return { width, height, data: sampleSharp(plane.data, flow) };
}

/** Planes one after the other, `[N,H,W]`. */
function sampleSharp(data: Float32Array, flow: FlowField): Float32Array {
  const { width, height } = flow;
  const n = width * height;
  const out = new Float32Array(data.length);
  const columns = new Int32Array(TAPS);
  for (let p = 0; p < n; p++) {
    const [x0, across] = place((p % width) + flow.u[p], width);
    const [y0, down] = place(Math.floor(p / width) + flow.v[p], height);
    for (let k = 0; k < TAPS; k++) columns[k] = Math.min(width - 1, Math.max(0, x0 - 1 + k));
    for (let l = 0; l < TAPS; l++) {
      const weight = WEIGHTS[down + l];
      if (weight === 0) continue;
      const row = Math.min(height - 1, Math.max(0, y0 - 1 + l)) * width;
      for (let i = p, q = row; i < data.length; i += n, q += n) {
        let sum = 0;
        for (let k = 0; k < TAPS; k++) sum += WEIGHTS[across + k] * data[q + columns[k]];
        out[i] += weight * sum;
      }
    }
  }
  return out;
}

/** The pixel at or before `q`, which is kept in the frame, and where the weights of that place begin. */
function place(q: number, length: number): [number, number] {
  const phase = Math.round(Math.min(length - 1, Math.max(0, q)) * PHASES);
  return [Math.floor(phase / PHASES), (phase % PHASES) * TAPS];
}

/** Of the pixels −1 … 2 for every place between pixels 0 and 1; each place's sum is 1. */
function cubicWeights(): Float64Array {
  const weights = new Float64Array(PHASES * TAPS);
  for (let phase = 0; phase < PHASES; phase++)
    for (let k = 0; k < TAPS; k++) {
      const x = Math.abs(k - 1 - phase / PHASES);
      weights[phase * TAPS + k] =
        x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
    }
  return weights;
}

function requireOneSize(picture: Picture | Plane, flow: FlowField): void {
  if (flow.width !== picture.width || flow.height !== picture.height)
    throw new RangeError(
      `warp: picture is ${picture.width}x${picture.height}, flow is ${flow.width}x${flow.height}`,
    );
}

/**
 * Backward warp of a picture's own pixels, none of them interpolated, the nearest at the border: the picture's detail and
 * contrast are those it had. A blurred one would have less, and what is held to it would fade.
 */
export function warpNearest(picture: Picture, { u, v }: FlowField): Picture {
  const { width, height, data } = picture;
  const n = width * height;
  const nearest = new Float32Array(3 * n);
  const kept = (q: number, length: number) => Math.min(length - 1, Math.max(0, Math.round(q)));
  for (let p = 0; p < n; p++) {
    const x = kept((p % width) + u[p], width);
    const y = kept(Math.floor(p / width) + v[p], height);
    for (let c = 0; c < 3; c++) nearest[c * n + p] = data[c * n + y * width + x];
  }
  return { width, height, data: nearest };
}
