import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { invalidArgument, NstError } from '../error.js';
import { assertFreeOutput, assertWritableOutput, outputKind } from '../frames/output.js';
import type { MediaInfo } from '../frames/probe.js';
import { type FrameRange, frameNumbers, showRanges } from '../frames/ranges.js';
import type { FilmParts } from '../frames/stream_trial.js';
import { assertLayers } from '../nst/features.js';
import { loadNetwork } from '../nst/network.js';
import type { RuntimeChoice } from '../nst/runtime_trial.js';
import type { ShotStart } from '../temporal/shots.js';
import { assertWhole } from './film_damage.js';
import { flowModelIdentity, requireFlow, tryFlowModel } from './learned_flow.js';
import { masksIdentity, openMasks, type RegionInput } from './masks/mask_inputs.js';
import { readMaskedStyles } from './masks/masked_styles.js';
import { networkPath } from './networks/network_path.js';
import type { PullOptions } from './networks/network_store.js';
import { showValue } from './options/defaults.js';
import { OPTIONS, type OptionSpec } from './options/options.js';
import { checkPasses, passesNote } from './options/pass_settings.js';
import type { Settings } from './options/setting_types.js';
import { defaultFilmName, defaultWorkFolder } from './output_name.js';
import { checkInit } from './paint/ground.js';
import { memoryOfLane } from './paint/memory_limit.js';
import { distancesOf } from './paint/neighbours.js';
import { motionsOfPiece } from './paint/paint_passes.js';
import type { WeightedStyle } from './paint/style_pictures.js';
import { frameClock, type ShareKeyframe, shareKeyframes } from './paint/style_shares.js';
import { pictureSettings } from './picture_settings.js';
import { type AlphaPlan, lookAtFilm, planAlpha, planParts, readingOf } from './reading.js';
import { choiceName, chooseRuntime, keptRuntime } from './runtime/choose_runtime.js';
import { readShotsFile } from './shots/shots_file.js';
import { version } from './version.js';
import { fileHash, inputHash } from './work/file_hash.js';
import { FlowFolder } from './work/flow_folder.js';
import { type Manifest, readManifest } from './work/manifest.js';
import { WorkFolder } from './work/work_folder.js';

/** What a film job is about: everything that can be said from the headers of its input. */
export interface FilmOutline {
  readonly settings: Settings;
  readonly input: string;
  readonly media: MediaInfo;
  readonly output: string;
  readonly workFolder: string;
  readonly width: number;
  readonly height: number;
  readonly ranges: readonly FrameRange[];
  /** Where flow made elsewhere is read from. */
  readonly flowFolder?: FlowFolder;
  /** Where shots begin, as `--shots` says. */
  readonly givenShots?: readonly ShotStart[];
  readonly alpha: AlphaPlan;
  /** What is painted where; nothing where all of the frame is. */
  readonly masks: readonly RegionInput[];
  /** What the paintings count over time. */
  readonly shares: readonly ShareKeyframe[];
  readonly notes: readonly string[];
}

/** What a film job will do, before anything is painted. */
export interface FilmPlan extends FilmOutline {
  readonly networkPath: string;
  /** What paints the frames that are missing. */
  readonly runtime: RuntimeChoice;
  /** As it will be stored; the thread count gives way to a stored one. */
  readonly manifest: Manifest;
  /** All that the film gets besides its picture; nothing where pictures are written. */
  readonly parts?: FilmParts | undefined;
  /** The paintings at the size they are compared at; none where all frames are painted already. */
  readonly styles: readonly WeightedStyle[];
}

/**
 * Reads the headers of the input, and of the flow of `--flow-dir`, and works out sizes, ranges and names. Writes nothing.
 *
 * @throws NstError usage INVALID_ARGUMENT, OUTPUT_IS_INPUT; what `probe` throws.
 */
export async function outlineFilm(input: string, settings: Settings): Promise<FilmOutline> {
  if (settings.style.length === 0) throw invalidArgument('--style', 'a picture of a painting', undefined);
  checkPasses(settings);
  checkInit(settings);
  const { media, width, height, ranges, sizeNote } = await lookAtFilm(input, settings);
  const { frameCount } = media.video;
  const shares = shareKeyframes(settings, frameClock(media.video));
  if (settings.loop && ranges.length > 1)
    throw invalidArgument('--frames', 'one range with --loop', settings.frames);
  if (settings.fromFrame !== undefined && settings.fromFrame >= frameCount)
    throw invalidArgument('--from-frame', `a frame from 0 to ${frameCount - 1}`, settings.fromFrame);
  const output = settings.output ?? defaultFilmName(media, settings.style);
  if (isInput(output, media))
    throw new NstError(
      'usage',
      'OUTPUT_IS_INPUT',
      `--output ${output}: expected another file than the input`,
    );
  const alpha = await planAlpha(media, output, settings);
  const masks = await openMasks(settings, { media, width, height });
  const notes = [...media.notes, alpha.note, sizeNote, passesNote(settings)].filter(
    (note) => note !== undefined,
  );
  const flowFolder = await openFlow(settings, ranges, { width, height }, (message) => notes.push(message));
  const givenShots =
    settings.shots === undefined ? undefined : await readShotsFile(settings.shots, media.video);
  return {
    settings,
    input,
    media,
    givenShots,
    output,
    workFolder: settings.work ?? defaultWorkFolder(output),
    width,
    height,
    ranges,
    flowFolder,
    alpha,
    masks,
    shares,
    notes,
  };
}

/**
 * Finds everything in order that a film job needs and works out what its manifest will say: the cheap and the
 * likely to fail first, so that nobody waits for the hash of a long film or for a network to hear that the output
 * exists. A network that is not yet here is fetched.
 */
export async function planFilm(
  input: string,
  settings: Settings,
  { emit, signal }: Omit<PullOptions, 'offline'> = {},
): Promise<FilmPlan> {
  const outline = await outlineFilm(input, settings);
  const { output } = outline;
  const overwrite = mayOverwrite(outline);
  await assertFreeOutput(output, { overwrite });
  const notes = [...outline.notes];
  // What is painted already needs no painting to look at. If it was made otherwise, the manifests will tell.
  const painted = isPainted(outline);
  const note = (message: string) => void notes.push(message);
  const styles = painted ? [] : await readMaskedStyles(settings, outline, note, outline.shares);
  await assertWritableOutput(output, { overwrite });
  const parts = (await outputKind(output)) === 'film' ? await planParts(outline, signal) : undefined;
  notes.push(...(parts?.notes ?? []));
  if (settings.strict && !painted) await assertWhole(outline.media, outline.ranges, signal);
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  // A file that is no network is refused here, before there is a work folder, although the solver reads it again.
  const checksum = painted ? await fileHash(network) : await checkedNetwork(network, settings);
  const runtime = await runtimeOfFilm(outline, network, painted);
  const manifest = await manifestOf(outline, checksum, runtime, signal);
  if (!painted && settings.iterations.next > 0)
    notes.push(...(await tryFlowModel(settings, outline, manifest.runtime.threads, signal)));
  return { ...outline, notes, networkPath: network, runtime, manifest, parts, styles };
}

/** What the work folder was begun with, where that is here and may stay, else what the settings mean on this machine. */
export async function runtimeOfFilm(
  { settings, workFolder }: Pick<FilmOutline, 'settings' | 'workFolder'>,
  networkPath: string,
  painted: boolean,
): Promise<RuntimeChoice> {
  const stored = settings.restart
    ? undefined
    : (await readManifest(new WorkFolder(workFolder).manifest))?.runtime;
  const threads = stored?.threads ?? settings.threads ?? threadsOfLane(settings);
  const kept = keptRuntime(stored, settings, threads);
  if (kept) return kept;
  // Nothing is painted any more: no trial for that.
  if (painted && settings.runtime === 'auto') return { runtime: 'onnx', precision: 'float32' };
  return chooseRuntime(settings, networkPath, threads);
}

/** The checksum of a network that has all layers the settings ask for. */
async function checkedNetwork(path: string, { contentLayers, styleLayers }: Settings): Promise<string> {
  const network = await loadNetwork(path);
  assertLayers(network, [...Object.keys(contentLayers), ...Object.keys(styleLayers)]);
  return network.checksum;
}

/** Whether the output may be replaced: asked for, or it is the job's own folder of pictures, half written. */
export function mayOverwrite({ output, workFolder, settings }: FilmOutline): boolean {
  return settings.overwrite || new WorkFolder(workFolder).wasWritingPictures(output);
}

/** Whether the work folder has every frame of the job, and is to keep them. */
function isPainted({ workFolder, ranges, settings }: FilmOutline): boolean {
  if (settings.restart || settings.fromFrame !== undefined || settings.continuePass !== undefined)
    return false;
  const folder = new WorkFolder(workFolder);
  return ranges.every(({ first, last }) => {
    for (let i = first; i <= last; i++) if (!folder.isFinished(i)) return false;
    return true;
  });
}

/** What the manifest of a job will say; reads the film and the paintings whole, for their checksums. */
export async function manifestOf(
  outline: FilmOutline,
  networkChecksum: string,
  // Where only what decides how pictures look is compared, any will do.
  runtime: RuntimeChoice = { runtime: 'onnx', precision: 'float32' },
  signal?: AbortSignal,
): Promise<Manifest> {
  const { input, media, settings, width, height, flowFolder, givenShots } = outline;
  return {
    schema: 1,
    program: version,
    input: { path: input, sha256: await inputHash(media), reading: readingOf(settings) },
    film: {
      frames: media.video.frameCount,
      stream: media.video.streamIndex,
      width,
      height,
      ranges: settings.passes > 1 ? showRanges(outline.ranges) : undefined,
    },
    picture: await pictureSettings(settings, media, {
      network: networkChecksum,
      size: `${width}x${height}`,
      flowDir: await flowFolder?.identity(
        media.video.frameCount,
        { distances: distancesOf(settings.longTerm), bothWays: settings.passes > 1 },
        signal,
      ),
      flowModel: await flowModelIdentity(settings),
      masks: await masksIdentity(outline.masks),
      shots: givenShots?.map(({ frame }) => frame).join(' '),
    }),
    settings: Object.fromEntries(
      OPTIONS.filter(ofFilms).map(({ name, flag }) => [flag, showValue(settings[name])]),
    ),
    runtime: {
      name: choiceName(runtime),
      threads: settings.threads ?? threadsOfLane(settings),
      ...runtime,
      memory: memoryOfLane(settings),
    },
    keepPasses: settings.keepPasses || undefined,
  };
}

/** Whether a film's job has the option, or what encodes its frames. */
const ofFilms = ({ commands }: OptionSpec): boolean =>
  commands.includes('film') || commands.includes('encode');

/** Threads of each shot that is painted at once, unless they are given. */
export function threadsOfLane({ parallel }: Settings): number {
  return Math.max(1, Math.floor(availableParallelism() / parallel));
}

/** Whether an output would replace what is painted: the film, or pictures in their folder. */
function isInput(output: string, { path, pictures }: MediaInfo): boolean {
  const input = pictures ? dirname(pictures.files[0]) : path;
  return existsSync(output) && resolve(output) === resolve(input);
}

/** The folder of --flow-dir with all that the ranges need in it, or nothing, with the estimator's package there. */
async function openFlow(
  settings: Settings,
  ranges: readonly FrameRange[],
  size: { readonly width: number; readonly height: number },
  note: (message: string) => void,
): Promise<FlowFolder | undefined> {
  requireFlow(settings);
  if (settings.flowDir === undefined) return undefined;
  const folder = await FlowFolder.open(settings.flowDir);
  const followers = settings.iterations.next > 0 ? ranges.map((r) => ({ ...r, first: r.first + 1 })) : [];
  const motions =
    settings.passes > 1
      ? ranges.flatMap((range) => motionsOfPiece({ ...range, loop: settings.loop }, settings))
      : [...frameNumbers(followers)].map((frame) => ({ from: frame, to: frame - 1 }));
  for (const message of await folder.check(motions, size)) note(message);
  return folder;
}

/**
 * Bytes a frame takes in the work folder at most: its source and its painting, or one of every pass, as 16-bit
 * pictures, and flow with its certainty for each motion, in several passes both ways.
 */
export function bytesPerFrame({
  width,
  height,
  settings: { passes, keepPasses, longTerm },
}: Pick<FilmOutline, 'width' | 'height' | 'settings'>): number {
  const paintings = keepPasses ? passes : 1;
  const motions = passes > 1 ? 2 : distancesOf(longTerm).length;
  return width * height * (6 + 6 * paintings + (8 + 2) * motions) + 50_000 * passes;
}

/** Free bytes where `path` is or will be; undefined where the system does not tell. */
export function freeSpace(path: string): number | undefined {
  let place = resolve(path);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
