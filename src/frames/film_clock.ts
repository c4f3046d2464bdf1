import { NstError } from '../error.js';
import type { Ffmpeg } from './ffmpeg.js';
import type { Container } from './output.js';
import { type FrameRange, joinRanges } from './ranges.js';
import { formatRational, type Rational, rational, toNumber } from './rational.js';
import { timedFrameHead, timedHead } from './timed_pipe.js';
import { type FrameEdges, schedule, type Timing } from './timing.js';

/** How pictures go to ffmpeg so that each is shown when it should be. */
export interface PicturePipe {
  /** ffmpeg's arguments for its input, the pipe. */
  readonly input: readonly string[];
  /** And for the film's picture. */
  readonly output: readonly string[];
  /** Bytes before the first picture. */
  readonly head: Uint8Array;
  /** Bytes before picture `place`, counted from 0. */
  frameHead(place: number, byteLength: number): Uint8Array;
}

interface PipeOptions {
  readonly width: number;
  readonly height: number;
  /** ffmpeg's raw pixel format. */
  readonly format: string;
  readonly timing: Timing;
  /** Which frames of the source; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly container: Container;
  readonly codec: string;
}

const NOTHING = new Uint8Array(0);
/** Matroska's clock as ffmpeg's muxer sets it. */
const MILLISECOND = rational(1, 1000);
/** ffmpeg's MP4 muxer doubles a slower clock until it is as fast; one that is so already stays as it is. */
const SLOWEST_MP4_CLOCK = 10_000;
/** Beyond, a source's clock says more about its container than about its frames: MPEG's clock is taken instead. */
const FASTEST_MP4_CLOCK = 1_000_000;
const MPEG_CLOCK = 90_000;
/** MPEG-4 part 2 stores its clock in 16 bits. */
const SHORT_CLOCK = 60_000;

/** Frames at a constant rate go as plain raw video, others with their times. */
export function picturePipe(options: PipeOptions, tools: Ffmpeg): PicturePipe {
  const { width, height, format, timing } = options;
  const rate = formatRational(timing.frameRate);
  if (!timing.edges) {
    const size = ['-pixel_format', format, '-video_size', `${width}x${height}`];
    const input = ['-f', 'rawvideo', ...size, '-framerate', rate, '-i', 'pipe:0'];
    return { input, output: [], head: NOTHING, frameHead: () => NOTHING };
  }
  const clock = filmClock(options, timing.edges);
  const tick = toNumber(clock);
  const ranges = joinRanges(options.ranges ?? [{ first: 0, last: timing.frameCount - 1 }]);
  const places = schedule(timing.edges, ranges, clock);
  return {
    input: ['-f', 'matroska', '-i', 'pipe:0'],
    output: [...clockArguments(clock), ...durations(places, tools)],
    head: timedHead(width, height, format, toNumber(timing.frameRate)),
    frameHead(place, byteLength) {
      if (place >= places.length - 1) {
        const sentence = `expected ${places.length - 1} frames to encode, found more.`;
        throw new NstError('usage', 'ENCODE_FAILED', sentence);
      }
      return timedFrameHead(byteLength, places[place] * tick, (places[place + 1] - places[place]) * tick);
    },
  };
}

/**
 * Without frames out of order (-bf 0) the film's decoding times are its showing times, and so right also for
 * programs that read only those.
 */
function clockArguments(clock: Rational): string[] {
  return ['-enc_time_base:v', formatRational(clock), '-bf:v', '0'];
}

/**
 * Encoders do not hand on how long a frame is shown: each packet says the average, and a file is as long as the
 * latest end that a packet states. The filter's option is newer than 5.0.
 */
function durations(places: readonly number[], { major, minor }: Ffmpeg): string[] {
  if (major === 5 && minor === 0) return [];
  const [last, end] = places.slice(-2);
  const until = `if(gte(NEXT_PTS\\,PTS)\\,NEXT_PTS-PTS\\,DURATION)`;
  return ['-bsf:v', `setts=pts=PTS:dts=DTS:duration=if(gte(PTS\\,${last})\\,${end - last}\\,${until})`];
}

/** The clock of the film: the muxer's own, so that nothing is rounded twice, and the source's where it can be. */
function filmClock(
  { container, codec }: Pick<PipeOptions, 'container' | 'codec'>,
  { timeBase }: FrameEdges,
): Rational {
  if (!/^(mp4|mov)$/.test(container.format)) return MILLISECOND;
  let rate = timeBase.denominator;
  while (rate < SLOWEST_MP4_CLOCK) rate *= 2;
  if (rate > FASTEST_MP4_CLOCK) rate = MPEG_CLOCK;
  if (/^(mpeg4|libxvid)$/.test(codec)) rate = Math.min(rate, SHORT_CLOCK);
  return rational(1, rate);
}
