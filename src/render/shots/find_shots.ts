import { estimateFlow } from '../../flow/estimator.js';
import { type DecodeOptions, decodeFrames } from '../../frames/decode.js';
import type { MediaInfo } from '../../frames/probe.js';
import { type FrameRange, joinRanges } from '../../frames/ranges.js';
import { fitSize } from '../../frames/size.js';
import type { Plane } from '../../picture.js';
import { REACH, ShotFinder } from '../../temporal/shot_finder.js';
import type { ShotStart } from '../../temporal/shots.js';

/** Long side of the frames that are looked at, px. */
const LONG_SIDE = 160;

export interface FindOptions {
  readonly signal: AbortSignal;
  readonly onDamage?: DecodeOptions['onDamage'];
  /** Told after every frame: how many were looked at so far, of how many, and how many starts were found. */
  readonly onFrame?: (looked: number, frames: number, found: number) => void;
}

/**
 * Finds where shots begin among frames of a film, looking at small pictures of them and of the few around them. So
 * what is said of a frame is the same whichever others are asked for.
 *
 * @param ranges ascending, apart.
 * @throws NstError as `decodeFrames`.
 */
export async function findShots(
  media: MediaInfo,
  ranges: readonly FrameRange[],
  { signal, onFrame, onDamage }: FindOptions,
): Promise<ShotStart[]> {
  const { frameCount, displayWidth, displayHeight } = media.video;
  const { width, height } = fitSize(displayWidth, displayHeight, { longSide: LONG_SIDE });
  const around = joinRanges(
    ranges.map(({ first, last }) => ({
      first: Math.max(0, first - REACH),
      last: Math.min(frameCount - 1, last + REACH),
    })),
  );
  const frames = around.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const wanted = (frame: number) => ranges.some(({ first, last }) => frame >= first && frame <= last);
  const starts: ShotStart[] = [];
  const keep = (found: readonly ShotStart[]) => starts.push(...found.filter(({ frame }) => wanted(frame)));
  let finder = new ShotFinder(motion);
  let looked = 0;
  let before = Number.NaN;
  const decoding = { width, height, ranges: around, signal, ...(onDamage && { onDamage }) };
  for await (const { index, picture } of decodeFrames(media, decoding)) {
    if (index !== before + 1) {
      keep(finder.end());
      finder = new ShotFinder(motion);
    }
    before = index;
    keep(finder.look(index, picture));
    onFrame?.(++looked, frames, starts.length);
  }
  keep(finder.end());
  return starts;
}

/** Small frames take this thread a few milliseconds, less than their way to another one and back would be worth. */
const motion = (from: Plane, to: Plane) => estimateFlow(from, to, 'medium');
