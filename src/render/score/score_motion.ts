import { basename, resolve } from 'node:path';
import type { Estimator } from '../../flow/estimator.js';
import { FlowWorkers } from '../../flow/flow_workers.js';
import type { Motion } from '../../flow/motion.js';
import type { Picture } from '../../picture.js';
import type { JobContext } from '../job.js';
import { estimatorName, estimatorOf, requireFlow, tryFlowModel } from '../learned_flow.js';
import type { Settings } from '../options/setting_types.js';
import { FlowFolder } from '../work/flow_folder.js';
import { hasMotion, readMotion } from '../work/flow_store.js';
import type { ScoredFilms } from './scored_films.js';

/** The later frames of the pairs at each distance, by distance, ascending. */
export type Pairs = ReadonlyMap<number, readonly number[]>;

/**
 * Where the motion of a score comes from: the folder of `--flow-dir`, else the work folder whose frames are scored,
 * for distances all of whose pairs are there; else an estimator. The least distance must be in the folder.
 */
export class ScoreMotion {
  private constructor(
    private readonly films: ScoredFilms,
    private readonly estimator: { readonly name: string; readonly use: Estimator },
    private readonly workers: FlowWorkers,
    private readonly folder: FlowFolder | undefined,
    /** What holds the flow of a distance. */
    private readonly sources: ReadonlyMap<number, 'folder' | 'stored' | 'estimated'>,
  ) {}

  /** @throws NstError as FlowFolder.open and check, requireFlow and tryFlowModel. */
  static async open(
    films: ScoredFilms,
    settings: Settings,
    threads: number,
    pairs: Pairs,
    { emit, signal }: JobContext,
  ): Promise<ScoreMotion> {
    const note = (message: string) => emit({ type: 'note', message });
    requireFlow(settings);
    const folder = settings.flowDir === undefined ? undefined : await FlowFolder.open(settings.flowDir);
    // Whoever names a model wants to hear from it.
    const work = films.stored && settings.flowModel === undefined ? films.work : undefined;
    const sources = new Map<number, 'folder' | 'stored' | 'estimated'>();
    const [least] = pairs.keys();
    for (const [distance, frames] of pairs) {
      const motions = frames.map((from) => ({ from, to: from - distance }));
      if (folder && (distance === least || motions.every((motion) => folder.holds(motion)))) {
        for (const message of await folder.check(motions, films)) note(message);
        sources.set(distance, 'folder');
      } else if (!folder && work && motions.every((motion) => hasMotion(work, motion)))
        sources.set(distance, 'stored');
      else sources.set(distance, 'estimated');
      if (folder && sources.get(distance) === 'estimated')
        note(`distance ${distance}: not all of its flow is in ${folder.path}; it is estimated`);
    }
    for (const message of await tryFlowModel(settings, films, threads, signal)) note(message);
    const estimator = { name: estimatorName(settings), use: estimatorOf(settings, threads) };
    return new ScoreMotion(films, estimator, new FlowWorkers({ threads }), folder, sources);
  }

  /** What the report calls the motion at a distance. */
  sourceOf(distance: number): string {
    const source = this.sources.get(distance);
    if (source === 'folder' && this.folder) return basename(resolve(this.folder.path));
    return source === 'stored' ? source : this.estimator.name;
  }

  /** From frame `frame`, which looks like `current`, to the one `distance` before, `previous`. */
  async between(
    frame: number,
    distance: number,
    current: Picture,
    previous: Picture,
    signal: AbortSignal,
  ): Promise<Motion> {
    const source = this.sources.get(distance);
    const motion = { from: frame, to: frame - distance };
    if (source === 'folder' && this.folder) return this.folder.read(motion, this.films, this.workers);
    const { work } = this.films;
    if (source === 'stored' && work) return readMotion(work, motion);
    const pair = await this.workers.pair(previous, current, this.estimator.use, signal);
    return { flow: pair.backward, certainty: pair.certainty };
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
