import { writeFrame } from '../../frames/picture_file.js';
import type { FrameSolver } from '../../nst/solver.js';
import type { Picture } from '../../picture.js';
import { carriedContrast, carryPainting, type Held, holdTone } from '../../temporal/hold_tone.js';
import { startPicture } from '../../temporal/start.js';
import { warpPicture } from '../../temporal/warp.js';
import type { FrameStart } from '../events.js';
import type { JobContext } from '../job.js';
import type { FilmMasks } from '../masks/film_masks.js';
import { certaintyOfPaint, keepSource } from '../masks/masked_frame.js';
import type { Settings } from '../options/setting_types.js';
import type { FlowStore } from '../work/flow_store.js';
import { type FrameResult, type Outcome, outcomeOf, UNPAINTED } from '../work/frame_result.js';
import type { SourceFrames } from '../work/source_frames.js';
import type { WorkFolder } from '../work/work_folder.js';
import { freshStartOf, type Link } from './chain.js';
import { type FreshResult, paintFresh } from './coarse_to_fine.js';
import { groundMap } from './ground.js';
import { countedOn, type FrameRequest, solveRequest } from './minimising.js';
import { type Carry, holdOf, neighboursOf } from './neighbours.js';
import { bareGround, type NewGround, newGround } from './new_regions.js';
import { sameShares, setStyles, type WeightedStyle } from './style_pictures.js';
import { mayStandStill, shapesOf, type UnchangedFrame, unchangedFrame } from './unchanged_frame.js';

export interface PaintContext extends JobContext {
  readonly settings: Settings;
  readonly folder: WorkFolder;
  /** Frames of the film as they are painted on. */
  readonly sources: Pick<SourceFrames, 'get'>;
  readonly flows: FlowStore;
  /** The paintings as they count for a frame, at the size they have beside it. */
  readonly stylesOf: (frame: number) => readonly WeightedStyle[];
  /** Where frames are painted; all of them unless given. */
  readonly masks?: FilmMasks;
  /** The picture of `--init FILE`. */
  readonly given?: Picture;
  readonly solver: FrameSolver;
  /** Whether the frames of all passes stay in the work folder. */
  readonly keepPasses: boolean;
}

/**
 * Paints one frame and stores it: flow and certainty from the frame before, the start picture, the
 * minimisation, the energies, and last the picture itself, which marks the frame as finished.
 *
 * @param place 1-based place of the frame in a job of `frames` frames.
 */
export async function paintFrame(
  link: Link,
  place: number,
  frames: number,
  context: PaintContext,
): Promise<FrameResult> {
  const { settings, folder, solver, emit } = context;
  const { frame } = link;
  const began = performance.now();
  const finish = (start: FrameStart, outcome: Outcome): FrameResult => {
    const seconds = (performance.now() - began) / 1000;
    const result = { frame, start, ...outcome, seconds, path: folder.stylised(frame) };
    emit({ type: 'frame', place, frames, ...result });
    return result;
  };

  const content = await context.sources.get(frame);
  // Asked before flow is, which unpainted frames do not need.
  if ((link.first ? settings.iterations.first : settings.iterations.next) === 0) {
    await folder.writeEnergies(frame, { frame, start: 'unpainted', terms: {}, iterations: [] });
    await writeFrame(folder.stylised(frame), content);
    return finish('unpainted', UNPAINTED);
  }
  const at = { frame, place, frames };
  const styles = context.stylesOf(frame);
  const unchanged = await unchangedFrame(link, content, context);
  if (unchanged?.settled) {
    const { settled, like, painted } = unchanged;
    const record = { frame, start: 'unchanged', like, ...settled, evaluations: 0, iterations: [] };
    await folder.writeEnergies(frame, record);
    await writeFrame(folder.stylised(frame), painted);
    return finish('unchanged', { ...settled, iterations: 0 });
  }
  const masks = await context.masks?.get(frame);
  const setting = unchanged
    ? standingOf(unchanged, settings)
    : await settingOf(link, { content, masks, at }, styles, context);
  const target = unchanged?.content ?? content;
  const solved =
    setting.start === 'warped'
      ? await paintNext(
          {
            content: target,
            masks,
            start: setting.picture,
            previous: setting.previous,
            look: setting.look,
            at,
          },
          setting.ground,
          styles,
          context,
        )
      : await paintFresh({ solver, content, masks, styles, given: context.given, at }, settings, context);
  await folder.writeEnergies(frame, {
    frame,
    start: setting.start,
    like: unchanged?.like,
    energy: solved.energy,
    terms: solved.terms,
    stoppedBy: solved.stoppedBy,
    evaluations: solved.evaluations,
    iterations: solved.energies,
    coarser: solved.coarser,
  });
  await writeFrame(folder.stylised(frame), solved.picture);
  return finish(setting.start, outcomeOf(solved));
}

/**
 * Whether the tone and contrast of following frames are held to the one before after the minimisation, which costs one
 * more evaluation. Without a temporal term nothing is to hold a frame to the one before.
 */
export function holdsLook({ initNext, temporalWeight, iterations }: Settings): boolean {
  return initNext === 'blended' && temporalWeight > 0 && iterations.next > 0;
}

/** Paints a frame that goes on from the one before. */
async function paintNext(
  {
    look,
    ...frame
  }: Pick<FrameRequest, 'content' | 'masks' | 'start' | 'previous' | 'at'> & { readonly look?: Held },
  { counted, coarser }: NewGround,
  styles: readonly WeightedStyle[],
  context: PaintContext,
): Promise<FreshResult> {
  const { settings, solver } = context;
  const request = { ...frame, iterations: settings.iterations.next, counted };
  const task = solveRequest(request, settings, context);
  await setStyles(solver, styles);
  const solved = await solver.solve(task);
  const recorded = { ...solved, energies: countedOn(solved.energies, counted.before), coarser };
  if (!look || !holdsLook(settings)) return recorded;
  const picture = keepSource(holdTone(solved.picture, look), solved.picture, frame.masks);
  // Holding changed the picture, so the energy that the minimisation reached is not its own.
  const { guides, warped, certainty, temporalConstant, weights } = task;
  const targets = { content: frame.content, guides, warped, certainty, temporalConstant, weights };
  const { energy, terms } = await solver.evaluate({ ...targets, image: picture });
  return { ...recorded, picture, energy, terms, evaluations: solved.evaluations + 1 };
}

/** What a frame that shows the one before again goes on from: its painting, where it is. */
function standingOf({ painted, certainty, look }: UnchangedFrame, settings: Settings) {
  const previous = { warped: painted, certainty };
  return {
    start: 'warped' as const,
    ...{ picture: painted, previous, ground: bareGround(painted, settings), look },
  };
}

async function settingOf(
  link: Link,
  frame: Pick<FrameRequest, 'content' | 'masks' | 'at'>,
  styles: readonly WeightedStyle[],
  context: PaintContext,
) {
  const { settings, stylesOf, folder, sources, flows } = context;
  if (link.first) return { start: freshStartOf(link) };
  const neighbours = await Promise.all(
    neighboursOf(link, settings.longTerm, (i) => folder.isFinished(i)).map(async (other) => ({
      ...{ other, shapes: mayStandStill(settings) ? await shapesOf(folder, other) : other },
    })),
  );
  if (settings.initNext === 'warped' || settings.initNext === 'previous') {
    const warp: Carry = async (painted, { flow }) => warpPicture(painted, flow).picture;
    const hold = await holdOf(link.frame, neighbours, settings.longTerm, { folder, flows }, warp);
    const ground = bareGround(frame.content, settings);
    return { start: 'warped' as const, picture: hold[settings.initNext], previous: hold.held, ground };
  }
  const { masks } = frame;
  const toGround = groundMap(frame.content, styles, settings, masks);
  const now = toGround(frame.content, masks);
  // Where the shares of the paintings change, what is carried takes on their colours as it does a change of light.
  const groundOf = (other: number) =>
    sameShares(stylesOf(other), styles)
      ? toGround
      : groundMap(frame.content, stylesOf(other), settings, masks);
  const carry: Carry = async (painted, { flow, certainty }, { other, shapes }) =>
    carryPainting(
      painted,
      flow,
      certainty,
      groundOf(other)(await sources.get(shapes), await context.masks?.get(other)),
      now,
    );
  const hold = await holdOf(link.frame, neighbours, settings.longTerm, { folder, flows }, carry);
  const { warped, certainty } = hold.start;
  const ground = await newGround(frame, now, certainty, { ...context, styles }, settings);
  const picture = startPicture(warped, certainty, ground.picture);
  const certain = certaintyOfPaint(hold.motion.certainty, masks);
  // Other paintings may have stronger strokes, or weaker ones.
  const contrast = sameShares(stylesOf(link.frame - 1), styles)
    ? carriedContrast(hold.previous, hold.motion.flow, certain)
    : undefined;
  const look: Held = { warped: hold.warped, certainty: certain, contrast };
  return { start: 'warped' as const, picture, previous: hold.held, ground, look };
}
