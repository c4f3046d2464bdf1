import { readFrame, writeFrame } from '../../frames/picture_file.js';
import type { FrameSolver } from '../../nst/solver.js';
import { carriedContrast, carryPainting, type Held, holdTone } from '../../temporal/hold_tone.js';
import { startPicture } from '../../temporal/start.js';
import { warpPicture } from '../../temporal/warp.js';
import type { FrameStart } from '../events.js';
import type { JobContext } from '../job.js';
import type { Settings } from '../options/defaults.js';
import type { FlowStore } from '../work/flow_store.js';
import { type FrameResult, type Outcome, outcomeOf, UNPAINTED } from '../work/frame_result.js';
import type { SourceFrames } from '../work/source_frames.js';
import type { WorkFolder } from '../work/work_folder.js';
import { freshStartOf, type Link } from './chain.js';
import { type FreshResult, paintFresh } from './coarse_to_fine.js';
import { countedOn, type FrameRequest, groundMap, solveRequest } from './minimising.js';
import { bareGround, type NewGround, newGround } from './new_regions.js';
import type { WeightedStyle } from './style_pictures.js';

export interface PaintContext extends JobContext {
  readonly settings: Settings;
  readonly folder: WorkFolder;
  readonly sources: SourceFrames;
  readonly flows: FlowStore;
  readonly styles: readonly WeightedStyle[];
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
  const setting = await settingOf(link, { content, at }, context);
  const solved =
    setting.start === 'warped'
      ? await paintNext(
          { content, start: setting.picture, previous: setting.previous, at },
          setting.ground,
          context,
        )
      : await paintFresh({ solver, content, styles: context.styles, at }, settings, context);
  await folder.writeEnergies(frame, {
    frame,
    start: setting.start,
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

/** Paints a frame that goes on from the one before. */
async function paintNext(
  frame: Pick<FrameRequest, 'content' | 'start' | 'at'> & { readonly previous: Held },
  { counted, coarser }: NewGround,
  context: PaintContext,
): Promise<FreshResult> {
  const { settings, solver } = context;
  const request = { ...frame, iterations: settings.iterations.next, counted };
  const solved = await solver.solve(solveRequest(request, settings, context));
  // Without a temporal term nothing is to hold a frame to the one before.
  const holds = settings.initNext === 'blended' && settings.temporalWeight > 0;
  const picture = holds ? holdTone(solved.picture, frame.previous) : solved.picture;
  return { ...solved, picture, energies: countedOn(solved.energies, counted.before), coarser };
}

async function settingOf(link: Link, frame: Pick<FrameRequest, 'content' | 'at'>, context: PaintContext) {
  const { settings, styles, folder, sources, flows } = context;
  if (link.first) return { start: freshStartOf(link) };
  const { flow, certainty } = await flows.get(link.frame, link.frame - 1);
  const before = await readFrame(folder.stylised(link.frame - 1));
  if (settings.initNext !== 'blended') {
    const warped = warpPicture(before, flow).picture;
    const picture = settings.initNext === 'previous' ? before : warped;
    const ground = bareGround(frame.content, settings);
    return { start: 'warped' as const, picture, previous: { warped, certainty }, ground };
  }
  const toGround = groundMap(frame.content, styles, settings);
  const then = toGround(await sources.get(link.frame - 1));
  const warped = carryPainting(before, flow, certainty, then, toGround(frame.content));
  const ground = await newGround(frame, certainty, context, settings);
  const picture = startPicture(warped, certainty, ground.picture);
  const contrast = carriedContrast(before, flow, certainty);
  return { start: 'warped' as const, picture, previous: { warped, certainty, contrast }, ground };
}
