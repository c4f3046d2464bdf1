import type { FrameRange } from '../../frames/ranges.js';
import { type Shot, shotOf } from '../../temporal/shots.js';

/** One frame of a job and what it may go on from. */
export interface Link {
  readonly frame: number;
  /** The shot it lies in: no frame of another one may touch it. */
  readonly shot: Shot;
  /** True where this frame has no painted predecessor in its shot and begins afresh. */
  readonly first: boolean;
}

/** How a frame that begins afresh is said to begin: at a cut where the film has another shot before it. */
export function freshStartOf({ frame, shot }: Link): 'first' | 'cut' {
  return beginsShot(shot, frame) ? 'cut' : 'first';
}

/** Whether another shot ends right before this frame. */
function beginsShot(shot: Shot, frame: number): boolean {
  return frame > 0 && frame === shot.first && shot.begin !== 'start';
}

/**
 * The frames of a job in order of painting. Within a shot each goes on from the one before. A range that starts in a
 * shot's middle goes on from the stored frame before it where there is one, else it starts like a first frame;
 * `freshStarts` names those. With `alone` every frame does.
 *
 * @param shots ascending; all frames of the ranges lie in one of them.
 */
export function chainOf(
  ranges: readonly FrameRange[],
  shots: readonly Shot[],
  isStored: (frame: number) => boolean,
  { alone = false } = {},
): { links: Link[]; freshStarts: number[] } {
  const links: Link[] = [];
  const freshStarts: number[] = [];
  for (const { first, last } of ranges)
    for (let frame = first; frame <= last; frame++) {
      const shot = shotOf(shots, frame);
      const cut = beginsShot(shot, frame);
      const follows = links.at(-1)?.frame === frame - 1;
      const goesOn = !alone && !cut && frame > 0 && (follows || isStored(frame - 1));
      links.push({ frame, shot, first: !goesOn });
      if (!goesOn && !alone && !cut && frame > 0 && !isStored(frame)) freshStarts.push(frame);
    }
  return { links, freshStarts };
}

/** The links of a job as pieces that may be painted side by side: each goes on from nothing that another paints. */
export function piecesOf<L extends Pick<Link, 'frame' | 'shot'>>(links: readonly L[]): L[][] {
  const pieces: L[][] = [];
  for (const link of links) {
    const open = pieces.at(-1);
    const before = open?.at(-1);
    if (open && before && before.shot === link.shot) open.push(link);
    else pieces.push([link]);
  }
  return pieces;
}
