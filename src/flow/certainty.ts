import type { Plane } from '../picture.js';
import { type FlowField, requireSameSize, sampleBilinear, squaredGradient } from './flow_field.js';
import { type FramePair, photometricDifference } from './photometric.js';

/** What the forward-backward check says of a pixel, before the blur. */
export const DISOCCLUDED = -1;
export const UNCERTAIN = 0;
export const CERTAIN = 1;

/** A window that looks so different after the warp, grey levels on average, shows something else. */
const GATE = 12;

/**
 * The verdict on every pixel of a flow, `[H,W]`: {@link DISOCCLUDED}, {@link UNCERTAIN} (it leaves the
 * frame or lies on a motion boundary) or {@link CERTAIN}.
 *
 * With w = `backward`, ŵ = `forward` sampled bilinearly at p + w(p), and w̃ = w + ŵ (Ruder et al. 2016,
 * sect. 4.2, after Sundaram et al. 2010):
 * - p + w(p) leaves the frame, that is the rectangle of the pixel centres;
 * - disoccluded where |w̃|² > 0.01·(|w|² + |ŵ|²) + 0.5 px²;
 * - disoccluded too, where `frames` are given, if the 5×5 mean of |previous(p + w) − current| exceeds 12 grey levels;
 * - motion boundary where |∇u|² + |∇v|² > 0.01·|w|² + 0.002.
 *
 * The first that holds decides. A vector that is no number leaves the frame.
 * Throws `INVALID_ARGUMENT` when sizes differ.
 */
export function verdicts(backward: FlowField, forward: FlowField, frames?: FramePair): Plane {
  requireSameSize('forward flow', backward, forward);
  const foreign = frames && photometricDifference(backward, frames).data;
  const { width, height, u, v } = backward;
  const data = new Float32Array(width * height);
  const edges = squaredGradient(backward).data;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const tx = x + u[i];
      const ty = y + v[i];
      if (!(tx >= 0 && ty >= 0 && tx <= width - 1 && ty <= height - 1)) {
        data[i] = UNCERTAIN;
        continue;
      }
      const fu = sampleBilinear(forward.u, width, height, tx, ty);
      const fv = sampleBilinear(forward.v, width, height, tx, ty);
      const there = u[i] * u[i] + v[i] * v[i];
      const trip = (u[i] + fu) ** 2 + (v[i] + fv) ** 2;
      if (!(trip <= 0.01 * (there + fu * fu + fv * fv) + 0.5)) data[i] = DISOCCLUDED;
      else if (foreign && foreign[i] > GATE) data[i] = DISOCCLUDED;
      else data[i] = edges[i] > 0.01 * there + 0.002 ? UNCERTAIN : CERTAIN;
    }
  }
  return { width, height, data };
}

/**
 * How far the backward flow of a frame can be trusted, `[H,W]`, 0..1: the verdicts, slightly blurred.
 * A disoccluded pixel counts −1 in the blur and the result is clipped to 0..1, so that a disoccluded
 * region takes certainty from its surroundings and never receives any (a lone pixel, which the blur
 * takes for noise, keeps half).
 *
 * `backward` leads from this frame to the neighbour, `forward` from the neighbour to this frame, px.
 * `frames`, the lumas of both, turn the photometric gate on (see verdicts).
 * Throws `INVALID_ARGUMENT` when sizes differ.
 */
export function certainty(backward: FlowField, forward: FlowField, frames?: FramePair): Plane {
  const verdict = verdicts(backward, forward, frames);
  blur(verdict.data, verdict.width, verdict.height);
  for (let i = 0; i < verdict.data.length; i++) verdict.data[i] = Math.min(Math.max(verdict.data[i], 0), 1);
  return verdict;
}

/** Five-tap Gaussian, σ 0.8 px, in place, by rows then columns; past the border the last value goes on. */
function blur(data: Float32Array, width: number, height: number): void {
  const [far, near] = [2, 1].map((d) => Math.exp(-(d * d) / (2 * 0.8 * 0.8)));
  const sum = 1 + 2 * near + 2 * far;
  const taps = [far / sum, near / sum, 1 / sum, near / sum, far / sum];
  const line = new Float32Array(Math.max(width, height) + 4);
  const along = (start: number, step: number, n: number) => {
    for (let k = -2; k < n + 2; k++) line[k + 2] = data[start + step * Math.min(Math.max(k, 0), n - 1)];
    for (let k = 0; k < n; k++) {
      data[start + step * k] =
        taps[0] * line[k] +
        taps[1] * line[k + 1] +
        taps[2] * line[k + 2] +
        taps[3] * line[k + 3] +
        taps[4] * line[k + 4];
    }
  };
  for (let y = 0; y < height; y++) along(y * width, 1, width);
  for (let x = 0; x < width; x++) along(x, width, height);
}
