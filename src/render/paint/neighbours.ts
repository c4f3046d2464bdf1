import type { Motion } from '../../flow/motion.js';
import type { Picture, Plane } from '../../picture.js';
import { type MergedNeighbours, mergeNeighbours, type Neighbour } from '../../temporal/long_term.js';
import type { Settings } from '../options/setting_types.js';
import type { Direction } from '../work/flow_folder.js';
import type { Link } from './chain.js';
import type { Turn } from './in_turn.js';
import type { PaintContext } from './paint_frame.js';

/** The distances whose motion a frame needs: its start is made of the frame before, whatever it then holds on to. */
export function distancesOf(longTerm: readonly number[]): number[] {
  return [...new Set([1, ...longTerm])].sort((a, b) => a - b);
}

/**
 * The frames that a frame looks back to, nearest first: those at the distances asked for, as far back as frames of
 * its shot are painted without a gap. None for a frame that begins afresh.
 */
export function neighboursOf(
  { frame, first, shot }: Link,
  longTerm: readonly number[],
  isPainted: (frame: number) => boolean,
): number[] {
  if (first) return [];
  const distances = distancesOf(longTerm);
  let earliest = frame - 1;
  const farthest = Math.max(shot.first, frame - distances[distances.length - 1]);
  while (earliest > farthest && isPainted(earliest - 1)) earliest--;
  return distances.map((distance) => frame - distance).filter((other) => other >= earliest);
}

/** Which motions the frames of a job that are not painted yet need, those of each frame nearest first. */
export function motionsOf(
  links: readonly Link[],
  { longTerm, iterations }: Pick<Settings, 'longTerm' | 'iterations'>,
  isPainted: (frame: number) => boolean,
): Direction[] {
  if (iterations.next === 0) return [];
  const willBe = new Set(links.map(({ frame }) => frame));
  return links
    .filter(({ frame }) => !isPainted(frame))
    .flatMap((link) =>
      neighboursOf(link, longTerm, (i) => willBe.has(i) || isPainted(i)).map((to) => ({
        from: link.frame,
        to,
      })),
    );
}

/** The source frames that it takes to paint some and to find these motions, ascending: all that lie between too. */
export function framesOf(painted: readonly number[], motions: readonly Direction[]): number[] {
  const frames = new Set(painted);
  for (const { from, to } of motions) for (let i = to; i <= from; i++) frames.add(i);
  return [...frames].sort((a, b) => a - b);
}

/** What a following frame starts from and holds on to. */
export interface Hold {
  /** The frame before: as it stands, and warped. */
  readonly previous: Picture;
  readonly warped: Picture;
  /** All neighbours in one picture, for the start. */
  readonly start: MergedNeighbours;
  /** Those of the distances asked for, for the energy; undefined where there is none so far. */
  readonly held: MergedNeighbours | undefined;
  /** The motion to the frame before, as certain as that can be gone on from. */
  readonly motion: Motion;
}

/** What brings the painting of another frame to where the frame is. */
export interface Carrier {
  /** Warps the painting, and whatever else is to be done. */
  readonly carried: (painted: Picture) => Picture;
  /** How far the painting can be gone on from, 0..1. */
  readonly certainty: Plane;
}

/** Makes ready to bring a painting, that of frame `other`, to where the frame is. */
export type Carry = (motion: Motion, other: number) => Promise<Carrier>;

/**
 * Reads the paintings of a frame's neighbours, the nearest of which is the frame before, and warps them. That one may
 * still be in the making: it is asked for last, when `turn` has come.
 */
export async function holdOf(
  frame: number,
  neighbours: readonly number[],
  longTerm: readonly number[],
  {
    folder,
    flows,
    paintings,
    standing,
  }: Pick<PaintContext, 'folder' | 'flows' | 'standing'> & {
    readonly paintings: Pick<PaintContext['paintings'], 'read'>;
  },
  carry: Carry,
  turn: Turn,
): Promise<Hold> {
  const [nearest, ...farther] = neighbours;
  const motionTo = async (other: number) => {
    const motion = await flows.get(frame, await standing.shapesOf(other));
    const { carried, certainty } = await carry(motion, other);
    return { motion: { ...motion, certainty }, carried };
  };
  const paintingOf = (other: number) => paintings.read(folder.stylised(other));
  const { motion, carried } = await motionTo(nearest);
  const others: Neighbour[] = [];
  for (const other of farther) {
    const { motion, carried } = await motionTo(other);
    const { certainty } = motion;
    others.push({ distance: frame - other, warped: carried(await paintingOf(other)), certainty });
  }
  await turn.come;
  const previous = await paintingOf(nearest);
  const before = { distance: frame - nearest, warped: carried(previous), certainty: motion.certainty };
  const warped = [before, ...others];
  const start = mergeNeighbours(warped);
  const asked = warped.filter(({ distance }) => longTerm.includes(distance));
  const all = asked.length === warped.length;
  return {
    previous,
    motion,
    warped: before.warped,
    start,
    held: all ? start : asked.length > 0 ? mergeNeighbours(asked) : undefined,
  };
}
