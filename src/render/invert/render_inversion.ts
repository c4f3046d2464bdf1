import { availableParallelism } from 'node:os';
import { contactSheet } from '../../frames/contact_sheet.js';
import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import { assertWritableStill, writeStill } from '../../frames/still_file.js';
import { noisePicture } from '../../nst/noise.js';
import { FrameSolver, type SolveResult } from '../../nst/solver.js';
import type { Picture } from '../../picture.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import { networkPath } from '../networks/network_path.js';
import type { Settings } from '../options/defaults.js';
import type { InvertOptions } from '../options/options.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { defaultInversionName } from '../output_name.js';
import { energyForm, stopRule } from '../paint/minimising.js';

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

async function invertAll(
  input: string,
  settings: Settings,
  context: JobContext,
): Promise<InversionResult> {
  const { emit, signal } = context;
  const began = performance.now();
  const output = settings.output ?? defaultInversionName(input, settings.all ? undefined : settings.layer);
  await assertWritableStill(output, settings);
  const note = (message: string) => emit({ type: 'note', message });
  const whole = await readPicture(input, { label: 'photo', note });
  const scale = Math.min(1, settings.size / Math.max(whole.width, whole.height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const photo = resizePicture(whole, side(whole.width), side(whole.height));
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const solver = await FrameSolver.start({
    networkPath: network,
    threads: settings.threads ?? availableParallelism(),
    runtime: settings.runtime,
    ...energyForm(settings),
  });
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
  const cells = found.map(({ layer, solved }) => labelled(solved.picture, layer));
  await writeStill(output, settings.all ? sheetOf(photo, cells) : found[0].solved.picture);
  const seconds = (performance.now() - began) / 1000;
  emit({ type: 'done', output, frames: found.length, seconds });
  return { output, layers: found.map(({ layer, solved }) => told(layer, solved, photo)), seconds };
}
