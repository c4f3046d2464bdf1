import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { runtimeVersion } from '../engine/index.js';
import { invalidArgument, NstError } from '../error.js';
import { requireEstimator } from '../flow/estimator.js';
import { type MediaInfo, probe } from '../frames/probe.js';
import { type FrameRange, frameNumbers, parseRanges } from '../frames/ranges.js';
import { fitSize } from '../frames/size.js';
import { assertLayers } from '../nst/features.js';
import { loadNetwork } from '../nst/network.js';
import { type Settings, showValue } from './defaults.js';
import { fileHash, inputHash } from './file_hash.js';
import { FlowFolder } from './flow_folder.js';
import type { Manifest, PictureSetting } from './manifest.js';
import { networkPath } from './network_path.js';
import type { PullOptions } from './network_store.js';
import { OPTIONS } from './options.js';
import { defaultFilmName, defaultWorkFolder } from './output_name.js';
import { type AlphaPlan, planAlpha, readingOf } from './reading.js';
import { readStyles, type WeightedStyle } from './style_pictures.js';
import { version } from './version.js';

/** What a film job will do, before anything is written. */
export interface FilmPlan {
  readonly settings: Settings;
  readonly media: MediaInfo;
  readonly output: string;
  readonly workFolder: string;
  readonly width: number;
  readonly height: number;
  readonly ranges: readonly FrameRange[];
  readonly networkPath: string;
  /** Where flow made elsewhere is read from. */
  readonly flowFolder?: FlowFolder;
  /** As it will be stored; the thread count gives way to a stored one. */
  readonly manifest: Manifest;
  readonly alpha: AlphaPlan;
  /** The paintings at the size they are compared at. */
  readonly styles: readonly WeightedStyle[];
  readonly notes: readonly string[];
}

/**
 * Reads the input's header and works out sizes, ranges, names and what the manifest will say. Fetches the network
 * where that is one not yet here, after everything else has been found in order.
 */
export async function planFilm(
  input: string,
  settings: Settings,
  { emit, signal }: Omit<PullOptions, 'offline'> = {},
): Promise<FilmPlan> {
  if (settings.style.length === 0) throw invalidArgument('--style', 'a picture of a painting', undefined);
  const media = await probe(input, readingOf(settings));
  const { displayWidth, displayHeight, frameCount } = media.video;
  const size = fitSize(displayWidth, displayHeight, { longSide: settings.size, enlarge: settings.enlarge });
  const ranges = settings.frames
    ? parseRanges(settings.frames, frameCount)
    : [{ first: 0, last: frameCount - 1 }];
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
  const notes = [...media.notes, alpha.note, size.note].filter((note) => note !== undefined);
  const flowFolder = await openFlow(settings, ranges, size, (message) => notes.push(message));
  const styles = await readStyles(settings.style, size, (message) => notes.push(message));
  const network = await networkPath(settings.network, { offline: settings.offline, emit, signal });
  const loaded = await loadNetwork(network);
  assertLayers(loaded, [...Object.keys(settings.contentLayers), ...Object.keys(settings.styleLayers)]);
  const { checksum } = loaded;
  const manifest: Manifest = {
    schema: 1,
    program: version,
    input: { path: input, sha256: await inputHash(media), reading: readingOf(settings) },
    film: { frames: frameCount, stream: media.video.streamIndex, width: size.width, height: size.height },
    picture: await pictureSettings(settings, media, {
      network: checksum,
      size: `${size.width}x${size.height}`,
      flowDir: await flowFolder?.identity(frameCount, signal),
    }),
    settings: Object.fromEntries(OPTIONS.map(({ name, flag }) => [flag, showValue(settings[name])])),
    runtime: {
      name: runtimeVersion(settings.runtime),
      threads: settings.threads ?? availableParallelism(),
    },
  };
  return {
    settings,
    media,
    output,
    workFolder: settings.work ?? defaultWorkFolder(output),
    width: size.width,
    height: size.height,
    ranges,
    networkPath: network,
    flowFolder,
    manifest,
    alpha,
    styles,
    notes,
  };
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
  if (settings.flowDir === undefined) {
    requireEstimator(settings.flow);
    return undefined;
  }
  const folder = await FlowFolder.open(settings.flowDir);
  const followers = settings.iterations.next > 0 ? ranges.map((r) => ({ ...r, first: r.first + 1 })) : [];
  for (const message of await folder.check([...frameNumbers(followers)], size)) note(message);
  return folder;
}

/** Every setting that decides pixels, with files by their contents. */
async function pictureSettings(
  settings: Settings,
  { video }: MediaInfo,
  found: { readonly network: string; readonly size: string; readonly flowDir: string | undefined },
): Promise<Record<string, PictureSetting>> {
  const out: Record<string, PictureSetting> = {};
  for (const { name, flag, picture } of OPTIONS) {
    if (!picture || name === 'enlarge') continue; // --size and --enlarge meet in the frame size
    if ((name === 'deinterlace' && !video.interlaced) || (name === 'tonemap' && !video.toneMap)) continue;
    const shown = showValue(settings[name]);
    if (name === 'size') out[flag] = { identity: found.size, shown: found.size };
    else if (name === 'flow' && found.flowDir)
      continue; // not asked then
    else if (name === 'flowDir') {
      if (found.flowDir) out[flag] = { identity: found.flowDir, shown: basename(resolve(shown)) };
    } else if (name === 'style') {
      const hashes = await Promise.all(settings.style.map(fileHash));
      out[flag] = { identity: hashes.join(' '), shown: settings.style.map((s) => basename(s)).join(' ') };
    } else if (name === 'network') out[flag] = { identity: found.network, shown };
    else out[flag] = { identity: shown, shown };
  }
  return out;
}

/** Bytes a frame takes in the work folder at most: two 16-bit pictures, a flow field and its certainty. */
export function bytesPerFrame(width: number, height: number): number {
  return width * height * (6 + 6 + 8 + 2) + 50_000;
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
