import { invalidArgument } from '../../error.js';
import { contactSheet } from '../../frames/contact_sheet.js';
import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import { assertWritableStill, writeStill } from '../../frames/still_file.js';
import { noisePicture } from '../../nst/noise.js';
import type { FrameSolver, SolveResult } from '../../nst/solver.js';
import type { Picture } from '../../picture.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import { networkPath } from '../networks/network_path.js';
import type { InvertOptions } from '../options/options.js';
import type { Settings } from '../options/setting_types.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { defaultInversionName } from '../output_name.js';
import { type FrameRequest, optimisation } from '../paint/minimising.js';
import { startSolver } from '../paint/start_solver.js';

/** A picture that was found by the features of one layer. */
export interface Inverted {
  /** The layer, `relu3_1`. */
  readonly layer: string;
  /** ‖Φ(x) − Φ₀‖² / ‖Φ₀‖²: how much of the layer's features the picture lacks; undefined with `iterations` 0. */
  readonly distance: number | undefined;
  /** Mean squared difference from the photo, over all samples 0..255. */
  readonly difference: number;
  /** Steps the optimiser took. */
  readonly iterations: number;
}

/** What comes of inverting a photo's features. */
export interface InversionResult {
  /** The picture, or sheet, that was written. */
  readonly output: string;
  /** What was found, by layer in the order of the network. */
  readonly layers: readonly Inverted[];
  /** Wall time, s. */
  readonly seconds: number;
}

/** Noise of few grey levels: what is seen in the end was put there by the features (the paper's start). */
const NOISE = 8;

/**
 * Looks for a picture whose features at one layer are those of a photo, and shows so what the layer knows of it
 * (Mahendran & Vedaldi 2015, "Understanding deep image representations by inverting them"); of all layers as a sheet.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param photo The picture's file.
 * @param options By the names of the command line's options, without dashes.
 * @param jobOptions What stops the job; nothing is kept of an inversion that was stopped.
 */
export function invertPicture(
  photo: string,
  options: InvertOptions = {},
  jobOptions: JobOptions = {},
): Job<InversionResult> {
  return startJob(
    async (context) => invertAll(checkedPath(photo, 'picture'), resolveSettings('invert', options), context),
    jobOptions,
  );
}

async function invertAll(input: string, settings: Settings, context: JobContext): Promise<InversionResult> {
  const { emit, signal } = context;
  const began = performance.now();
  if (!Number.isInteger(4 * settings.beta))
    throw invalidArgument('--beta', 'a multiple of 0.25 from 1 to 4', settings.beta);
  const output = settings.output ?? defaultInversionName(input, settings.all ? undefined : settings.layer);
  await assertWritableStill(output, settings);
  const note = (message: string) => emit({ type: 'note', message });
  const whole = await readPicture(input, { label: 'photo', note });
  const scale = Math.min(1, settings.size / Math.max(whole.width, whole.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const photo = resizePicture(whole, side(whole.width), side(whole.height));
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const solver = await startSolver(network, { ...settings, precision: 'float32' });
  const found: { layer: string; solved: SolveResult }[] = [];
  try {
    const layers = settings.all ? solver.networkInfo().layers : [settings.layer];
    for (const [k, layer] of layers.entries()) {
      const at = { frame: k, place: k + 1, frames: layers.length };
      found.push({ layer, solved: await invertLayer(solver, { photo, layer, at }, settings, context) });
    }
  } finally {
    await solver.close();
  }
  const pictures = found.map(({ solved }) => solved.picture);
  const labels = found.map(({ layer }) => layer);
  await writeStill(output, settings.all ? sheet([photo, ...pictures], ['photo', ...labels]) : pictures[0]);
  const seconds = (performance.now() - began) / 1000;
  emit({ type: 'done', output, frames: found.length, seconds });
  return { output, layers: found.map(({ layer, solved }) => told(layer, solved, photo)), seconds };
}

/** The steps of one layer; the photo's other layers are told of as further frames. */
async function invertLayer(
  solver: FrameSolver,
  { photo, layer, at }: { photo: Picture; layer: string; at: FrameRequest['at'] },
  settings: Settings,
  { emit, signal }: JobContext,
): Promise<SolveResult> {
  const { iterations, tv, beta, seed } = settings;
  return solver.invert({
    photo,
    layer,
    tv,
    beta,
    start: noisePicture(photo.width, photo.height, seed, NOISE),
    ...optimisation(settings),
    iterations: iterations.first,
    signal,
    onIteration: (record) => emit({ type: 'iteration', ...at, iterations: iterations.first, ...record }),
  });
}

function told(layer: string, { picture, terms, energies }: SolveResult, photo: Picture): Inverted {
  const sum = picture.data.reduce((total, value, i) => total + (value - photo.data[i]) ** 2, 0);
  return {
    layer,
    distance: terms.features,
    difference: sum / picture.data.length,
    iterations: energies.at(-1)?.iteration ?? 0,
  };
}

/** Pictures in rows that are about as wide as they are high together. */
function sheet(pictures: readonly Picture[], labels: readonly string[]): Picture {
  const columns = Math.ceil(Math.sqrt((pictures.length * pictures[0].height) / pictures[0].width));
  const starts = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) => row * columns);
  const rows = starts.map((start) => pictures.slice(start, start + columns));
  return contactSheet(rows, { labels: starts.map((start) => labels.slice(start, start + columns)) });
}
