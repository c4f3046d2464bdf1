import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { invalidArgument, NstError } from '../error.js';
import { paintWithin } from '../frames/alpha.js';
import { writeAtomic } from '../frames/atomic.js';
import { encodeFilm } from '../frames/encode.js';
import { encodePictures } from '../frames/encode_pictures.js';
import { assertWritableOutput, outputKind } from '../frames/output.js';
import { readFrame } from '../frames/picture_file.js';
import { readPlane } from '../frames/plane_file.js';
import type { MediaInfo } from '../frames/probe.js';
import type { FrameRange } from '../frames/ranges.js';
import type { FilmParts } from '../frames/stream_trial.js';
import { didYouMean } from '../nearest.js';
import type { Picture } from '../picture.js';
import { isThere } from '../there.js';
import { showingOf } from './colour/after_painting.js';
import { type ColourSettings, coloursOfWork } from './colour/colour_settings.js';
import { type Job, type JobContext, type JobOptions, startJob } from './job.js';
import type { EncodeOptions } from './options/options.js';
import type { Settings } from './options/setting_types.js';
import { checkedPath, resolveSettings } from './options/settings.js';
import { defaultWorkFolder } from './output_name.js';
import { type AlphaPlan, planAlpha } from './reading.js';
import { passesOf } from './work/continue_pass.js';
import { readPainting } from './work/damage.js';
import { type FilmResult, frameResults } from './work/frame_result.js';
import { type Manifest, readManifest } from './work/manifest.js';
import { toRanges } from './work/source_frames.js';
import { WorkFolder } from './work/work_folder.js';
import { sourceOfWork } from './work_source.js';

/** A stored source frame with its alpha. */
async function readSource(folder: WorkFolder, frame: number): Promise<Picture> {
  const { data: alpha } = await readPlane(folder.alpha(frame));
  return { ...(await readFrame(folder.frame(frame))), alpha };
}

export interface EncodeJob extends JobContext {
  readonly folder: WorkFolder;
  /** The pass whose frames are wanted, kept beside the film's own; by default those. */
  readonly pass?: number | undefined;
  readonly media: MediaInfo;
  readonly size: { readonly width: number; readonly height: number };
  readonly output: string;
  readonly ranges: readonly FrameRange[];
  readonly alpha: AlphaPlan;
  /** All that the film gets besides its picture, where that is found out and told. */
  readonly parts?: FilmParts | undefined;
  /** Whether nothing but the stored frames can be had. */
  readonly sourceGone?: boolean;
  readonly colours: ColourSettings;
}

/** Makes the output of stored frames, with the sound of exactly those. */
export async function encodeFrames(job: EncodeJob): Promise<void> {
  const { folder, media, alpha, emit, pass } = job;
  const pathOf = (frame: number) => (pass ? folder.passPicture(pass, frame) : folder.stylised(frame));
  const finished = await (pass ? folder.paintedIn(pass) : folder.finished());
  const recordOf = (frame: number) => (pass ? folder.passEnergies(pass, frame) : folder.energies(frame));
  const show = await showingOf(folder, finished, pathOf, job.colours, recordOf);
  const frames = job.ranges.reduce((sum, r) => sum + r.last - r.first + 1, 0);
  async function* stored(): AsyncGenerator<Picture> {
    let place = 0;
    for (const { first, last } of job.ranges)
      for (let i = first; i <= last; i++) {
        const painted = await readPainting(pathOf(i));
        const shown = await show(i, painted);
        yield alpha.kept ? paintWithin(await readSource(folder, i), shown) : shown;
        emit({ type: 'encode', place: ++place, frames });
      }
  }
  const pictures = { [Symbol.asyncIterator]: stored };
  const common = { output: job.output, frames: pictures, ranges: job.ranges, signal: job.signal };
  const { frameCount, frameRate } = media.video;
  if ((await outputKind(job.output)) === 'pictures') {
    await writeAtomic(folder.writingPictures, resolve(job.output));
    await encodePictures({ ...common, frameCount });
    await rm(folder.writingPictures);
    return;
  }
  const film = { ...common, ...job.size, frameRate, source: media, encoder: alpha.encoder };
  const { notes } = await encodeFilm({ ...film, parts: job.parts, sourceGone: job.sourceGone });
  for (const message of notes) emit({ type: 'note', message });
}

/**
 * Makes a film of what is finished in a work folder so far.
 *
 * Throws nothing itself: the job fails, with an `NstError`; among others input WORK_FOLDER_BAD where there is no
 * manifest or no finished frame. A note says what the output lacks if the source film is gone or changed.
 *
 * @param folder The work folder, `<output>.nst`.
 * @param options By the names of the command line's options, without dashes; `output` has no default here.
 * @param jobOptions What stops the job; nothing is left of an output that was not finished.
 */
export function encodeWorkFolder(
  folder: string,
  options: EncodeOptions,
  jobOptions: JobOptions = {},
): Job<FilmResult> {
  return startJob(
    async (context) =>
      encodeFinished(
        checkedPath(folder, 'work folder'),
        resolveSettings('encode', options),
        options,
        context,
      ),
    jobOptions,
  );
}

/** The work folder of a film that was named in its place. */
function besideFilm(path: string): string[] {
  const folder = defaultWorkFolder(path);
  return isThere(folder) ? [folder] : [];
}

/** The pass that --pass asks for; undefined where it is the last, whose frames are the film's. */
function keptPass({ pass }: Settings, manifest: Manifest): number | undefined {
  const last = passesOf(manifest);
  if (pass !== undefined && pass > last) throw invalidArgument('--pass', `a pass from 1 to ${last}`, pass);
  return pass === last ? undefined : pass;
}

async function encodeFinished(
  path: string,
  settings: Settings,
  given: EncodeOptions,
  { emit, signal }: JobContext,
): Promise<FilmResult> {
  const began = performance.now();
  const folder = new WorkFolder(path);
  await folder.requireFolders();
  const manifest = await readManifest(folder.manifest);
  if (!manifest)
    throw new NstError(
      'input',
      'WORK_FOLDER_BAD',
      `${path}: expected a work folder, found no manifest.json${didYouMean(path, besideFilm(path))}`,
    );
  const output = settings.output;
  if (output === undefined)
    throw new NstError('usage', 'INVALID_ARGUMENT', '--output: expected a file to write, found nothing');
  await assertWritableOutput(output, { overwrite: settings.overwrite });
  const pass = keptPass(settings, manifest);
  const finished = await (pass ? folder.paintedIn(pass) : folder.finished());
  if (finished.length === 0) {
    const what = pass
      ? `frames of pass ${pass}, which --keep-passes keeps, found none`
      : 'finished frames, found none yet';
    throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: expected ${what}`);
  }
  const { media, note, alone } = await sourceOfWork(folder, manifest, settings);
  if (note) emit({ type: 'note', message: note });
  const alpha = await planAlpha(media, output, settings);
  if (alpha.note) emit({ type: 'note', message: alpha.note });
  const ranges = toRanges(finished);
  await encodeFrames({
    folder,
    pass,
    media,
    size: { width: manifest.film.width, height: manifest.film.height },
    output,
    ranges,
    alpha,
    sourceGone: alone,
    colours: coloursOfWork(manifest, given),
    emit,
    signal,
  });
  const seconds = (performance.now() - began) / 1000;
  const frames = await frameResults(folder, finished, new Map(), pass);
  emit({ type: 'done', output, frames: finished.length, seconds });
  return { output, workFolder: path, frames, seconds };
}
