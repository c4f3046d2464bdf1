import type { Picture } from '../../picture.js';
import { noisePicture, randomNumbers } from '../noise.js';
import { blur, clipSmall, decayTo, rolled } from './ascent_regularisers.js';

/** How a picture is climbed, and what holds it back. */
export interface AscentOptions {
  readonly width: number;
  readonly height: number;
  /** Steps taken. */
  readonly steps: number;
  /** Length of a step: root mean square of the change of a sample, grey levels. */
  readonly step: number;
  /** L2 decay: share of its way to the mean colour that every pixel goes at each step. */
  readonly decay: number;
  /** Standard deviation of the blur, px, and the steps from one blur to the next; 0 px: none. */
  readonly blur: number;
  readonly blurEvery: number;
  /** Percent of the pixels, those nearest to the mean colour, that become it at each step. */
  readonly clip: number;
  /** Most pixels that the picture is moved by, each way, before each step. */
  readonly jitter: number;
  /** Of the noise it starts from and of the jitter. */
  readonly seed: number;
  /** The network's mean colour, R, G, B. */
  readonly mean: readonly [number, number, number];
}

/** What is climbed: the response to a picture `[3,H,W]`, and its derivative. */
export type Climbed = (image: Float32Array) => Promise<{ response: number; gradient: Float32Array }>;

export interface Ascent {
  readonly picture: Picture;
  /** Response to the noise it began as, and to `picture`. */
  readonly before: number;
  readonly after: number;
}

/** Noise that an ascent starts from differs from middle grey by at most this, grey levels. */
const NOISE = 24;

/**
 * Gradient ascent on a response, from noise: x ← r(x + step · g/rms(g)), with r what `AscentOptions` asks for (Yosinski
 * et al. 2015, eq. 2; differs in that steps have one length whatever the gradient's, so that the same options serve all
 * layers). Samples stay within 0..255.
 *
 * @param onStep told after every step; what it throws ends the ascent
 */
export async function ascend(
  climbed: Climbed,
  options: AscentOptions,
  onStep: (step: number) => void | Promise<void> = () => undefined,
): Promise<Ascent> {
  const { width, height, mean, jitter } = options;
  const random = randomNumbers(options.seed ^ 0x5bd1e995);
  const shift = () => Math.floor((2 * jitter + 1) * random()) - jitter;
  const picture = noisePicture(width, height, options.seed, NOISE);
  const { data } = picture;
  const before = (await climbed(data)).response;
  for (let k = 1; k <= options.steps; k++) {
    const [dx, dy] = [shift(), shift()];
    const moved = rolled(picture, dx, dy);
    const { gradient } = await climbed(moved);
    const rms = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0) / gradient.length);
    if (rms > 0) for (let i = 0; i < moved.length; i++) moved[i] += (options.step * gradient[i]) / rms;
    data.set(rolled({ width, height, data: moved }, -dx, -dy));
    decayTo(mean, options.decay, picture);
    if (k % options.blurEvery === 0) blur(options.blur, picture);
    clipSmall(mean, options.clip, picture);
    for (let i = 0; i < data.length; i++) data[i] = Math.min(255, Math.max(0, data[i]));
    await onStep(k);
  }
  return { picture, before, after: (await climbed(data)).response };
}
