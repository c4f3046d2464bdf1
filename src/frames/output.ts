import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { NstError } from '../error.js';
import { isThere, namesIn } from '../there.js';
import { temporaryName, writeError } from './atomic.js';

/** What a film file can hold; the sets name ffmpeg's codecs. */
export interface Container {
  /** ffmpeg's muxer. */
  readonly format: string;
  readonly videoCodec: string;
  readonly sound: ReadonlySet<string>;
  /** Encoders of other sound: the first that this ffmpeg has and that takes it. */
  readonly soundCodecs: readonly string[];
  readonly subtitles: ReadonlySet<string>;
  /** What other text subtitles become. */
  readonly subtitleCodec: string;
  readonly attachments: boolean;
}

const words = (text: string) => new Set(text.split(' '));

const MP4: Container = {
  format: 'mp4',
  videoCodec: 'libx264',
  sound: words('aac mp3 mp2 ac3 eac3 alac opus'),
  soundCodecs: ['aac', 'ac3'],
  subtitles: words('mov_text'),
  subtitleCodec: 'mov_text',
  attachments: false,
};

const CONTAINERS: Readonly<Record<string, Container>> = {
  '.mp4': MP4,
  '.m4v': MP4,
  '.mov': {
    ...MP4,
    format: 'mov',
    soundCodecs: ['aac', 'pcm_s24le'],
    subtitles: words('mov_text eia_608'),
    sound: words(
      'aac mp3 ac3 eac3 alac pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_f32le pcm_u8 pcm_mulaw pcm_alaw',
    ),
  },
  '.mkv': {
    format: 'matroska',
    videoCodec: 'libx264',
    sound: words(
      'aac mp3 mp2 ac3 eac3 dts truehd alac opus vorbis flac tta wavpack pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_u8 pcm_s16be pcm_s24be',
    ),
    soundCodecs: ['flac', 'pcm_s24le'],
    subtitles: words('subrip ass ssa webvtt hdmv_pgs_subtitle dvd_subtitle dvb_subtitle'),
    subtitleCodec: 'srt',
    attachments: true,
  },
  '.webm': {
    format: 'webm',
    videoCodec: 'libvpx-vp9',
    sound: words('opus vorbis'),
    soundCodecs: ['libopus', 'libvorbis'],
    subtitles: words('webvtt'),
    subtitleCodec: 'webvtt',
    attachments: false,
  },
};

/**
 * The container of a film output, by its extension.
 *
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN.
 */
export function containerOf(path: string): Container {
  const container = CONTAINERS[extname(path).toLowerCase()];
  if (container) return container;
  const known = Object.keys(CONTAINERS).join(', ');
  const sentence = `${path}: expected an output ending in one of ${known}, or a folder.`;
  throw new NstError('usage', 'OUTPUT_FORMAT_UNKNOWN', sentence);
}

/** `pictures` for a folder (it exists, ends in a slash, or has no extension), else `film`. */
export async function outputKind(path: string): Promise<'film' | 'pictures'> {
  if (/[/\\]$/.test(path) || extname(path) === '') return 'pictures';
  return isThere(path) && (await stat(path)).isDirectory() ? 'pictures' : 'film';
}

/**
 * Refuses to replace what is there, unless that was asked for. Writes nothing.
 *
 * @throws NstError input OUTPUT_EXISTS; usage OUTPUT_FORMAT_UNKNOWN.
 */
export async function assertFreeOutput(path: string, options: { overwrite: boolean }): Promise<void> {
  const kind = await outputKind(path);
  if (kind === 'film') containerOf(path);
  const existing = kind === 'film' ? isThere(path) : await holdsPictures(path);
  if (existing && !options.overwrite) {
    const what = kind === 'film' ? 'exists' : 'has pictures in it';
    throw new NstError('input', 'OUTPUT_EXISTS', `${path} ${what} already. To replace it add --overwrite.`);
  }
}

/**
 * Finds out before the work begins whether an output can be written at all: its name, what is there already,
 * and a trial file in its folder. A folder of pictures is made.
 *
 * @throws NstError input OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE; usage OUTPUT_FORMAT_UNKNOWN; resources DISK_FULL.
 */
export async function assertWritableOutput(path: string, options: { overwrite: boolean }): Promise<void> {
  await assertFreeOutput(path, options);
  const kind = await outputKind(path);
  try {
    if (kind === 'pictures') await mkdir(path, { recursive: true });
    const trial = temporaryName(kind === 'pictures' ? `${path}/trial` : path);
    await (await open(trial, 'wx')).close();
    await rm(trial);
  } catch (error) {
    throw writeError(error, kind === 'film' ? path : `${dirname(`${path}/x`)}/`);
  }
}

async function holdsPictures(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  return names.some((name) => name.toLowerCase().endsWith('.png'));
}
