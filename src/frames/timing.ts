import { type Rational, rational, toNumber } from './rational.js';

/** One frame's place in its stream's time base; undefined where the container states none. */
export interface FrameTime {
  readonly pts: number | undefined;
  readonly duration: number | undefined;
}

export interface Timing {
  readonly frameRate: Rational;
  readonly frameCount: number;
  /** True where no constant rate explains the time stamps; `frameRate` is then count over duration. */
  readonly variableFrameRate: boolean;
}

/** ffmpeg approximates the terms of a rate beyond this (av_parse_video_rate), so we do it first and know the result. */
const LARGEST_TERM = 1001000;

/**
 * The exact frame rate of a stream from its time stamps. Containers state rates that are guesses (Matroska),
 * field rates (interlaced) or averages (ISO), so a stated rate counts only if every time stamp fits it.
 *
 * @param stated rates in the order they are to be tried.
 */
export function frameTiming(
  times: readonly FrameTime[],
  timeBase: Rational,
  stated: readonly (Rational | undefined)[],
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

  const ticks = last.pts! - first + (last.duration || typical);
  const average = rational(frameCount * timeBase.denominator, Math.max(1, ticks) * timeBase.numerator);
  return { frameRate: approximate(average, LARGEST_TERM), frameCount, variableFrameRate: true };
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
