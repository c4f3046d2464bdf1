import { frameName } from '../work/work_folder.js';
import { scaledPicture } from './colour_scale.js';
import type { FlickerMap } from './flicker.js';
import type { ReportFolder } from './report_folder.js';
import { reportPage, type ShownFrame } from './report_page.js';
import type { ScoreMotion } from './score_motion.js';
import type { ScoreReport } from './score_report.js';
import type { ScoredFilms } from './scored_films.js';
import { storedEnergies } from './stored_energy.js';
import { chooseWorst, showWorst } from './worst_frames.js';

/** What a report is written of. */
export interface Reported {
  readonly report: ScoreReport;
  readonly films: ScoredFilms;
  readonly motion: ScoreMotion;
  readonly flicker: FlickerMap;
}

/** Writes pictures, then `score.json`, then the page, in place of an older report. */
export async function writeReport(
  folder: ReportFolder,
  { report, films, motion, flicker }: Reported,
  signal: AbortSignal,
): Promise<void> {
  await folder.clear();
  const map = flicker.mean();
  const mapFile =
    map && report.flicker
      ? await folder.writePicture('flicker', scaledPicture(map, report.flicker.fullScale))
      : undefined;
  const { frames: errors, distance } = report.errors[0];
  const worst = chooseWorst(errors);
  const shown: ShownFrame[] = [];
  for await (const found of showWorst(films, motion, worst, distance, signal)) {
    const { error, fullColour } = found;
    const write = (name: keyof ShownFrame['files']) =>
      folder.writePicture(`${frameName(error.frame)}-${name}`, found[name]);
    const files = {
      source: await write('source'),
      stylised: await write('stylised'),
      warped: await write('warped'),
      difference: await write('difference'),
      flow: await write('flow'),
      certainty: await write('certainty'),
    };
    shown.push({ error, distance, fullColour, files });
  }
  const stored = films.work ? await storedEnergies(films.work, films.frames, report.cuts) : [];
  await folder.writeJson(report);
  const inOrder = [...shown].sort((a, b) => worst.indexOf(a.error) - worst.indexOf(b.error));
  await folder.writePage(reportPage({ report, flicker: mapFile, worst: inOrder, stored }));
}
