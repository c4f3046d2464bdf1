import type { Readable } from 'node:stream';
import type { VideoInfo } from './probe.js';
import { type FrameRange, isWhole } from './ranges.js';
import { frameStart } from './timing.js';

/** Microseconds: the clock in which a decoder's frames tell their times. */
const CLOCK = 1e6;

/** Filters after which each frame says on file descriptor 3 when it is shown: `frame:N pts:MICROSECONDS …`. */
export const SAY_TIME = `settb=1/${CLOCK},metadata=add:key=nst:value=1,metadata=print:key=nst:file=pipe\\\\:3:direct=1`;

/** A frame as it came out of the decoder. */
export interface SaidTime {
  /** Seconds in the file's time; undefined where the film does not tell. */
  readonly time: number | undefined;
  /** Whether ffmpeg built its filters anew for it: its size, pixel format or pixel aspect is another than before. */
  readonly anew: boolean;
}

/**
 * Reads what SAY_TIME makes ffmpeg write, and returns what gives a frame's time after another's; undefined after the
 * last. Reads at once whatever comes, for a child with an unread pipe never closes.
 */
export function saidTimes(stream: Readable): () => Promise<SaidTime | undefined> {
  const said: SaidTime[] = [];
  let rest = '';
  let before = -1;
  let ended = false;
  let wake: (() => void) | undefined;
  stream.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const match = /^frame:(\d+)\s+pts:(-?\d+|\S+)/.exec(line);
      if (!match) continue;
      const place = Number(match[1]);
      const ticks = Number(match[2]);
      said.push({ time: Number.isFinite(ticks) ? ticks / CLOCK : undefined, anew: place <= before });
      before = place;
    }
    wake?.();
  });
  const end = () => {
    ended = true;
    wake?.();
  };
  stream.on('close', end).on('error', end);
  return async () => {
    while (said.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
    return said.shift();
  };
}

/** Seconds in the file's time at which frame `index` begins. */
const slotTime = (video: VideoInfo, index: number): number => video.startTime + frameStart(video, index);

/** Seconds halfway between a frame's beginning and the next one's: what is later belongs to the next. */
export function slotEnd(video: VideoInfo, index: number): number {
  return (slotTime(video, index) + slotTime(video, index + 1)) / 2;
}

/**
 * ffmpeg's filter that lets only the frames of these ranges pass, chosen by their times, for a lost frame shifts all
 * numbers after it; nothing where all are wanted.
 *
 * @param fromStart whether all that lies before a range passes too.
 */
export function selectFilter(
  video: VideoInfo,
  ranges: readonly FrameRange[],
  fromStart: boolean,
): string | undefined {
  if (isWhole(ranges, video.frameCount)) return undefined;
  const last = ranges[ranges.length - 1].last;
  const end = last === video.frameCount - 1 ? '1e12' : slotEnd(video, last).toFixed(7);
  if (video.untimed) {
    const chosen = fromStart ? [{ first: 0, last }] : ranges;
    return `select='${chosen.map((r) => `between(n,${r.first},${r.last})`).join('+')}'`;
  }
  if (fromStart) return `select='lte(t,${end})'`;
  const parts = ranges.map((r) => {
    const from = r.first === 0 ? '-1e12' : slotEnd(video, r.first - 1).toFixed(7);
    const to = r.last === last ? end : slotEnd(video, r.last).toFixed(7);
    return `between(t,${from},${to})`;
  });
  return `select='${parts.join('+')}'`;
}
