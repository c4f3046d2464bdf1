import { readFrame, writeFrame } from '../../frames/picture_file.js';
import type { IterationRecord } from '../../nst/minimise.js';
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
import { type FrameRequest, groundMap, solveRequest } from './minimising.js';
import type { WeightedStyle } from './style_pictures.js';
import { paintUncovered } from './uncovered.js';

export interface PaintContext extends JobContext {
  readonly settings: Settings;
  readonly folder: WorkFolder;
  readonly sources: SourceFrames;
  readonly flows: FlowStore;
  readonly styles: readonly WeightedStyle[];
  readonly solver: FrameSolver;
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
  const setting = await settingOf(link, content, context);
  const at = { frame, place, frames };
  const solved =
    setting.start === 'warped'
      ? await paintNext({ content, start: setting.picture, previous: setting.previous, at }, context)
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

/** Paints a frame that goes on from the one before: what is new in it small first, then all of it. */
async function paintNext(
  { at, ...frame }: Pick<FrameRequest, 'content' | 'start' | 'at'> & { readonly previous: Held },
  context: PaintContext,
): Promise<FreshResult> {
  const { settings, solver, emit } = context;
  const { next } = settings.iterations;
  const { previous } = frame;
  const uncovered = await paintUncovered(
    { solver, styles: context.styles, content: frame.content, ...previous, at },
    settings,
    context,
  );
  const before = uncovered ? next : 0;
  const counted = (record: IterationRecord) => ({ ...record, iteration: before + record.iteration });
  const solved = await solver.solve({
    ...solveRequest({ ...frame, at, iterations: next, ...uncovered }, settings, context),
    onIteration: (record) =>
      emit({ type: 'iteration', ...at, ...counted(record), iterations: before + next }),
  });
  const held = settings.initNext === 'blended' && settings.temporalWeight > 0;
  return {
    ...solved,
    picture: held ? holdTone(solved.picture, previous) : solved.picture,
    energies: solved.energies.map(counted),
    coarser: uncovered ? [uncovered.coarser] : [],
  };
}

async function settingOf(
  link: Link,
  content: Awaited<ReturnType<SourceFrames['get']>>,
  { settings, styles, folder, sources, flows }: PaintContext,
) {
  if (link.first) return { start: freshStartOf(link) };
  const { flow, certainty } = await flows.get(link.frame, link.frame - 1);
  const before = await readFrame(folder.stylised(link.frame - 1));
  if (settings.initNext === 'warped' || settings.initNext === 'previous') {
    const warped = warpPicture(before, flow).picture;
    const picture = settings.initNext === 'previous' ? before : warped;
    return { start: 'warped' as const, picture, previous: { warped, certainty } };
  }
  const toGround = groundMap(content, styles, settings);
  const now = toGround(content);
  const then = toGround(await sources.get(link.frame - 1));
  const warped = carryPainting(before, flow, certainty, then, now);
  return {
    start: 'warped' as const,
    picture: startPicture(warped, certainty, now),
    previous: { warped, certainty, contrast: carriedContrast(before, flow, certainty) },
  };
}
