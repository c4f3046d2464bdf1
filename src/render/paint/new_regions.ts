import { resizePlane } from '../../flow/resize_flow.js';
import { resizePicture } from '../../frames/resize.js';
import type { FrameSolver } from '../../nst/solver.js';
import type { Plane } from '../../picture.js';
import type { NewStrokes } from '../../temporal/start.js';
import { TONE_BLOCK, withoutTone } from '../../temporal/tone.js';
import type { JobContext } from '../job.js';
import type { Settings } from '../options/setting_types.js';
import { type CoarserRecord, ladder, MIN_SIDE, type Size, scaledStyles } from './coarse_to_fine.js';
import { freshStartOn, ground } from './ground.js';
import { type FrameRequest, solveRequest } from './minimising.js';
import { setStyles, type WeightedStyle } from './style_pictures.js';

/** The share of a frame that must be new before it is painted small: less is hardly an area. */
const LEAST_NEW = 0.01;

/** What new regions of a following frame begin with, and what making it recorded. */
export interface NewGround {
  /** What is laid over the frame's ground; nothing where little is new. */
  readonly strokes?: NewStrokes;
  readonly coarser: readonly CoarserRecord[];
  /** How the iterations of the frame itself are counted. */
  readonly counted: NonNullable<FrameRequest['counted']>;
}

interface GroundContext extends JobContext {
  readonly solver: FrameSolver;
  /** As they count for the frame. The solver is left with them as they are beside a small one. */
  readonly styles: readonly WeightedStyle[];
}

/**
 * The size at which the strokes of new regions are laid down: a first frame's smallest, or half the frame's where first
 * frames have one size only. None where that leaves the network too few pixels, and none for `coarsest` 0.
 */
export function newRegionSize(frame: Size, { coarsest, iterations }: Settings): Size | undefined {
  if (iterations.first === 0 || coarsest === 0) return undefined;
  const [smallest, ...larger] = ladder(frame, coarsest);
  if (larger.length > 0) return smallest;
  const half = { width: Math.round(frame.width / 2), height: Math.round(frame.height / 2) };
  return Math.min(half.width, half.height) >= MIN_SIDE ? half : undefined;
}

/**
 * What new regions of a following frame begin with besides its ground: the strokes that a first frame would get there.
 *
 * Where little of a frame is new, its Gram matrices are nearly right already, and the style term hardly pulls at what
 * is not painted yet: in the few iterations of a following frame such a region would stay a tinted photograph. So the
 * whole frame is painted by itself too, at the size at which first frames are begun, and what that changed is
 * enlarged. At 640 px it costs a sixteenth of a full-size evaluation for each of its own.
 *
 * Its tone is left out: at a frame's edges it always differs from the inside's, and what comes in frame by frame would
 * drift by as much each time.
 *
 * @param certainty Of what the frame goes on from, 0..1; low where it is new.
 */
export async function newGround(
  { content, masks, at }: Pick<FrameRequest, 'content' | 'masks' | 'at'>,
  certainty: Plane,
  context: GroundContext,
  settings: Settings,
): Promise<NewGround> {
  const { solver, styles } = context;
  const size = newRegionSize(content, settings);
  if (!size || !hasNewRegions(certainty, size)) return bareGround(settings);
  const { width, height } = size;
  const small = scaledStyles(styles, width / content.width);
  await setStyles(solver, small);
  const here = resizePicture(content, width, height);
  const bare = ground(here, small, settings, masks);
  const start = freshStartOn(bare, small, settings);
  const iterations = settings.iterations.first;
  const total = iterations + settings.iterations.next;
  const request = { content: here, masks, start, iterations, at, counted: { before: 0, total } };
  const { picture, energies } = await solver.solve(solveRequest(request, settings, context));
  const laid = { width, height, data: picture.data.map((v, i) => v - bare.data[i]) };
  const sure = resizePlane(certainty, width, height);
  const level = withoutTone(laid, { ...sure, data: sure.data.map((c) => 1 - c) });
  return {
    strokes: {
      picture: resizePicture(level, content.width, content.height),
      block: Math.round((TONE_BLOCK * content.width) / width),
    },
    coarser: [{ width, height, iterations: energies }],
    counted: { before: iterations, total },
  };
}

/** A ground that nothing was painted for. */
export function bareGround({ iterations }: Settings): NewGround {
  return { coarser: [], counted: { before: 0, total: iterations.next } };
}

/** Whether enough of a frame has no counterpart before; seams narrower than a pixel of `size` do not count. */
export function hasNewRegions(certainty: Plane, { width, height }: Size): boolean {
  const { data } = resizePlane(certainty, width, height);
  return data.reduce((count, c) => count + (c < 0.5 ? 1 : 0), 0) >= LEAST_NEW * data.length;
}
