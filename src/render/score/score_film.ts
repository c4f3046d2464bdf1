import { availableParallelism } from 'node:os';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import type { ScoreOptions } from '../options/options.js';
import type { Settings } from '../options/setting_types.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { version } from '../version.js';
import { driftOf } from './drift.js';
import { summariseFlicker } from './flicker.js';
import { type Measured, measure } from './measure.js';
import { ReportFolder } from './report_folder.js';
import { cutsOf } from './score_cuts.js';
import { ScoreEnergy } from './score_energy.js';
import { ScoreMotion } from './score_motion.js';
import { distanceScore, energyScore, type ScoreReport } from './score_report.js';
import { openFilms, pairsOf, type ScoredFilms } from './scored_films.js';
import { writeReport } from './write_report.js';

/** What comes of a score. */
export interface ScoreResult {
  /** All that was measured. */
  readonly report: ScoreReport;
  /** The folder that holds the report; undefined where none was asked for. */
  readonly output: string | undefined;
  /** Wall time, s. */
  readonly seconds: number;
}

/**
 * Measures how steady a stylised film is: temporal error at several distances, flicker, content and style energy, and
 * drift of colour. With `output`, a folder is made with `report.html`, its pictures and `score.json`.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param input The source film's file.
 * @param stylised What was made of it: a film, pictures, or a work folder, whose stored frames and flow are then used.
 * @param options By the names of the command line's options, without dashes; all have defaults.
 * @param jobOptions What stops the job; the same call then begins anew.
 */
export function scoreFilm(
  input: string,
  stylised: string,
  options: ScoreOptions = {},
  jobOptions: JobOptions = {},
): Job<ScoreResult> {
  return startJob(
    async (context) =>
      score(
        checkedPath(input, 'film'),
        checkedPath(stylised, 'stylised film'),
        resolveSettings('score', options),
        context,
      ),
    jobOptions,
  );
}

async function score(
  input: string,
  stylised: string,
  settings: Settings,
  context: JobContext,
): Promise<ScoreResult> {
  const began = performance.now();
  const { emit, signal } = context;
  const { distances, output, overwrite } = settings;
  const note = (message: string) => emit({ type: 'note', message });
  const films = await openFilms(input, stylised, settings, note);
  for (const message of films.notes) note(message);
  const cuts = await cutsOf(films, distances[distances.length - 1], settings.shots, context);
  const pairs = pairsOf(films.frames, distances, cuts);
  for (const [distance, frames] of pairs)
    if (frames.length === 0) note(`distance ${distance}: no two frames so far apart are in one shot`);
  const folder = output === undefined ? undefined : await ReportFolder.open(output, { overwrite });
  const threads = settings.threads ?? availableParallelism();
  const motion = await ScoreMotion.open(films, settings, threads, pairs, context);
  let energy: ScoreEnergy | undefined;
  try {
    energy = await ScoreEnergy.open(settings, films, threads, context);
    const measured = await measure(films, motion, energy, pairs, context);
    films.damage.source.tell();
    films.damage.stylised?.tell();
    const report = reportOf(films, { input, stylised }, settings, measured, { cuts, motion });
    if (folder) await writeReport(folder, { report, films, motion, flicker: measured.flicker }, signal);
    const seconds = (performance.now() - began) / 1000;
    emit({ type: 'scored', output, report, seconds });
    return { report, output, seconds };
  } finally {
    await Promise.all([motion.close(), energy?.close()]);
  }
}

function reportOf(
  { width, height, frames }: ScoredFilms,
  paths: { readonly input: string; readonly stylised: string },
  { distances, network }: Settings,
  { errors, energies, colours, flicker, blockEdges }: Measured,
  { cuts, motion }: { readonly cuts: readonly number[]; readonly motion: ScoreMotion },
): ScoreReport {
  const map = flicker.mean();
  return {
    schema: 1,
    program: version,
    ...paths,
    width,
    height,
    frames,
    cuts,
    errors: distances.map((distance) =>
      distanceScore(distance, motion.sourceOf(distance), errors.get(distance) ?? []),
    ),
    flicker: map && summariseFlicker(map, distances[0]),
    energy: energyScore(network, energies),
    blockEdges,
    drift: driftOf(colours, (frame) => cuts.filter((cut) => cut <= frame).length),
  };
}
