import type { Shot } from '../../temporal/shots.js';
import { isThere } from '../../there.js';
import { chainOf } from '../paint/chain.js';
import { iterationsOf, ladder } from '../paint/coarse_to_fine.js';
import { framesOf, motionsOf } from '../paint/neighbours.js';
import { newRegionSize } from '../paint/new_regions.js';
import { holdsLook } from '../paint/paint_next.js';
import type { FilmOutline } from '../plan.js';
import { hasMotion } from '../work/flow_store.js';
import { WorkFolder } from '../work/work_folder.js';
import { countPasses } from './forecast_passes.js';
import type { WorkPreview } from './work_preview.js';

/** One size that a fresh frame is painted at. */
export interface FreshStep {
  /** Pixels, as a share of the frame's. */
  readonly share: number;
  readonly iterations: number;
}

/** How much a film job has to do. */
export interface FilmWork {
  /** Frames of the output. */
  readonly frames: number;
  /** Painted already, and kept. */
  readonly finished: number;
  /** Shots that the frames lie in. */
  readonly shots: number;
  /** Shots that have frames to paint. */
  readonly shotsToPaint: number;
  /**
   * To paint from a fresh start: the first of each shot, and those without a stored frame before them; in several
   * passes, paintings of the first one.
   */
  readonly first: number;
  /** To paint from the frame before; in several passes, paintings of the later ones. */
  readonly next: number;
  /** Frame numbers of a fresh start in the middle of the film. */
  readonly freshStarts: readonly number[];
  /** Pairs of frames whose flow is not stored yet, and not read from `--flow-dir`. */
  readonly flowPairs: number;
  /** Source frames that ffmpeg has to go through for those that are not stored yet. */
  readonly decoded: number;
  /** What a fresh frame is painted at, coarse to fine; empty where it is left unpainted. */
  readonly fresh: readonly FreshStep[];
  /** Iterations of a frame that goes on from the one before. */
  readonly iterations: number;
  /** What such a frame is painted at first, where enough of it is new. */
  readonly newRegions: FreshStep | undefined;
  /** Whether the energy of such a frame is evaluated once more, after its tone and contrast are held. */
  readonly held: boolean;
  /** Evaluations of the energy at most; frames that are steady earlier take fewer. */
  readonly evaluations: number;
}

/** Counts what is to be done, looking at what lies in the work folder. */
export function countWork(film: FilmOutline, work: WorkPreview, shots: readonly Shot[]): FilmWork {
  const { settings, ranges, workFolder } = film;
  const folder = new WorkFolder(workFolder);
  const { links, freshStarts } = chainOf(ranges, shots, (i) => work.isFinished(i), {
    alone: settings.initNext === 'alone' || settings.passes > 1,
  });
  const todo = links.filter(({ frame }) => !work.isFinished(frame));
  const several = settings.passes > 1 ? countPasses(film, work, links) : undefined;
  const first = several?.first ?? todo.filter((link) => link.first).length;
  const next = several?.next ?? todo.length - first;
  const { passIterations } = settings;
  const iterations = several ? { first: passIterations, next: passIterations } : settings.iterations;
  const motions = motionsOf(links, settings, (i) => work.isFinished(i));
  const stored = (path: string) => work.keepsSources && isThere(path);
  const frames = todo.map(({ frame }) => frame);
  const needed = several?.needed ?? framesOf(frames, motions);
  const missing = needed.filter((frame) => !stored(folder.frame(frame)));
  const sizes = iterations.first > 0 ? ladder(film, settings.coarsest) : [];
  const counts = iterationsOf(sizes.length, iterations.first);
  const fresh = sizes.map(({ width, height }, k) => ({
    share: (width * height) / (film.width * film.height),
    iterations: counts[k],
  }));
  const ofFresh = fresh.reduce((sum, step) => sum + step.iterations + 1, 0);
  const blended = !several && settings.initNext === 'blended' && iterations.next > 0;
  const small = blended ? newRegionSize(film, settings) : undefined;
  const newRegions = small && {
    share: (small.width * small.height) / (film.width * film.height),
    iterations: iterations.first,
  };
  const held = !several && holdsLook(settings);
  const ofNext =
    iterations.next > 0
      ? iterations.next + 1 + (held ? 1 : 0) + (newRegions ? newRegions.iterations + 1 : 0)
      : 0;
  return {
    frames: links.length,
    finished: links.length - todo.length,
    shots: new Set(links.map(({ shot }) => shot)).size,
    shotsToPaint: new Set(todo.map(({ shot }) => shot)).size,
    first,
    next,
    freshStarts,
    flowPairs: film.flowFolder
      ? 0
      : (several?.flowPairs ??
        motions.filter((motion) => !(work.keepsSources && hasMotion(folder, motion))).length),
    // ffmpeg decodes from the beginning of the film to the last frame that is wanted.
    decoded: missing.length > 0 ? missing.reduce((last, i) => Math.max(last, i), 0) + 1 : 0,
    fresh,
    iterations: iterations.next,
    newRegions,
    held,
    evaluations: first * ofFresh + next * ofNext,
  };
}
