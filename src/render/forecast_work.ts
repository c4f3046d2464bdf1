import { existsSync } from 'node:fs';
import { chainOf } from './chain.js';
import type { Iterations } from './defaults.js';
import type { FilmOutline } from './plan.js';
import { WorkFolder } from './work_folder.js';
import type { WorkPreview } from './work_preview.js';

/** How much a film job has to do. */
export interface FilmWork {
  /** Frames of the output. */
  readonly frames: number;
  /** Painted already, and kept. */
  readonly finished: number;
  /** To paint from a fresh start: the film's first, and those without a stored frame before them. */
  readonly first: number;
  /** To paint from the frame before. */
  readonly next: number;
  /** Frame numbers of a fresh start in the middle of the film. */
  readonly freshStarts: readonly number[];
  /** Pairs of frames whose flow is not stored yet. */
  readonly flowPairs: number;
  /** Source frames that ffmpeg has to go through for those that are not stored yet. */
  readonly decoded: number;
  readonly iterations: Iterations;
  /** Evaluations of the energy at most; frames that are steady earlier take fewer. */
  readonly evaluations: number;
}

/** Counts what is to be done, looking at what lies in the work folder. */
export function countWork({ settings, ranges, workFolder }: FilmOutline, work: WorkPreview): FilmWork {
  const folder = new WorkFolder(workFolder);
  const { links, freshStarts } = chainOf(ranges, (i) => work.isFinished(i));
  const todo = links.filter(({ frame }) => !work.isFinished(frame));
  const first = todo.filter((link) => link.first).length;
  const next = todo.length - first;
  const { iterations } = settings;
  const flowed = iterations.next > 0 ? todo.filter((link) => !link.first).map(({ frame }) => frame) : [];
  const stored = (...paths: string[]) => work.keepsSources && paths.every((path) => existsSync(path));
  const needed = new Set([...todo.map(({ frame }) => frame), ...flowed.map((frame) => frame - 1)]);
  const missing = [...needed].filter((frame) => !stored(folder.frame(frame)));
  const evaluationsOf = (count: number, steps: number) => (steps > 0 ? count * (steps + 1) : 0);
  return {
    frames: links.length,
    finished: links.length - todo.length,
    first,
    next,
    freshStarts,
    flowPairs: flowed.filter((i) => !stored(folder.flow(i), folder.certainty(i))).length,
    // ffmpeg decodes from the beginning of the film to the last frame that is wanted.
    decoded: missing.length > 0 ? missing.reduce((last, i) => Math.max(last, i), 0) + 1 : 0,
    iterations,
    evaluations: evaluationsOf(first, iterations.first) + evaluationsOf(next, iterations.next),
  };
}
