import { isUnchanged } from '../../flow/unchanged.js';
import type { SolveResult } from '../../nst/solver.js';
import { DEFAULT_STOP } from '../../nst/stop_rule.js';
import type { Picture, Plane } from '../../picture.js';
import { colourDetail } from '../../temporal/hold_detail.js';
import { carriedContrast, type Held } from '../../temporal/hold_look.js';
import { isThere } from '../../there.js';
import type { FrameStart } from '../events.js';
import type { Settings } from '../options/setting_types.js';
import { readEnergies } from '../work/energy_record.js';
import type { Direction } from '../work/flow_folder.js';
import type { WorkFolder } from '../work/work_folder.js';
import type { FreshResult } from './coarse_to_fine.js';
import type { PaintContext, Painted } from './paint_frame.js';
import { sameShares } from './style_pictures.js';

/** What a painted frame came to, as far as it says how the next is gone on with. */
interface Outcome extends Pick<SolveResult, 'energy' | 'terms'> {
  readonly start: FrameStart;
  readonly stoppedBy?: SolveResult['stoppedBy'] | undefined;
  /** The earlier frame of the film that it shows again. */
  readonly like?: number | undefined;
  readonly iterations: SolveResult['energies'];
}

/** Outcomes are kept for the frame after; by the next but two all is stored. */
const KEPT = 3;

/** Whether frames of a job may be found unchanged; elsewhere what they are painted from is not only source and paint. */
export function mayStandStill({ initNext, temporalWeight, passes, flowDir, mask }: Settings): boolean {
  return (
    initNext === 'blended' && temporalWeight > 0 && passes === 1 && flowDir === undefined && mask.length === 0
  );
}

/**
 * Which frames show again what an earlier one shows, and what came of painting them: what their stored records say,
 * also before these are written.
 */
export class Standing {
  readonly #likes = new Map<number, number>();
  readonly #outcomes = new Map<number, Promise<Outcome | undefined>>();

  constructor(
    private readonly folder: WorkFolder,
    private readonly settings: Settings,
  ) {}

  /**
   * The frame of the film that a painting has its shapes of: an earlier one that its frame shows again, otherwise that
   * itself. Motion that the painting is carried along by leads there: in a slow pan, frames that hardly differ from one
   * to the next are painted where the first of them is.
   */
  async shapesOf(frame: number): Promise<number> {
    if (!mayStandStill(this.settings)) return frame;
    const like = this.#likes.get(frame) ?? (await this.#stored(frame))?.like ?? frame;
    return like < frame && isThere(this.folder.frame(like)) ? like : frame;
  }

  /** A frame is about to be painted, as one that shows `like` again or itself for the first time. */
  begin(frame: number, like = frame): void {
    this.#likes.set(frame, like);
    this.#outcomes.delete(frame - KEPT);
  }

  /** A frame is painted. */
  painted(frame: number, { start, like, solved }: Painted): void {
    const outcome = Promise.resolve(solved).then(
      (found) => found && { ...found, start, like, iterations: found.energies },
    );
    // Whoever paints the frame tells of its failure.
    outcome.catch(() => {});
    this.#outcomes.set(frame, outcome);
  }

  /** What a frame came to; undefined where nothing is known of it. */
  async outcomeOf(frame: number): Promise<Outcome | undefined> {
    return this.#outcomes.has(frame) ? this.#outcomes.get(frame) : this.#stored(frame);
  }

  async #stored(frame: number): Promise<Outcome | undefined> {
    const { start, ...record } = (await readEnergies(this.folder.energies(frame))) ?? {};
    return start && { energy: undefined, terms: {}, iterations: [], ...record, start };
  }
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

/** An earlier frame that another shows again. */
export interface Like {
  readonly like: number;
  /** Its source stands for all that show the same, so that no grain is painted after. */
  readonly content: Picture;
}

/** The frame that this one shows again but for its grain; undefined where it is not what the one before shows. */
export async function likeOf(
  frame: number,
  now: Picture,
  { settings, sources, standing, stylesOf }: PaintContext,
): Promise<Like | undefined> {
  const before = frame - 1;
  if (!mayStandStill(settings) || !sameShares(stylesOf(before), stylesOf(frame))) return undefined;
  const like = await standing.shapesOf(before);
  const content = await sources.get(like);
  return isUnchanged(now, content) ? { like, content } : undefined;
}

/** What such a frame is held to: the painting before, all of it, where it is. */
export function heldStill(painted: Picture): { readonly certainty: Plane; readonly look: Held } {
  const { width, height } = painted;
  const certainty = { width, height, data: new Float32Array(width * height).fill(1) };
  const contrast = carriedContrast(painted, certainty);
  const detail = colourDetail(painted, certainty);
  return { certainty, look: { warped: painted, certainty, contrast, detail } };
}

/**
 * What the painting before came to where painting on would change next to nothing: it was kept itself, the minimisation
 * came to rest, or on a frame that showed the same all its iterations, with tone and contrast held after them, got the
 * stored picture no further than a minimisation at rest gets. Its energy is that beside itself.
 */
export function settledResult(
  painted: Picture,
  before: Outcome | undefined,
  { tolerance, temporalWeight }: Settings,
): FreshResult | undefined {
  if (tolerance === 0 || before?.energy === undefined) return undefined;
  const { start, like, stoppedBy, energy, iterations, terms } = before;
  const steps = iterations.length - 1;
  const rests = () => {
    if (like === undefined || steps < 1) return false;
    return iterations[0].energy - energy < tolerance * (steps / DEFAULT_STOP.every) * Math.abs(energy);
  };
  if (start !== 'unchanged' && stoppedBy !== 'relative-change' && !rests()) return undefined;
  const { temporal = 0 } = terms;
  return {
    picture: painted,
    energy: energy - temporalWeight * temporal,
    terms: { ...terms, temporal: 0 },
    energies: [],
    evaluations: 0,
    stoppedBy: 'relative-change',
    coarser: [],
  };
}
