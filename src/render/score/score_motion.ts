import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { requireEstimator } from '../../flow/estimator.js';
import { readFlo } from '../../flow/flo.js';
import { FlowWorkers } from '../../flow/flow_workers.js';
import { readPlane } from '../../frames/plane_file.js';
import type { Picture } from '../../picture.js';
import type { Settings } from '../options/defaults.js';
import type { StoredFlow } from '../work/flow_ahead.js';
import { FlowFolder } from '../work/flow_folder.js';
import type { ScoredFilms } from './scored_films.js';

/** Where the motion of a score comes from, for each distance. */
export class ScoreMotion {
  private constructor(
    private readonly films: ScoredFilms,
    private readonly settings: Settings,
    private readonly workers: FlowWorkers,
    private readonly folder: FlowFolder | undefined,
  ) {}

  /**
   * @param neighbours The frames whose flow to the frame before is wanted: `--flow-dir` must have it.
   * @throws NstError as FlowFolder.open and check; environment where the estimator's package is missing.
   */
  static async open(
    films: ScoredFilms,
    settings: Settings,
    threads: number,
    neighbours: readonly number[],
    note: (message: string) => void,
  ): Promise<ScoreMotion> {
    requireEstimator(settings.flow);
    const folder = settings.flowDir === undefined ? undefined : await FlowFolder.open(settings.flowDir);
    for (const message of (await folder?.check(neighbours, films)) ?? []) note(message);
    if (folder && settings.distances.some((distance) => distance > 1))
      note(`--flow-dir ${folder.path}: distances beyond 1 are estimated with --flow ${settings.flow}`);
    return new ScoreMotion(films, settings, new FlowWorkers({ threads }), folder);
  }

  /** What the report calls the motion at a distance. */
  sourceOf(distance: number): string {
    if (distance === 1 && this.folder) return basename(resolve(this.folder.path));
    return distance === 1 && this.films.stored ? 'stored' : this.settings.flow;
  }

  /** From frame `frame`, which looks like `current`, to the one `distance` before, `previous`. */
  async between(
    frame: number,
    distance: number,
    current: Picture,
    previous: Picture,
    signal: AbortSignal,
  ): Promise<StoredFlow> {
    if (distance === 1 && this.folder) return this.folder.read(frame, this.films, this.workers);
    const stored = distance === 1 && this.films.stored ? await this.#stored(frame) : undefined;
    return stored ?? this.workers.pair(previous, current, this.settings.flow, signal);
  }

  /** What the frame was painted with; frames that began afresh have none, or none that was used. */
  async #stored(frame: number): Promise<StoredFlow | undefined> {
    const { work } = this.films;
    if (!work || !existsSync(work.flow(frame)) || !existsSync(work.certainty(frame))) return undefined;
    const [backward, certainty] = await Promise.all([
      readFlo(work.flow(frame)),
      readPlane(work.certainty(frame)),
    ]);
    return { backward, certainty };
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
