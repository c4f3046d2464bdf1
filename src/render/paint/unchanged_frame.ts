import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createFlowField } from '../../flow/flow_field.js';
import { isUnchanged } from '../../flow/unchanged.js';
import { readFrame } from '../../frames/picture_file.js';
import type { SolveResult } from '../../nst/solver.js';
import { DEFAULT_STOP } from '../../nst/stop_rule.js';
import type { Picture, Plane } from '../../picture.js';
import { carriedContrast, type Held } from '../../temporal/hold_tone.js';
import type { Settings } from '../options/setting_types.js';
import type { Direction } from '../work/flow_folder.js';
import type { WorkFolder } from '../work/work_folder.js';
import type { Link } from './chain.js';
import type { PaintContext } from './paint_frame.js';
import { sameShares } from './style_pictures.js';

/** What of a stored record of a frame says how it is gone on with. */
interface Before extends Pick<SolveResult, 'energy' | 'terms' | 'stoppedBy'> {
  readonly start: string;
  /** The earlier frame of the film that it shows again. */
  readonly like?: number;
  readonly iterations: SolveResult['energies'];
}

/** A frame that shows what earlier ones show, but for their grain. */
export interface UnchangedFrame {
  /** The first of those: its source stands for all of them, so that no grain is painted after. */
  readonly like: number;
  readonly content: Picture;
  /** The painting of the frame before. */
  readonly painted: Picture;
  /** All of it holds. */
  readonly certainty: Plane;
  readonly look: Held;
  /** What the painting before came to, where painting on would change next to nothing. */
  readonly settled: Pick<Before, 'energy' | 'terms'> | undefined;
}

/**
 * The frame that a painting has its shapes of: an earlier one that the frame shows again, otherwise itself. Motion that
 * the painting is carried along by leads there: in a slow pan, frames that hardly differ from one to the next are
 * painted where the first of them is.
 */
export async function shapesOf(folder: WorkFolder, frame: number): Promise<number> {
  const like = (await recordOf(folder, frame))?.like;
  return like !== undefined && like >= 0 && like < frame && existsSync(folder.frame(like)) ? like : frame;
}

/** Whether frames of a job may be found unchanged; elsewhere what they are painted from is not only source and paint. */
export function mayStandStill({ initNext, temporalWeight, passes, flowDir, mask }: Settings): boolean {
  return (
    initNext === 'blended' && temporalWeight > 0 && passes === 1 && flowDir === undefined && mask.length === 0
  );
}

/** Begins a motion ahead of its use, unless the frames show the same: then it will hardly be asked for. */
export function prefetchMotion(
  { from, to }: Direction,
  { settings, sources, flows }: Pick<PaintContext, 'settings' | 'sources' | 'flows'>,
): void {
  const begin = async () => {
    const same = mayStandStill(settings) && isUnchanged(await sources.get(from), await sources.get(to));
    if (!same) flows.prefetch(from, to);
  };
  begin().catch(() => undefined); // the error reaches whoever asks for the frame itself
}

/** What there is to know of a frame that shows what the one before shows; undefined where it does not. */
export async function unchangedFrame(
  link: Link,
  now: Picture,
  { settings, folder, sources, stylesOf }: PaintContext,
): Promise<UnchangedFrame | undefined> {
  const before = link.frame - 1;
  if (link.first || !mayStandStill(settings) || !sameShares(stylesOf(before), stylesOf(link.frame)))
    return undefined;
  const like = await shapesOf(folder, before);
  const content = await sources.get(like);
  if (!isUnchanged(now, content)) return undefined;
  const painted = await readFrame(folder.stylised(before));
  const { width, height } = painted;
  const certainty = { width, height, data: new Float32Array(width * height).fill(1) };
  const contrast = carriedContrast(painted, createFlowField(width, height), certainty);
  const record = await recordOf(folder, before);
  return {
    ...{ like, content, painted, certainty, look: { warped: painted, certainty, contrast } },
    settled: record && isSettled(record, settings) ? withoutHold(record, settings) : undefined,
  };
}

/**
 * Whether the painting of a frame that is shown again is as good as done: it was kept itself, the minimisation came to
 * rest, or on a frame that showed the same all its iterations, with tone and contrast held after them, got the stored
 * picture no further than a minimisation at rest gets.
 */
function isSettled({ start, like, stoppedBy, energy, iterations }: Before, { tolerance }: Settings): boolean {
  if (tolerance === 0 || energy === undefined) return false;
  if (start === 'unchanged' || stoppedBy === 'relative-change') return true;
  const steps = iterations.length - 1;
  if (like === undefined || steps < 1) return false;
  const fall = iterations[0].energy - energy;
  return fall < tolerance * (steps / DEFAULT_STOP.every) * Math.abs(energy);
}

/** The energy of a painting beside itself. */
function withoutHold({ energy, terms }: Before, { temporalWeight }: Settings): UnchangedFrame['settled'] {
  const { temporal = 0 } = terms;
  return { energy: energy! - temporalWeight * temporal, terms: { ...terms, temporal: 0 } };
}

/** The stored record of a painted frame; none where it is lost. */
async function recordOf(folder: WorkFolder, frame: number): Promise<Before | undefined> {
  try {
    return JSON.parse(await readFile(folder.energies(frame), 'utf8'));
  } catch {
    return undefined;
  }
}
