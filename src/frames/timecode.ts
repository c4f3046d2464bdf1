import type { ProbedFile, ProbedStream } from './ffprobe.js';
import { parseRational, type Rational, toNumber } from './rational.js';

/** The time of day or tape that the first frame of a film carries (SMPTE ST 12-1). */
export interface Timecode {
  /** `hh:mm:ss:ff`, with `;` before the frame where numbers are dropped. */
  readonly text: string;
  /** Frames a second that it counts. */
  readonly rate: Rational;
}

const SYNTAX = /^(\d{1,3}):([0-5]?\d):([0-5]?\d)([:;.,])(\d{1,3})$/;
const MINUTES_PER_DAY = 24 * 60;

/** The time code of a picture stream: of QuickTime's track beside it, or the tag that other containers have. */
export function readTimecode(
  { streams, format }: ProbedFile,
  { tags }: ProbedStream,
  frameRate: Rational,
): Timecode | undefined {
  const tracks = streams.filter((s) => s.codec_tag_string === 'tmcd' && s.tags?.timecode);
  const text = tags?.timecode ?? tracks[0]?.tags?.timecode ?? format.tags?.timecode ?? format.tags?.TIMECODE;
  if (!text) return undefined;
  const track = tracks.find((s) => s.tags?.timecode === text);
  return { text, rate: parseRational(track?.avg_frame_rate) ?? frameRate };
}

/**
 * A time code moved on.
 *
 * @param frames by which it moves, of a film of `rate`.
 * @returns what the film's frame there carries, counted at the film's own rate; undefined where the text is no time code.
 */
export function movedTimecode(timecode: Timecode, rate: Rational, frames: number): string | undefined {
  const match = SYNTAX.exec(timecode.text);
  if (!match) return undefined;
  const [hours, minutes, seconds, frame] = [1, 2, 3, 5].map((i) => Number(match[i]));
  const [from, to] = [timecode.rate, rate].map((r) => Math.max(1, Math.round(toNumber(r))));
  const asked = match[4] !== ':';
  const drops = asked && isDropRate(rate);
  if (frames === 0 && from === to && drops === asked) return timecode.text;
  const minute = 60 * hours + minutes;
  // The clock's time stays where the film is counted at another rate.
  const number = (60 * minute + seconds) * to + Math.round((frame * to) / from);
  const counted = number - (drops ? dropped(to) * (minute - Math.floor(minute / 10)) : 0);
  return timecodeOf(counted + frames, to, drops);
}

/** Frame numbers that drop-frame counting leaves out each minute but every tenth: 2 of 30, 4 of 60. */
const dropped = (base: number): number => 2 * Math.round(base / 30);

/** Numbers are dropped to keep up with the clock at 29.97 frames a second and its multiples alone. */
const isDropRate = ({ numerator, denominator }: Rational): boolean =>
  denominator === 1001 && numerator % 30_000 === 0;

function timecodeOf(frames: number, base: number, drops: boolean): string {
  const perMinute = 60 * base - (drops ? dropped(base) : 0);
  const perTen = 10 * 60 * base - (drops ? 9 * dropped(base) : 0);
  const days = (MINUTES_PER_DAY / 10) * perTen;
  const today = ((frames % days) + days) % days;
  const [tens, rest] = [Math.floor(today / perTen), today % perTen];
  // The first of ten minutes is longer: it has all its numbers.
  const later =
    rest < 60 * base || !drops
      ? Math.floor(rest / (60 * base))
      : 1 + Math.floor((rest - 60 * base) / perMinute);
  const skipped = drops ? dropped(base) * (9 * tens + later) : 0;
  const number = today + skipped;
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(number / base);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${clock.join(':')}${drops ? ';' : ':'}${two(number % base)}`;
}
