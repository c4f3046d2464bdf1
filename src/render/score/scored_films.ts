import { invalidArgument, NstError } from '../../error.js';
import { decodeFrames } from '../../frames/decode.js';
import { type MediaInfo, probe } from '../../frames/probe.js';
import { countFrames, type FrameRange, frameNumbers, parseRanges } from '../../frames/ranges.js';
import type { Picture } from '../../picture.js';
import { printable } from '../../printable.js';
import { showingOf } from '../colour/after_painting.js';
import { coloursOfWork } from '../colour/colour_settings.js';
import { FilmDamage } from '../film_damage.js';
import type { Settings } from '../options/setting_types.js';
import { defaultWorkFolder } from '../output_name.js';
import { readingOf } from '../reading.js';
import { readPainting } from '../work/damage.js';
import { inputHash } from '../work/file_hash.js';
import { type Manifest, readManifest } from '../work/manifest.js';
import { asStored, toRanges } from '../work/source_frames.js';
import { WorkFolder } from '../work/work_folder.js';

/** A frame of the source beside what was made of it, both of the stylised size. */
export interface FramePair {
  /** Its number in the source, from 0. */
  readonly frame: number;
  readonly source: Picture;
  readonly stylised: Picture;
}

/** What decoding finds wrong with the source and with the stylised film. */
export interface FilmDamages {
  readonly source: FilmDamage;
  readonly stylised?: FilmDamage;
}

/** A source film and what was made of it, looked at but not yet decoded. */
export interface ScoredFilms {
  readonly width: number;
  readonly height: number;
  readonly source: MediaInfo;
  /** The frames to measure, by their numbers in the source, ascending. */
  readonly frames: readonly number[];
  /** Where the stylised film was painted, if that is known and there. */
  readonly work: WorkFolder | undefined;
  /** Whether frames and flow are read from `work`, not from a film. */
  readonly stored: boolean;
  readonly notes: readonly string[];
  /** What decoding finds wrong with the films. */
  readonly damage: FilmDamages;
  /** Pairs of some of `frames`, in their order. */
  read(frames: readonly number[], signal: AbortSignal): AsyncGenerator<FramePair>;
}

/** Stylised frames are of even size: the source's shape may be off by that much, px. */
const SHAPE_TOLERANCE = 2;

/**
 * Looks at both films and finds which frames of the one belong to which of the other. A work folder says so itself; a
 * film has all frames of the source, or just those that `--frames` names.
 *
 * @throws NstError input FRAMES_DIFFER with both counts, FRAMES_MISSING where a work folder lacks wanted ones,
 *   FILE_CHANGED where it was made from another film; usage as parseRanges; what `probe` throws.
 */
export async function openFilms(
  input: string,
  stylised: string,
  settings: Settings,
  note: (message: string) => void,
): Promise<ScoredFilms> {
  const folder = new WorkFolder(stylised.replace(/[\\/]+$/, ''));
  const manifest = await readManifest(folder.manifest);
  if (manifest) await folder.requireFolders();
  return manifest
    ? openWork(input, folder, manifest, settings, note)
    : openFilm(input, stylised, settings, note);
}

async function openWork(
  input: string,
  work: WorkFolder,
  manifest: Manifest,
  settings: Settings,
  note: (message: string) => void,
): Promise<ScoredFilms> {
  const source = await probe(input, {
    ...readingOf(settings),
    ...manifest.input.reading,
    videoStream: manifest.film.stream,
  });
  if ((await inputHash(source)) !== manifest.input.sha256)
    throw new NstError(
      'input',
      'FILE_CHANGED',
      `${input}: expected the film that ${work.path} was made from (${printable(manifest.input.path)}), found other contents`,
    );
  const finished = new Set(await work.finished());
  const wanted = settings.frames
    ? [...frameNumbers(parseRanges(settings.frames, source.video.frameCount))]
    : [...finished];
  const missing = wanted.filter((frame) => !finished.has(frame));
  if (missing.length > 0 || wanted.length === 0)
    throw new NstError(
      'input',
      'FRAMES_MISSING',
      missing.length > 0
        ? `${work.path}: expected ${wanted.length} finished frames, ${missing.length} are missing, the first ${missing[0]}`
        : `${work.path}: expected finished frames, found none yet`,
    );
  const { width, height } = manifest.film;
  const all = [...finished].sort((a, b) => a - b);
  const show = await showingOf(
    work,
    all,
    (i) => work.stylised(i),
    coloursOfWork(manifest),
    (i) => work.energies(i),
  );
  const damage = { source: new FilmDamage(source.video, note) };
  async function* read(frames: readonly number[], signal: AbortSignal): AsyncGenerator<FramePair> {
    const decoding = { width, height, ranges: toRanges(frames), signal, onDamage: damage.source.hear };
    for await (const { index, picture } of decodeFrames(source, decoding)) {
      const stylised = await show(index, await readPainting(work.stylised(index)));
      yield { frame: index, source: asStored(picture), stylised };
    }
  }
  return { width, height, source, frames: wanted, work, stored: true, notes: source.notes, damage, read };
}

async function openFilm(
  input: string,
  stylised: string,
  settings: Settings,
  note: (message: string) => void,
): Promise<ScoredFilms> {
  const source = await probe(input, readingOf(settings));
  const painted = await probe(stylised);
  const { displayWidth: width, displayHeight: height } = painted.video;
  const notes = [...source.notes, ...shapeNote(source, painted, stylised)];
  const wanted = wantedRanges(source, painted, settings, { input, stylised });
  const frames = [...frameNumbers(wanted)];
  const whole = painted.video.frameCount === source.video.frameCount;
  // The number of a frame in the stylised film.
  const places = new Map(frames.map((frame, k) => [frame, whole ? frame : k]));
  const damage = {
    source: new FilmDamage(source.video, note),
    stylised: new FilmDamage(painted.video, note, stylised),
  };
  async function* read(some: readonly number[], signal: AbortSignal): AsyncGenerator<FramePair> {
    const of = (media: MediaInfo, { hear: onDamage }: FilmDamage, numbers: readonly number[]) =>
      decodeFrames(media, { width, height, ranges: toRanges(numbers), signal, onDamage });
    const stylisedFrames = of(
      painted,
      damage.stylised,
      some.map((frame) => places.get(frame) as number),
    );
    try {
      for await (const { index, picture } of of(source, damage.source, some)) {
        const { value, done } = await stylisedFrames.next();
        if (done) return;
        yield { frame: index, source: asStored(picture), stylised: asStored(value.picture) };
      }
      // Only its end tells what was missing.
      await stylisedFrames.next();
    } finally {
      await stylisedFrames.return(undefined);
    }
  }
  const work = await workBeside(stylised, source, painted);
  return { width, height, source, frames, stored: false, notes, damage, read, ...work };
}

function wantedRanges(
  source: MediaInfo,
  painted: MediaInfo,
  settings: Settings,
  { input, stylised }: { readonly input: string; readonly stylised: string },
): FrameRange[] {
  const { frameCount } = source.video;
  const found = painted.video.frameCount;
  const all = [{ first: 0, last: frameCount - 1 }];
  const ranges = settings.frames ? parseRanges(settings.frames, frameCount) : all;
  if (found === frameCount || found === countFrames(ranges)) return ranges;
  const asked = settings.frames ? `, or the ${countFrames(ranges)} of --frames ${settings.frames}` : '';
  throw new NstError(
    'input',
    'FRAMES_DIFFER',
    `${stylised}: expected the ${frameCount} frames of ${input}${asked}, found ${found}; --frames says which frames of the source it shows`,
  );
}

function shapeNote({ video }: MediaInfo, painted: MediaInfo, stylised: string): string[] {
  const { displayWidth, displayHeight } = painted.video;
  const height = (video.displayHeight * displayWidth) / video.displayWidth;
  const width = (video.displayWidth * displayHeight) / video.displayHeight;
  if (Math.min(Math.abs(height - displayHeight), Math.abs(width - displayWidth)) <= SHAPE_TOLERANCE)
    return [];
  return [
    `${stylised} is ${displayWidth}x${displayHeight}, of another shape than the source's ${video.displayWidth}x${video.displayHeight}, which is stretched to it`,
  ];
}

/** `<stylised>.nst`, where it was made from this source and of the same size. */
async function workBeside(
  stylised: string,
  source: MediaInfo,
  painted: MediaInfo,
): Promise<{ readonly work: WorkFolder | undefined }> {
  const work = new WorkFolder(defaultWorkFolder(stylised));
  const manifest = await readManifest(work.manifest);
  if (manifest) await work.requireFolders();
  const { displayWidth, displayHeight } = painted.video;
  const same =
    manifest?.film.width === displayWidth &&
    manifest.film.height === displayHeight &&
    manifest.input.sha256 === (await inputHash(source));
  return { work: same ? work : undefined };
}

/**
 * By distance: the frames that have an earlier one so far back among those measured, in the same shot.
 *
 * @param cuts The first frames of shots, but for the first one's.
 * @throws NstError usage INVALID_ARGUMENT where no distance has a pair.
 */
export function pairsOf(
  frames: readonly number[],
  distances: readonly number[],
  cuts: readonly number[],
): Map<number, number[]> {
  const there = new Set(frames);
  const sameShot = (earlier: number, later: number) => !cuts.some((cut) => cut > earlier && cut <= later);
  const pairs = new Map(
    distances.map((distance) => [
      distance,
      frames.filter((frame) => there.has(frame - distance) && sameShot(frame - distance, frame)),
    ]),
  );
  if ([...pairs.values()].some((later) => later.length > 0)) return pairs;
  throw invalidArgument(
    '--distances',
    `a distance at which two of the ${frames.length} frames are in one shot`,
    distances.join(','),
  );
}
