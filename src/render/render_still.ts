import { invalidArgument } from '../error.js';
import { paintWithin } from '../frames/alpha.js';
import { readPicture } from '../frames/picture_file.js';
import { resizePicture } from '../frames/resize.js';
import { assertWritableStill, stillHoldsAlpha, writeStill } from '../frames/still_file.js';
import type { IterationRecord } from '../nst/minimise.js';
import { shownStill } from './colour/after_painting.js';
import { asPaintedOn, recoloured } from './colour/before_painting.js';
import { samplePixels } from './colour/pixel_sample.js';
import { type Job, type JobContext, type JobOptions, startJob } from './job.js';
import { readMaskedStyles } from './masks/masked_styles.js';
import { stillMasks } from './masks/still_masks.js';
import { networkPath } from './networks/network_path.js';
import type { StillOptions } from './options/options.js';
import type { Settings } from './options/setting_types.js';
import { checkedPath, resolveSettings } from './options/settings.js';
import { defaultStillName } from './output_name.js';
import { paintFresh } from './paint/coarse_to_fine.js';
import { checkInit, readStart } from './paint/ground.js';
import { describeFit } from './paint/memory_limit.js';
import { startSolver } from './paint/start_solver.js';
import { outcomeOf, UNPAINTED } from './work/frame_result.js';

/** What comes of painting a photograph. */
export interface StillResult {
  /** The picture that was written. */
  readonly output: string;
  /** Its width, px. */
  readonly width: number;
  /** Its height, px. */
  readonly height: number;
  /** Energy of the picture; undefined where it was left unpainted, with `iterations` 0. */
  readonly energy: number | undefined;
  /** Each term of that energy before its weight, by name: `content.LAYER`, `style.LAYER`, `temporal` (0), `tv`. */
  readonly terms: Readonly<Record<string, number>>;
  /** Steps the optimiser took. */
  readonly iterations: number;
  /** Every evaluation in order, counted over all sizes it was painted at (`coarsest`). */
  readonly evaluations: readonly IterationRecord[];
  /** Wall time, s. */
  readonly seconds: number;
}

/**
 * Paints one photograph like the first frame of a film; any size, odd ones too.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param input The picture's file.
 * @param options By the names of the command line's options, without dashes; only `style` has no default.
 * @param jobOptions What stops the job; nothing is kept of a still that was stopped.
 */
export function renderStill(
  input: string,
  options: StillOptions,
  jobOptions: JobOptions = {},
): Job<StillResult> {
  return startJob(
    async (context) => paintStill(checkedPath(input, 'picture'), resolveSettings('image', options), context),
    jobOptions,
  );
}

async function paintStill(input: string, settings: Settings, context: JobContext): Promise<StillResult> {
  const { emit, signal } = context;
  const began = performance.now();
  const note = (message: string) => emit({ type: 'note', message });
  if (settings.style.length === 0) throw invalidArgument('--style', 'a picture of a painting', undefined);
  checkInit(settings);
  const output = settings.output ?? defaultStillName(input, settings.style);
  await assertWritableStill(output, { overwrite: settings.overwrite });
  const picture = await readPicture(input, {
    label: 'photo',
    longSide: Math.max(settings.size, 4096),
    keepAlpha: true,
    note,
  });
  if (picture.alpha) {
    const kept = stillHoldsAlpha(output) ? 'keeps its alpha' : 'the output cannot hold its alpha';
    note(`The photo ${input} has alpha: it is painted over black and ${kept}.`);
  }
  const longSide = Math.max(picture.width, picture.height);
  const scale = settings.enlarge || settings.size < longSide ? settings.size / longSide : 1;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const content = resizePicture(picture, side(picture.width), side(picture.height));
  const colours = samplePixels(content);
  const styles = (await readMaskedStyles(settings, content, note)).map((style) => ({
    ...style,
    picture: recoloured(style.picture, colours, settings),
  }));
  const masks = await stillMasks(settings, content, input);
  const given = await readStart(settings, content, note);
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  let painted = content;
  let outcome = UNPAINTED;
  let evaluations: readonly IterationRecord[] = [];
  if (settings.iterations.first > 0) {
    const solver = await startSolver(network, settings);
    try {
      const fit = await solver.fit(content);
      const how = fit && describeFit(fit, settings);
      if (how) note(how);
      const ground = asPaintedOn(content, settings);
      const at = { frame: 0, place: 1, frames: 1 };
      const solved = await paintFresh(
        { solver, content: ground, masks, styles, given, at },
        settings,
        context,
      );
      painted = solved.picture;
      outcome = outcomeOf(solved);
      evaluations = [...solved.coarser.flatMap((size) => size.iterations), ...solved.energies];
    } finally {
      await solver.close();
    }
  }
  await writeStill(output, paintWithin(content, shownStill(painted, content, settings, masks)));
  const seconds = (performance.now() - began) / 1000;
  emit({ type: 'done', output, frames: 1, seconds });
  return { output, width: painted.width, height: painted.height, ...outcome, evaluations, seconds };
}
