import type { FrameSolver } from '../../nst/solver.js';
import type { Direction } from '../work/flow_folder.js';
import { FLOW_LOOKAHEAD } from '../work/flow_store.js';
import type { FrameResult } from '../work/frame_result.js';
import { Paintings } from '../work/paintings.js';
import type { Link } from './chain.js';
import { inColoursOfShot } from './colours_of_shot.js';
import { FreshLooks } from './fresh_looks.js';
import { paintInTurn, type Turn } from './in_turn.js';
import { motionsOf } from './neighbours.js';
import { type PaintContext, paintFrame } from './paint_frame.js';
import { paintPasses, passPieces } from './paint_passes.js';
import { prefetchMotion, Standing } from './unchanged_frame.js';

/** A link with the 1-based place of its frame in the job. */
export interface PlacedLink extends Link {
  readonly place: number;
}

export interface ShotsContext extends Omit<PaintContext, 'solver' | 'paintings' | 'standing' | 'freshLooks'> {
  /** Starts a solver with its styles set, one for each lane. */
  readonly startSolver: () => Promise<FrameSolver>;
}

/**
 * Paints pieces of a film that nothing connects, `lanes` at once, each lane with a solver of its own. Which lane
 * paints a piece, and when, changes no pixel of it. The first failure stops all lanes.
 *
 * @param pieces links of one shot each, finished frames too, in the order in which they are begun.
 * @param frames of the whole job.
 * @returns what was painted, by frame number.
 */
export async function paintShots(
  pieces: readonly (readonly PlacedLink[])[],
  frames: number,
  lanes: number,
  { startSolver, ...context }: ShotsContext,
): Promise<ReadonlyMap<number, FrameResult>> {
  const painted = new Map<number, FrameResult>();
  const waiting = [...pieces];
  const stopper = new AbortController();
  const signal = AbortSignal.any([context.signal, stopper.signal]);
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    // What all others fail with is that they were stopped.
    failure ??= { error };
    stopper.abort(error);
  };
  const lane = async () => {
    let solver: FrameSolver | undefined;
    const paintings = new Paintings(fail);
    const standing = new Standing(context.folder, context.settings);
    const freshLooks = new FreshLooks(context.folder, paintings);
    try {
      solver = await startSolver();
      for (let piece = waiting.shift(); piece; piece = waiting.shift())
        await paintShot(
          piece,
          frames,
          { ...context, signal, solver, paintings, standing, freshLooks },
          painted,
        );
    } catch (error) {
      fail(error);
    } finally {
      await solver?.close();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failure) throw failure.error;
  return painted;
}

/** Paints what is not finished of one shot, frame by frame, or pass by pass. */
async function paintShot(
  piece: readonly PlacedLink[],
  frames: number,
  bare: PaintContext,
  painted: Map<number, FrameResult>,
): Promise<void> {
  const context = await inColoursOfShot(piece, bare);
  const { folder, settings, signal } = context;
  if (settings.passes > 1) {
    for (const part of passPieces(piece, settings.loop))
      for (const [frame, result] of await paintPasses(part, frames, context)) painted.set(frame, result);
    return;
  }
  const todo = piece.filter(({ frame }) => !folder.isFinished(frame));
  const motions = new Map<number, Direction[]>();
  for (const motion of motionsOf(piece, settings, (i) => folder.isFinished(i)))
    motions.set(motion.from, [...(motions.get(motion.from) ?? []), motion]);
  const paint = async (link: PlacedLink, turn: Turn) => {
    for (let frame = link.frame; frame <= link.frame + FLOW_LOOKAHEAD; frame++) {
      for (const motion of motions.get(frame) ?? []) prefetchMotion(motion, context);
      motions.delete(frame);
    }
    const { frame, place } = link;
    return paintFrame(link, { frame, place, frames }, context, turn);
  };
  for (const result of await paintInTurn(todo, paint, signal)) painted.set(result.frame, result);
}
