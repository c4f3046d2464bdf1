import { countFrames, type FrameRange } from './ranges.js';
import { type Rational, rational, toNumber } from './rational.js';

/** One frame's place in its stream's time base; undefined where the container states none. */
export interface FrameTime {
  readonly pts: number | undefined;
  readonly duration: number | undefined;
}

/** When the frames of a film of varying rate are shown. */
export interface FrameEdges {
  /** Seconds of one tick. */
  readonly timeBase: Rational;
  /** One more than frames: frame i is shown from `ticks[i]` to `ticks[i + 1]`. `ticks[0]` is 0. Never descending. */
  readonly ticks: readonly number[];
}

export interface Timing {
  readonly frameRate: Rational;
  readonly frameCount: number;
  /** True where no constant rate explains the time stamps; `frameRate` is then count over duration. */
  readonly variableFrameRate: boolean;
  /** There exactly where the rate varies. */
  readonly edges?: FrameEdges;
}

/** ffmpeg approximates the terms of a rate beyond this (av_parse_video_rate), so we do it first and know the result. */
const LARGEST_TERM = 1001000;

/**
 * The exact frame rate of a stream from its time stamps. Containers state rates that are guesses (Matroska),
 * field rates (interlaced) or averages (ISO), so a stated rate counts only if every time stamp fits it.
 *
 * @param stated rates in the order they are to be tried.
 * @param end of the stream, in ticks, where the container states one: how long the last frame is shown if it does
 *   not say so itself.
 */
export function frameTiming(
  times: readonly FrameTime[],
  timeBase: Rational,
  stated: readonly (Rational | undefined)[],
  end = Number.NEGATIVE_INFINITY,
): Timing {
  const frameCount = times.length;
  const rates = stated.filter((rate) => rate !== undefined);
  const known = times.filter((time) => time.pts !== undefined);
  const constant = (frameRate: Rational) => ({ frameRate, frameCount, variableFrameRate: false });
  if (known.length < 2 || known.length < frameCount) return constant(rates.at(-1) ?? rational(25));

  const ordered = [...known].sort((a, b) => a.pts! - b.pts!);
  const first = ordered[0].pts!;
  const last = ordered[ordered.length - 1];
  const steps = ordered.slice(1).map((time, i) => time.pts! - ordered[i].pts!);
  const typical = [...steps].sort((a, b) => a - b)[steps.length >> 1];
  const tick = toNumber(timeBase);
  if (typical > 0) rates.push(rational(timeBase.denominator, timeBase.numerator * typical));
  const fits = (rate: Rational) => {
    const period = 1 / (toNumber(rate) * tick);
    const slack = Math.min(1.01, period / 2);
    return ordered.every((time, i) => Math.abs(time.pts! - first - i * period) <= slack);
  };
  const fitting = rates.find(fits);
  if (fitting) return constant(fitting);

  const ticks = ordered.map((time) => time.pts! - first);
  ticks.push((end > last.pts! && !last.duration ? end : last.pts! + (last.duration || typical)) - first);
  const whole = Math.max(1, ticks[frameCount]);
  const average = rational(frameCount * timeBase.denominator, whole * timeBase.numerator);
  const frameRate = approximate(average, LARGEST_TERM);
  return { frameRate, frameCount, variableFrameRate: true, edges: { timeBase, ticks } };
}

/** Seconds from the beginning of the first frame to that of frame `index`; frame `frameCount` is the film's end. */
export function frameStart({ edges, frameRate }: Pick<Timing, 'edges' | 'frameRate'>, index: number): number {
  return edges ? edges.ticks[index] * toNumber(edges.timeBase) : index / toNumber(frameRate);
}

/**
 * When the chosen frames are shown in a film of their own: one after another, each as long as in the source.
 *
 * @param clock seconds of one tick of the film to be written.
 * @returns one more number than frames, ticks of `clock`, ascending: each the nearest to its exact place, or one
 *   after the number before it where frames lie closer than a tick.
 */
export function schedule(edges: FrameEdges, ranges: readonly FrameRange[], clock: Rational): number[] {
  const scale = toNumber(edges.timeBase) / toNumber(clock);
  const places = new Array<number>(countFrames(ranges) + 1);
  let before = 0;
  let i = 0;
  places[0] = 0;
  for (const { first, last } of ranges) {
    for (let frame = first; frame <= last; frame++) {
      const place = Math.round((before + edges.ticks[frame + 1] - edges.ticks[first]) * scale);
      places[i + 1] = Math.max(place, places[i] + 1);
      i++;
    }
    before += edges.ticks[last + 1] - edges.ticks[first];
  }
  return places;
}

/** The last continued-fraction convergent whose terms stay within `most`. */
export function approximate(value: Rational, most: number): Rational {
  let { numerator: n, denominator: d } = value;
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  while (d !== 0) {
    const whole = Math.floor(n / d);
    const [p2, q2] = [whole * p1 + p0, whole * q1 + q0];
    if (p2 > most || q2 > most) break;
    [p0, q0, p1, q1] = [p1, q1, p2, q2];
    [n, d] = [d, n - whole * d];
  }
  return q1 === 0 ? value : rational(p1, q1);
}
