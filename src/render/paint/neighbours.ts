import type { Motion } from '../../flow/motion.js';
import { readFrame } from '../../frames/picture_file.js';
import type { Picture } from '../../picture.js';
import { type MergedNeighbours, mergeNeighbours, type Neighbour } from '../../temporal/long_term.js';
import type { Settings } from '../options/setting_types.js';
import type { Direction } from '../work/flow_folder.js';
import type { FlowStore } from '../work/flow_store.js';
import type { WorkFolder } from '../work/work_folder.js';
import type { Link } from './chain.js';

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
  /** The motion to the frame before. */
  readonly motion: Motion;
}

/** A painted frame that another looks back to. */
export interface Painted {
  readonly other: number;
  /** The frame of the film whose shapes its painting has: `other`, or an earlier one that it shows again. */
  readonly shapes: number;
}

/** Brings a painting to where the frame is: warped, and whatever else is to be done. */
export type Carry = (painted: Picture, motion: Motion, of: Painted) => Promise<Picture>;

/** Reads the stored paintings of a frame's neighbours, the nearest of which is the frame before, and warps them. */
export async function holdOf(
  frame: number,
  neighbours: readonly Painted[],
  longTerm: readonly number[],
  { folder, flows }: { readonly folder: WorkFolder; readonly flows: FlowStore },
  carry: Carry,
): Promise<Hold> {
  const warped: Neighbour[] = [];
  let nearest: Motion | undefined;
  let previous: Picture | undefined;
  for (const one of neighbours) {
    const { other, shapes } = one;
    const motion = await flows.get(frame, shapes);
    nearest ??= motion;
    const painted = await readFrame(folder.stylised(other));
    previous ??= painted;
    warped.push({
      distance: frame - other,
      warped: await carry(painted, motion, one),
      certainty: motion.certainty,
    });
  }
  const start = mergeNeighbours(warped);
  const asked = warped.filter(({ distance }) => longTerm.includes(distance));
  const all = asked.length === warped.length;
  return {
    previous: previous as Picture,
    motion: nearest as Motion,
    warped: warped[0].warped,
    start,
    held: all ? start : asked.length > 0 ? mergeNeighbours(asked) : undefined,
  };
}
