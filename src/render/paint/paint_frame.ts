import { readFrame, writeFrame } from '../../frames/picture_file.js';
import type { FrameSolver } from '../../nst/solver.js';
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
import { type FrameRequest, ground, solveRequest } from './minimising.js';
import type { WeightedStyle } from './style_pictures.js';

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

/** Paints a frame that goes on from the one before. */
async function paintNext(
  frame: Pick<FrameRequest, 'content' | 'start' | 'previous' | 'at'>,
  context: PaintContext,
): Promise<FreshResult> {
  const { settings, solver } = context;
  const request = { ...frame, iterations: settings.iterations.next };
  return { ...(await solver.solve(solveRequest(request, settings, context))), coarser: [] };
}

async function settingOf(
  link: Link,
  content: Awaited<ReturnType<SourceFrames['get']>>,
  { settings, styles, folder, flows }: PaintContext,
) {
  if (link.first) return { start: freshStartOf(link) };
  const { flow, certainty } = await flows.get(link.frame, link.frame - 1);
  const before = await readFrame(folder.stylised(link.frame - 1));
  const warped = warpPicture(before, flow);
  const starts = { previous: before, warped: warped.picture };
  return {
    start: 'warped' as const,
    picture:
      settings.initNext === 'warped' || settings.initNext === 'previous'
        ? starts[settings.initNext]
        : startPicture(warped.picture, certainty, ground(content, styles, settings)),
    previous: { warped: warped.picture, certainty },
  };
}
