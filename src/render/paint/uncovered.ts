import { resizePicture } from '../../frames/resize.js';
import type { FrameSolver, SolveResult } from '../../nst/solver.js';
import type { Picture, Plane } from '../../picture.js';
import { startPicture } from '../../temporal/start.js';
import type { JobContext } from '../job.js';
import type { Settings } from '../options/defaults.js';
import { ladder, MIN_SIDE, type Size, scaledStyles } from './coarse_to_fine.js';
import { type FrameRequest, ground, solveRequest } from './minimising.js';
import type { WeightedStyle } from './style_pictures.js';

/** Share of a frame that is new, above which it is painted as new ground is. */
const NOTEWORTHY = 0.01;

/**
 * The size at which the new parts of a following frame are begun: where a first frame is begun, or half the frame's
 * where that is its own. Undefined where frames are too small for it, or are painted at one size only.
 */
export function uncoveredSize(frame: Size, { coarsest, initNext, iterations }: Settings): Size | undefined {
  if (initNext !== 'blended' || coarsest === 0 || iterations.next === 0) return undefined;
  const sizes = ladder(frame, coarsest);
  if (sizes.length > 1) return sizes[0];
  const half = { width: Math.round(frame.width / 2), height: Math.round(frame.height / 2) };
  return Math.min(half.width, half.height) >= MIN_SIDE ? half : undefined;
}

/** A frame of which parts have come into view. */
export interface UncoveredFrame extends Pick<FrameRequest, 'content' | 'at'> {
  readonly solver: FrameSolver;
  /** As the solver has them, at the frame's area. */
  readonly styles: readonly WeightedStyle[];
  /** ω and its certainty: what is not new. */
  readonly warped: Picture;
  readonly certainty: Plane;
}

/** A start picture, and what painting it took. */
export interface UncoveredStart {
  readonly start: Picture;
  readonly coarser: Size & { readonly iterations: SolveResult['energies'] };
}

/**
 * The start picture of a frame in which much is new: c·ω + (1 − c)·(painting + tone), with the whole frame painted
 * afresh at a small size. Undefined where little is new.
 *
 * Style is a mean over the frame. Where most of it is painted already that mean is right, and nothing in the energy
 * asks for strokes in the part that is new: it stays a tinted photograph, the trail of whatever passed. In a frame
 * painted from nothing it gets its share.
 *
 * @param iterations Of the small painting; its records are counted from 0, and told as the first of all the frame's.
 */
export async function paintUncovered(
  { solver, content, styles, warped, certainty, at }: UncoveredFrame,
  settings: Settings,
  { emit, signal }: JobContext,
): Promise<UncoveredStart | undefined> {
  const size = uncoveredSize(content, settings);
  const known = certainty.data.reduce((sum, c) => sum + c, 0) / certainty.data.length;
  if (!size || 1 - known < NOTEWORTHY) return undefined;
  const { width, height } = size;
  const here = resizePicture(content, width, height);
  const small = scaledStyles(styles, width / content.width);
  const { next } = settings.iterations;
  await solver.setStyles(small);
  const solved = await solver.solve(
    solveRequest({ content: here, start: ground(here, small, settings), iterations: next, at }, settings, {
      signal,
      emit: (event) => emit(event.type === 'iteration' ? { ...event, iterations: 2 * next } : event),
    }),
  );
  await solver.setStyles(styles);
  return {
    start: startPicture(warped, certainty, resizePicture(solved.picture, content.width, content.height)),
    coarser: { width, height, iterations: solved.energies },
  };
}
