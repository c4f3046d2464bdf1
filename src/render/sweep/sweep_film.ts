import { decodeFrames } from '../../frames/decode.js';
import { probe } from '../../frames/probe.js';
import { joinRanges } from '../../frames/ranges.js';
import type { Picture } from '../../picture.js';
import { type Job, type JobContext, type JobOptions, startJob } from '../job.js';
import type { FilmOptions } from '../options/options.js';
import { checkedPath } from '../options/settings.js';
import { renderFilm } from '../render_film.js';
import type { FilmResult } from '../work/frame_result.js';
import { SweepFolder, type SweepResult, type SweptVariant } from './sweep_folder.js';
import { variantsOf } from './variants.js';

/** First, middle and last frame of each film. */
const COLUMNS = 3;

/**
 * Paints a film once for every combination of some options' values, and sets the first, middle and last frame of each
 * on one sheet. Each film has a work folder of its own, so that the same call goes on where it was stopped.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param film The film's file.
 * @param options Those of `renderFilm`; `output` is a folder, by default `film.sweep` beside the film.
 * @param sweeps What is tried, as for `sweepStill`.
 * @param jobOptions What stops the job.
 */
export function sweepFilm(
  film: string,
  options: Partial<FilmOptions>,
  sweeps: readonly string[],
  jobOptions: JobOptions = {},
): Job<SweepResult> {
  return startJob(async (context) => {
    const began = performance.now();
    const { list } = variantsOf('film', options, sweeps);
    const folder = await SweepFolder.open(
      checkedPath(film, 'film'),
      options.output,
      options.overwrite === true,
    );
    const swept: SweptVariant[] = [];
    const pictures: (Picture | undefined)[] = new Array(COLUMNS * list.length).fill(undefined);
    const labels = list.flatMap(({ lines }) => [lines, '', '']);
    for (const [k, { label, set, options: own }] of list.entries()) {
      context.emit({ type: 'note', message: `${k + 1} of ${list.length}: ${label}` });
      const output = folder.file(k, list[k], '.mp4');
      const wanted = { ...own, output, work: undefined, overwrite: true } as unknown as FilmOptions;
      const { frames } = await painted(film, wanted, context);
      swept.push({ label, set, path: output, energy: frames.at(-1)?.energy });
      for (const [column, picture] of (await shownFrames(output, context.signal)).entries())
        pictures[COLUMNS * k + column] = picture;
      await folder.writeSheet(pictures, labels, COLUMNS);
    }
    await folder.finish(swept);
    const seconds = (performance.now() - began) / 1000;
    context.emit({ type: 'done', output: folder.sheet, frames: list.length, seconds });
    return { output: folder.sheet, variants: swept, seconds };
  }, jobOptions);
}

async function painted(
  film: string,
  options: FilmOptions,
  { emit, signal }: JobContext,
): Promise<FilmResult> {
  const job = renderFilm(film, options, { signal });
  for await (const event of job) if (event.type !== 'done') emit(event);
  return job.result;
}

/** First, middle and last frame of a film as it is shown: what is done on the way to the encoder is seen too. */
async function shownFrames(path: string, signal: AbortSignal): Promise<Picture[]> {
  const media = await probe(path);
  const { frameCount, displayWidth: width, displayHeight: height } = media.video;
  const wanted = [0, (frameCount - 1) >> 1, frameCount - 1];
  const ranges = joinRanges(wanted.map((frame) => ({ first: frame, last: frame })));
  const found = new Map<number, Picture>();
  for await (const { index, picture } of decodeFrames(media, { width, height, ranges, signal }))
    found.set(index, picture);
  return wanted.map((frame) => found.get(frame) as Picture);
}
