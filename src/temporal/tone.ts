import type { Picture, Plane } from '../picture.js';
import { BlockGrid } from './block_grid.js';

/** Side of the blocks whose mean is a tone, px: larger than a stroke, smaller than an object. */
export const TONE_BLOCK = 16;

/**
 * How much lighter, darker or otherwise coloured a picture is than another nearby, `[3,H,W]`, grey levels: the
 * mean of the difference over the certain pixels of each block, between the centres of blocks interpolated bilinearly. In
 * a block of which less than half is certain the mean counts in proportion: that of few pixels says little of the block.
 *
 * @param certainty The weight of each pixel, 0..1.
 */
export function toneDifference(picture: Picture, certainty: Plane, other: Picture): Picture {
  const { width, height } = picture;
  const n = width * height;
  const data = new Float32Array(3 * n);
  const tones = new ChannelTones(certainty);
  for (let c = 0; c < 3; c++) {
    const channel = ({ data }: Picture) => data.subarray(c * n, (c + 1) * n);
    tones.measure(channel(picture), channel(other));
    tones.eachRow((tone, p) => data.set(tone, c * n + p));
  }
  return { width, height, data };
}

/** The tone of one channel after the other, as {@link toneDifference} says, without memory for all pixels of it. */
export class ChannelTones {
  /** The sum of all weights. */
  readonly certain: number;
  readonly #grid: BlockGrid;
  /** What the sums of blocks are divided by. */
  readonly #counted: Float64Array;
  readonly #means: Float64Array;
  readonly #line: Float32Array;

  /** @param certainty The weight of each pixel, 0..1. */
  constructor(readonly certainty: Plane) {
    this.certain = certainty.data.reduce((sum, weight) => sum + weight, 0);
    this.#grid = new BlockGrid(certainty, TONE_BLOCK);
    const areas = this.#grid.areas();
    this.#counted = this.#grid.weights(certainty).map((weight, b) => Math.max(weight, areas[b] / 2));
    this.#means = new Float64Array(this.#counted.length);
    this.#line = new Float32Array(certainty.width);
  }

  /** Measures how much lighter a channel `[H,W]` is than another, or than black. */
  measure(channel: Float32Array, other?: Float32Array): void {
    const means = this.#means;
    means.fill(0);
    this.#grid.add(means, this.certainty, channel, other);
    for (let b = 0; b < means.length; b++) means[b] /= this.#counted[b];
  }

  /** What was measured at the pixels of every row, and the index of its first pixel; the array is used again. */
  eachRow(action: (tone: Float32Array, start: number) => void): void {
    const { width, height } = this.certainty;
    for (let y = 0; y < height; y++) {
      this.#grid.row(this.#means, y, this.#line);
      action(this.#line, y * width);
    }
  }
}

/**
 * Blocks overlap in the interpolation between their centres: taking a tone away once leaves some of it. So does
 * clipping, which darkens the lights of a painting that has many.
 */
export const TONE_ROUNDS = 4;

/**
 * A picture without its tone where `weights` are 1, as much of it elsewhere as blocks there reach: no block of it is
 * lighter, darker or otherwise coloured than grey 0 on average.
 */
export function withoutTone(picture: Picture, weights: Plane): Picture {
  const tones = new ChannelTones(weights);
  const data = picture.data.slice();
  const n = weights.data.length;
  for (let c = 0; c < 3; c++)
    for (let round = 0; round < TONE_ROUNDS; round++) {
      const channel = data.subarray(c * n, (c + 1) * n);
      tones.measure(channel);
      tones.eachRow((tone, p) => {
        for (let x = 0; x < tone.length; x++) channel[p + x] -= tone[x];
      });
    }
  return { ...picture, data };
}
