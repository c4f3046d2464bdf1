import { type FrameRange, joinRanges } from '../../frames/ranges.js';
import type { ShotStart } from '../../temporal/shots.js';

/** What is known of a film's shots. */
export interface ShotList {
  /** Frames that were looked at: of each it is known whether a shot begins with it. Ascending, apart. */
  readonly frames: readonly FrameRange[];
  /** Ascending. */
  readonly starts: readonly ShotStart[];
}

/** What of `wanted` does not lie in `known`; both ascending, apart. */
export function rangesWithout(wanted: readonly FrameRange[], known: readonly FrameRange[]): FrameRange[] {
  return wanted.flatMap(({ first, last }) => {
    const rest: FrameRange[] = [];
    let from = first;
    for (const hole of known) {
      if (hole.last < from || hole.first > last) continue;
      if (hole.first > from) rest.push({ first: from, last: hole.first - 1 });
      from = hole.last + 1;
    }
    if (from <= last) rest.push({ first: from, last });
    return rest;
  });
}

/** Both together; where both know of a frame, the first list decides. */
export function joinLists(one: ShotList, other: ShotList): ShotList {
  const known = (frame: number) => one.frames.some(({ first, last }) => frame >= first && frame <= last);
  const starts = [...one.starts, ...other.starts.filter(({ frame }) => !known(frame))];
  return {
    frames: joinRanges([...one.frames, ...other.frames]),
    starts: starts.sort((a, b) => a.frame - b.frame),
  };
}
