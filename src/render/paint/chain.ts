import type { FrameRange } from '../../frames/ranges.js';

/** One frame of a job and what it may go on from. */
export interface Link {
  readonly frame: number;
  /** True where this frame has no painted predecessor and begins like a first frame. */
  readonly first: boolean;
}

/**
 * The frames of a job in order of painting. A range that starts at k goes on from stored frame k−1 where
 * there is one, else it starts like a first frame; `freshStarts` names those. With `alone` every frame does.
 */
export function chainOf(
  ranges: readonly FrameRange[],
  isStored: (frame: number) => boolean,
  { alone = false } = {},
): { links: Link[]; freshStarts: number[] } {
  const links: Link[] = [];
  const freshStarts: number[] = [];
  for (const { first, last } of ranges)
    for (let frame = first; frame <= last; frame++) {
      const follows = links.at(-1)?.frame === frame - 1 && frame > 0;
      const goesOn = !alone && (follows || (frame > 0 && isStored(frame - 1)));
      links.push({ frame, first: !goesOn });
      if (!goesOn && !alone && frame > 0 && !isStored(frame)) freshStarts.push(frame);
    }
  return { links, freshStarts };
}
