import { NstError } from '../../error.js';
import type { SolveResult } from '../../nst/solver.js';
import type { FrameStart } from '../events.js';
import { type EnergyRecord, readEnergies } from './energy_record.js';
import type { WorkFolder } from './work_folder.js';

/** One painted frame of a film. */
export interface FrameResult {
  /** The frame's number in the film, from 0. */
  readonly frame: number;
  /** Which pass painted it, the last one; undefined where there is only one. */
  readonly pass?: number | undefined;
  /** How the frame began; undefined where the work folder has lost its record. */
  readonly start: FrameStart | undefined;
  /** Energy of the stored picture; undefined where the frame was left unpainted or its record is lost. */
  readonly energy: number | undefined;
  /** Each term of that energy before its weight, by name: `content.LAYER`, `style.LAYER`, `temporal`, `tv`. */
  readonly terms: Readonly<Record<string, number>>;
  /** Steps the optimiser took. */
  readonly iterations: number;
  /** Wall time spent on the frame, s; undefined where an earlier run painted it. */
  readonly seconds: number | undefined;
  /** The stored picture, 16-bit PNG, in the colours it was painted in: `colour` after the optimisation is not in it. */
  readonly path: string;
}

/** What comes of a job that makes a film. */
export interface FilmResult {
  /** The film, or the folder of pictures, that was written. */
  readonly output: string;
  /** The folder that keeps all the job made. */
  readonly workFolder: string;
  /** The frames in `output`, in their order, those of earlier runs too. */
  readonly frames: readonly FrameResult[];
  /** Wall time of this run, s. */
  readonly seconds: number;
}

/** What painting a picture came to, for its result and its stored record. */
export type Outcome = Pick<FrameResult, 'energy' | 'terms' | 'iterations'>;

/** Of a picture that was left as it was. */
export const UNPAINTED: Outcome = { energy: undefined, terms: {}, iterations: 0 };

export function outcomeOf({ energy, terms, energies }: SolveResult): Outcome {
  // Record 0 is the start picture.
  return { energy, terms, iterations: energies.at(-1)?.iteration ?? 0 };
}

/**
 * The results of frames that are stored in a work folder, in the order of `frames`.
 * @param painted What this run has painted itself; the others are read from the stored energies.
 * @param pass Whose frames they are, where not the last's.
 */
export async function frameResults(
  folder: WorkFolder,
  frames: readonly number[],
  painted: ReadonlyMap<number, FrameResult>,
  pass?: number,
): Promise<FrameResult[]> {
  const results: FrameResult[] = [];
  for (const frame of frames) results.push(painted.get(frame) ?? (await storedResult(folder, frame, pass)));
  return results;
}

/** What is known of a frame whose record is lost. */
const NOTHING: EnergyRecord = { terms: {}, iterations: [] };

async function storedResult(folder: WorkFolder, frame: number, of?: number): Promise<FrameResult> {
  const path = of ? folder.passPicture(of, frame) : folder.stylised(frame);
  const record = of ? folder.passEnergies(of, frame) : folder.energies(frame);
  const common = { frame, seconds: undefined, path };
  try {
    const { pass, start, energy, terms, iterations } = (await readEnergies(record)) ?? NOTHING;
    return { ...common, pass, start, energy, terms, iterations: iterations.at(-1)?.iteration ?? 0 };
  } catch (error) {
    // Those whom a damaged record could mislead have refused it before.
    if (!(error instanceof NstError)) throw error;
    return { ...common, start: undefined, ...UNPAINTED };
  }
}
