import { readFrame, writeFrame } from '../frames/picture_file.js';
import type { IterationRecord } from '../nst/minimise.js';
import type { FrameSolver } from '../nst/solver.js';
import { isHardCut } from '../temporal/cut.js';
import { startPicture } from '../temporal/start.js';
import { warpPicture } from '../temporal/warp.js';
import type { Link } from './chain.js';
import { paintFresh } from './coarse_to_fine.js';
import type { Settings } from './defaults.js';
import type { Emit, FrameStart } from './events.js';
import type { FlowAhead } from './flow_ahead.js';
import { energyWeights, ground, stopRule } from './minimising.js';
import type { SourceFrames } from './source_frames.js';
import type { WeightedStyle } from './style_pictures.js';
import type { WorkFolder } from './work_folder.js';

export interface PaintContext {
  readonly settings: Settings;
  readonly folder: WorkFolder;
  readonly sources: SourceFrames;
  readonly flows: FlowAhead;
  readonly styles: readonly WeightedStyle[];
  readonly solver: FrameSolver;
  readonly emit: Emit;
  readonly signal: AbortSignal;
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
): Promise<void> {
  const { settings, folder, solver, emit } = context;
  const { frame } = link;
  const began = performance.now();
  const finish = (start: FrameStart, iterations: number, energy: number | undefined) => {
    const seconds = (performance.now() - began) / 1000;
    emit({ type: 'frame', frame, place, frames, start, energy, iterations, seconds });
  };

  const content = await context.sources.get(frame);
  // Asked before flow is, which unpainted frames do not need.
  if ((link.first ? settings.iterations.first : settings.iterations.next) === 0) {
    await folder.writeEnergies(frame, { frame, start: 'unpainted', iterations: [] });
    await writeFrame(folder.stylised(frame), content);
    return finish('unpainted', 0, undefined);
  }
  const setting = await settingOf(link, content, context);
  const onIteration = ({ iteration, energy, terms }: IterationRecord, iterations: number) =>
    emit({ type: 'iteration', frame, place, frames, iteration, iterations, energy, terms });
  const solved =
    setting.start === 'warped'
      ? await solver.solve({
          content,
          start: setting.picture,
          warped: setting.warped,
          certainty: setting.certainty,
          weights: energyWeights(settings),
          optimizer: settings.optimizer,
          iterations: settings.iterations.next,
          stop: stopRule(settings),
          signal: context.signal,
          onIteration: (record) => onIteration(record, settings.iterations.next),
        })
      : await paintFresh({ ...context, content, onIteration });
  await folder.writeEnergies(frame, {
    frame,
    start: setting.start,
    stoppedBy: solved.stoppedBy,
    evaluations: solved.evaluations,
    iterations: solved.energies,
  });
  await writeFrame(folder.stylised(frame), solved.picture);
  const last = solved.energies.at(-1); // record 0 is the start picture
  finish(setting.start, last?.iteration ?? 0, last?.energy);
}

async function settingOf(
  link: Link,
  content: Awaited<ReturnType<SourceFrames['get']>>,
  { settings, styles, folder, sources, flows }: PaintContext,
) {
  if (link.first) return { start: 'first' as const };
  const { backward, certainty } = await flows.get(link.frame);
  if (isHardCut(await sources.get(link.frame - 1), content, backward, certainty))
    return { start: 'cut' as const };
  const warped = warpPicture(await readFrame(folder.stylised(link.frame - 1)), backward);
  return {
    start: 'warped' as const,
    picture:
      settings.initNext === 'warped'
        ? warped.picture
        : startPicture(warped.picture, certainty, ground(content, styles, settings)),
    warped: warped.picture,
    certainty,
  };
}
