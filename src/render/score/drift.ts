import type { Picture } from '../../picture.js';

/** One number for each of red, green and blue. */
export interface Channels {
  /** Of red. */
  readonly red: number;
  /** Of green. */
  readonly green: number;
  /** Of blue. */
  readonly blue: number;
}

/** The colours of one frame and of the source frame it was made from. */
export interface FrameColours {
  /** The frame's number in the source, from 0. */
  readonly frame: number;
  /** Means of the source frame, grey levels 0..255. */
  readonly sourceMean: Channels;
  /** Standard deviations of the source frame, grey levels. */
  readonly sourceContrast: Channels;
  /** Means of the stylised frame, grey levels 0..255. */
  readonly mean: Channels;
  /** Standard deviations of the stylised frame, grey levels. */
  readonly contrast: Channels;
}

/**
 * How colours wander over time beside what the source does itself: the slope of (stylised − source), in per cent of
 * the range 0..255 in 100 frames. Every shot may have an offset of its own.
 */
export interface Drift {
  /** Of the channels' means. */
  readonly mean: Channels;
  /** Of the channels' standard deviations. */
  readonly contrast: Channels;
  /** The slope of the source's own means, which painting may or may not follow. */
  readonly sourceMean: Channels;
  /** The slope of the source's own standard deviations. */
  readonly sourceContrast: Channels;
  /** What the slopes were fitted to. */
  readonly frames: readonly FrameColours[];
}

const CHANNELS = ['red', 'green', 'blue'] as const;

/** Makes channels of what `value` gives for planes 0, 1 and 2. */
const channels = (value: (plane: number) => number): Channels => ({
  red: value(0),
  green: value(1),
  blue: value(2),
});

/** Mean and standard deviation of each channel, grey levels. */
export function coloursOf({ width, height, data }: Picture): { mean: Channels; contrast: Channels } {
  const n = width * height;
  const moments = CHANNELS.map((_, c) => {
    let sum = 0;
    for (let i = c * n; i < (c + 1) * n; i++) sum += data[i];
    const mean = sum / n;
    let squares = 0;
    for (let i = c * n; i < (c + 1) * n; i++) squares += (data[i] - mean) ** 2;
    return { mean, contrast: Math.sqrt(squares / n) };
  });
  return { mean: channels((c) => moments[c].mean), contrast: channels((c) => moments[c].contrast) };
}

/** @param shotOf The shot of a frame, any number that tells shots apart. */
export function driftOf(frames: readonly FrameColours[], shotOf: (frame: number) => number): Drift {
  const numbers = frames.map(({ frame }) => frame);
  const shots = numbers.map(shotOf);
  // Per cent of 255 grey levels in 100 frames.
  const slope = (value: (colours: FrameColours, channel: keyof Channels) => number): Channels =>
    channels((c) => {
      const values = frames.map((f) => value(f, CHANNELS[c]));
      return (100 * 100 * slopeWithin(numbers, values, shots)) / 255;
    });
  return {
    mean: slope((f, c) => f.mean[c] - f.sourceMean[c]),
    contrast: slope((f, c) => f.contrast[c] - f.sourceContrast[c]),
    sourceMean: slope((f, c) => f.sourceMean[c]),
    sourceContrast: slope((f, c) => f.sourceContrast[c]),
    frames,
  };
}

/** Least-squares slope of y over x where every group has an offset of its own; 0 where x never differs in a group. */
function slopeWithin(x: readonly number[], y: readonly number[], groups: readonly number[]): number {
  let products = 0;
  let squares = 0;
  for (const group of new Set(groups)) {
    const members = groups.flatMap((g, i) => (g === group ? [i] : []));
    const mean = (values: readonly number[]) =>
      members.reduce((sum, i) => sum + values[i], 0) / members.length;
    const [mx, my] = [mean(x), mean(y)];
    for (const i of members) {
      products += (x[i] - mx) * (y[i] - my);
      squares += (x[i] - mx) ** 2;
    }
  }
  return squares > 0 ? products / squares : 0;
}
