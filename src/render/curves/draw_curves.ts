import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { NstError } from '../../error.js';
import { writeAtomic, writeError } from '../../frames/atomic.js';
import { hasFonts, writeSvgAsPng } from '../../frames/svg_file.js';
import { termWeight } from '../../nst/energy_form.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import type { CurvesOptions, StillOptions } from '../options/options.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { energyWeights } from '../paint/minimising.js';
import { paintSeveral } from '../paint_several.js';
import { type Curve, curvesCsv, curvesPlot } from './curves_plot.js';

/** What comes of comparing optimisers. */
export interface CurvesResult {
  /** The folder that holds `curves.svg`, `curves.png`, `curves.csv` and what each optimiser painted. */
  readonly output: string;
  /** Each optimiser's name with its least energy and the evaluations it took to every energy. */
  readonly curves: readonly {
    readonly name: string;
    readonly energy: number | undefined;
    readonly energies: readonly number[];
  }[];
  /** Wall time, s. */
  readonly seconds: number;
}

/** Steps of Adam that are compared, grey levels. */
const LEARNING_RATES = [0.1, 1, 10];

const COMPARED: readonly { name: string; file: string; options: Partial<StillOptions> }[] = [
  { name: 'L-BFGS', file: 'lbfgs.png', options: { optimizer: 'lbfgs' } },
  ...LEARNING_RATES.map((learningRate) => ({
    name: `Adam ${learningRate}`,
    file: `adam-${learningRate}.png`,
    options: { optimizer: 'adam', learningRate } as const,
  })),
];

/**
 * Paints a photo by L-BFGS and by Adam at steps of 0.1, 1 and 10 grey levels, from the same start and at one size, and
 * draws the energy and each of its terms against the evaluations it took.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param photo The picture's file.
 * @param options Those of `nst-video curves`; `output` is a folder, by default `photo.curves` beside the photo.
 * @param jobOptions What stops the job.
 */
export function drawCurves(
  photo: string,
  options: CurvesOptions,
  jobOptions: JobOptions = {},
): Job<CurvesResult> {
  return startJob(async (context) => compare(checkedPath(photo, 'picture'), options, context), jobOptions);
}

async function compare(photo: string, options: CurvesOptions, context: JobContext): Promise<CurvesResult> {
  const began = performance.now();
  const settings = resolveSettings('curves', options);
  const output = settings.output ?? join(dirname(photo), `${basename(photo, extname(photo))}.curves`);
  const file = (name: string) => join(output, name);
  if (!settings.overwrite && existsSync(file('curves.csv')))
    throw new NstError(
      'input',
      'OUTPUT_EXISTS',
      `${output} has curves in it already. To replace them add --overwrite.`,
    );
  await mkdir(output, { recursive: true }).catch((error) => {
    throw writeError(error, output);
  });
  // One size, and to the end: what is compared are evaluations of one energy.
  const whole = { coarsest: 0, tolerance: 0 };
  const weights = energyWeights(settings);
  const curves: Curve[] = [];
  const found: CurvesResult['curves'][number][] = [];
  await paintSeveral(
    photo,
    COMPARED.map((one) => ({ ...options, ...whole, ...one.options, output: file(one.file) })),
    context,
    ({ energy, evaluations }, k) => {
      const { name } = COMPARED[k];
      const weighted = (terms: Readonly<Record<string, number>>) =>
        Object.fromEntries(Object.entries(terms).map(([term, v]) => [term, v * termWeight(weights, term)]));
      curves.push({ name, records: evaluations.map((r) => ({ ...r, terms: weighted(r.terms) })) });
      found.push({ name, energy, energies: evaluations.map((r) => r.energy) });
    },
  );
  const svg = curvesPlot(curves);
  await writeAtomic(file('curves.svg'), svg);
  if (!(await hasFonts()))
    context.emit({
      type: 'note',
      message: 'This system has no fonts: curves.png has no words in it, curves.svg has.',
    });
  await writeSvgAsPng(file('curves.png'), svg);
  await writeAtomic(file('curves.csv'), curvesCsv(curves));
  const seconds = (performance.now() - began) / 1000;
  context.emit({ type: 'done', output, frames: COMPARED.length, seconds });
  return { output, curves: found, seconds };
}
