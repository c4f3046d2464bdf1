import { access, constants, stat } from 'node:fs/promises';
import { invalidArgument, NstError } from '../error.js';
import { didYouMeanFile } from '../nearest_file.js';
import { CAPTIONS_LEFT_OUT, hasCaptions } from './captions.js';
import { chooseVideo, findThumbnails } from './choose_video.js';
import { bitDepth, type Colour, resolveColour } from './colour.js';
import { readContainerEnd } from './container_end.js';
import { frameTimes, type ProbedFile, type ProbedStream, probeFile } from './ffprobe.js';
import { heifUnreadable } from './heif_advice.js';
import { playlistKind } from './media_input.js';
import { assertOrdinaryFile } from './ordinary_file.js';
import { kindOfStart, startOfFile } from './picture_kind.js';
import { assertPixels } from './picture_limit.js';
import { findPictures, type PictureSequence } from './picture_sequence.js';
import {
  colourTags,
  orientation,
  readAlpha,
  readableColour,
  readFields,
  toneMapping,
} from './picture_stream.js';
import { probePictures } from './probe_pictures.js';
import { parseRational, type Rational, rational, toNumber } from './rational.js';
import { readTimecode, type Timecode } from './timecode.js';
import { type FrameEdges, frameTiming } from './timing.js';
import { SDR, type ToneCurve } from './tone_map.js';

/** A sound or subtitle stream. */
export interface StreamInfo {
  /** Among all streams of the file. */
  readonly index: number;
  readonly codec: string;
  readonly language?: string;
  /** Whether players choose it by themselves. */
  readonly isDefault: boolean;
  readonly channels?: number;
  /** ffmpeg's name of where the channels are heard, `5.1(side)`; undefined where they have no places. */
  readonly layout?: string;
  /** Hz. */
  readonly sampleRate?: number;
  /** Seconds in the file's time; undefined where the container does not say. */
  readonly startTime?: number;
}

/** The picture stream that is rendered. */
export interface VideoInfo {
  readonly streamIndex: number;
  readonly codec: string;
  /** Stored pixels, before rotation and pixel aspect. */
  readonly width: number;
  readonly height: number;
  /** Square pixels of the upright picture. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Clockwise degrees that turn the stored picture upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Whether the stored picture is mirrored left to right before it is turned. */
  readonly mirrored?: boolean;
  /** Whether pictures themselves say how they are turned, and may say otherwise later. */
  readonly turnsItself?: true;
  readonly sampleAspect: Rational;
  /** Exact; count over duration where the rate varies. */
  readonly frameRate: Rational;
  /** Counted, not the header's word. */
  readonly frameCount: number;
  readonly variableFrameRate: boolean;
  /** When each frame is shown; there exactly where the rate varies. */
  readonly edges?: FrameEdges;
  /** There where frames state no times, so that only their order tells which is which. */
  readonly untimed?: true;
  /** Seconds of the first frame in the file's time. */
  readonly startTime: number;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  /** Of the decoded pictures: BT.709 where the film is tone-mapped. */
  readonly colour: Colour;
  /** Whether decoded pictures have an alpha. */
  readonly alpha: boolean;
  readonly interlaced: boolean;
  /** ffmpeg's decoder, where its own choice is not the right one. */
  readonly decoder?: string;
  /** The field shown first, where fields are to be made into whole frames. */
  readonly deinterlace?: 'tff' | 'bff';
  /** How a film of high dynamic range becomes one of ordinary range: `colour` is the film's own. */
  readonly toneMap?: { readonly curve: ToneCurve; readonly colour: Colour };
}

export interface MediaInfo {
  readonly path: string;
  /** ffprobe's name of the container, e.g. `mov,mp4,m4a,3gp,3g2,mj2`; `pictures` for pictures. */
  readonly container: string;
  /** The files of a film in pictures. */
  readonly pictures?: PictureSequence;
  /** Seconds; undefined where the container states none. */
  readonly duration: number | undefined;
  /** Seconds; the earliest stream's. */
  readonly startTime: number;
  readonly video: VideoInfo;
  readonly audio: readonly StreamInfo[];
  readonly subtitles: readonly StreamInfo[];
  /** Indices of attached files (fonts of subtitles). */
  readonly attachments: readonly number[];
  /** Whether there are chapters. */
  readonly chapters: boolean;
  /** The time code of the first frame. */
  readonly timecode?: Timecode;
  /** What the user should know about this film: one sentence each. */
  readonly notes: readonly string[];
  /** Whether a frame that is missing is an error. */
  readonly strict?: boolean;
}

/** How a film is to be read. */
export interface ProbeOptions {
  /** The picture stream to render, counted among all streams of the file; by default its default one, else its first. */
  readonly videoStream?: number;
  /** Frames a second of pictures, as parseFrameRate reads it; only for pictures. */
  readonly fps?: string;
  /** Default `auto`: a film that says it is interlaced is deinterlaced. */
  readonly deinterlace?: 'auto' | 'off';
  /** Default `off`: a film of high dynamic range is refused. */
  readonly tonemap?: 'off' | ToneCurve;
  /** Default false: a film that is cut short or damaged is read as far as it goes. */
  readonly strict?: boolean;
}

/**
 * Reads everything the program needs to know about a film: a file, a folder of pictures, `shot_%04d.png` or `shot_*.png`.
 *
 * @throws NstError input FILE_MISSING, FILE_UNREADABLE, NOT_MEDIA, NO_PICTURE, INPUT_IS_PICTURE, FILE_TRUNCATED,
 *   CLOCK_RESTARTS, HDR_UNSUPPORTED, and as findPictures and probePictures; usage INVALID_ARGUMENT where `fps` is given for a film, or
 *   `videoStream` is none of its moving pictures;
 *   environment FFMPEG_MISSING, FFMPEG_TOO_OLD, FILTER_MISSING.
 */
export async function probe(path: string, options: ProbeOptions = {}): Promise<MediaInfo> {
  const sequence = await findPictures(path);
  if (sequence) return probePictures(path, sequence, options.fps);
  await assertReadable(path);
  if (options.fps !== undefined)
    throw invalidArgument('--fps', `pictures as input (a film has its own rate)`, path);
  const end = await readContainerEnd(path);
  if (!end.hasIndex) {
    const sentence = `${path} is cut short: its index (moov) is not there, so no frame of it can be found.`;
    throw new NstError('input', 'FILE_TRUNCATED', sentence);
  }
  const file = await probeFile(path);
  const thumbnails = await findThumbnails(path, file);
  const { stream, notes } = chooseVideo(path, file, options.videoStream, thumbnails);
  const pixelFormat = stream.pix_fmt ?? 'unknown';
  const { width = 0, height = 0 } = stream;
  const probed = { path, stream, file };
  const stated = resolveColour(colourTags(stream), pixelFormat, height);
  const toneMap = await toneMapping(probed, stated, options, notes);
  const colour = toneMap ? SDR : readableColour(probed, stated, notes);

  const times = await frameTimes(path, stream, file, (lost) => {
    const sentence = `first ${lost.toFixed(2)} s cannot be decoded`;
    if (options.strict) throw new NstError('input', 'FRAMES_MISSING', `${path}: its ${sentence} (--strict).`);
    notes.push(`The film is damaged: its ${sentence}, and it begins after them.`);
  });
  if (times.length === 0 || width === 0 || height === 0) {
    throw new NstError(
      'input',
      'NO_PICTURE',
      `${path} has a picture stream, but no frame in it can be decoded.`,
    );
  }
  if (end.missingBytes > 0) cutShort(path, times.length, Number(stream.nb_frames), options, notes);
  assertPixels(path, { width, height });
  const timeBase = parseRational(stream.time_base) ?? rational(1, 1000);
  const rates = [parseRational(stream.r_frame_rate), parseRational(stream.avg_frame_rate)];
  const { start_pts: start, duration_ts: length } = stream;
  const lastTick = start === undefined || length === undefined ? undefined : start + length;
  const timing = frameTiming(times, timeBase, rates, lastTick);
  const { rotation, mirrored, turnsItself } = await orientation(path, stream, notes);
  const sampleAspect = parseRational(stream.sample_aspect_ratio) ?? rational(1);
  const squareWidth = Math.max(1, Math.round(width * toNumber(sampleAspect)));
  const turned = rotation % 180 !== 0;
  const fields = readFields(stream, options, notes);
  if (timing.variableFrameRate) {
    notes.push('The frame rate varies: every frame is shown exactly when and as long as in the source.');
  }
  const transparency = await readAlpha(path, stream, notes);
  if (await hasCaptions(path, stream)) notes.push(CAPTIONS_LEFT_OUT);
  const timecode = readTimecode(file, stream, timing.frameRate);
  notes.push(...leftOut(file, timecode));
  if (thumbnails.size > 0) notes.push('The thumbnail, a picture stream of a single frame, is left out.');
  const first = Math.min(...times.slice(0, 64).map((time) => time.pts ?? Number.POSITIVE_INFINITY));
  return {
    path,
    ...(options.strict && { strict: true }),
    container: file.format.format_name ?? '',
    duration: seconds(file.format.duration),
    startTime: seconds(file.format.start_time) ?? 0,
    video: {
      streamIndex: stream.index,
      codec: stream.codec_name ?? 'unknown',
      width,
      height,
      displayWidth: turned ? height : squareWidth,
      displayHeight: turned ? squareWidth : height,
      rotation,
      ...(mirrored && { mirrored }),
      ...(turnsItself && { turnsItself: true as const }),
      ...(times.some((time) => time.pts === undefined) && { untimed: true }),
      sampleAspect,
      ...timing,
      startTime: Number.isFinite(first) ? first * toNumber(timeBase) : (seconds(stream.start_time) ?? 0),
      pixelFormat,
      bitDepth: bitDepth(pixelFormat),
      colour,
      toneMap,
      ...transparency,
      ...fields,
    },
    audio: streamsOf(file, 'audio'),
    subtitles: streamsOf(file, 'subtitle'),
    attachments: file.streams.filter((s) => s.codec_type === 'attachment').map((s) => s.index),
    chapters: file.chapters.length > 0,
    timecode,
    notes,
  };
}

async function assertReadable(path: string): Promise<void> {
  let info: Awaited<ReturnType<typeof stat>>;
  if (path === '-') assertOrdinaryFile(path, undefined);
  try {
    info = await stat(path);
    assertOrdinaryFile(path, info);
    await access(path, constants.R_OK);
  } catch (cause) {
    if (cause instanceof NstError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new NstError('input', 'FILE_MISSING', `${path} does not exist${didYouMeanFile(path) || '.'}`, {
        cause,
      });
    }
    throw new NstError('input', 'FILE_UNREADABLE', `${path} cannot be read (${code}).`, { cause });
  }
  if (info.size === 0) throw new NstError('input', 'NOT_MEDIA', `${path} is empty.`);
  const { start } = await startOfFile(path, 4096);
  const kind = kindOfStart(start, path);
  if ('heif' in kind) throw heifUnreadable(path, path, kind.heif);
  const text = playlistKind(start);
  if (text)
    throw new NstError(
      'input',
      'NOT_MEDIA',
      `${path}: expected a film, found ${text}, which only names other files; give the film itself.`,
    );
}

/** A film whose end is missing is painted as far as it goes. */
function cutShort(
  path: string,
  found: number,
  stated: number,
  { strict = false }: ProbeOptions,
  notes: string[],
): void {
  const frames = stated > found ? `${found} of ${stated} frames are there` : `${found} frames are there`;
  if (strict) throw new NstError('input', 'FILE_TRUNCATED', `${path} is cut short: ${frames} (--strict).`);
  notes.push(`The film is cut short: ${frames}, and it ends with them.`);
}

/** Streams that no film gets: the picture on a record's sleeve, and what cameras write about themselves. */
function leftOut(file: ProbedFile, timecode: Timecode | undefined): string[] {
  const notes: string[] = [];
  if (file.streams.some((s) => s.disposition?.attached_pic)) notes.push('The cover picture is left out.');
  const told = (s: ProbedStream) => timecode !== undefined && s.codec_tag_string === 'tmcd';
  const data = file.streams.filter((s) => s.codec_type === 'data' && !told(s));
  if (data.length > 0) {
    const names = data.map((s) =>
      /^\w+$/.test(s.codec_tag_string ?? '') ? s.codec_tag_string : s.codec_name,
    );
    notes.push(`Data streams are left out: ${[...new Set(names)].join(', ')}.`);
  }
  return notes;
}

function streamsOf(file: ProbedFile, kind: string): StreamInfo[] {
  return file.streams
    .filter((s) => s.codec_type === kind)
    .map((s) => ({
      index: s.index,
      codec: codecOf(s),
      language: s.tags?.language,
      isDefault: s.disposition?.default === 1,
      channels: s.channels,
      layout: s.channel_layout === 'unknown' ? undefined : s.channel_layout,
      sampleRate: s.sample_rate ? Number(s.sample_rate) : undefined,
      startTime: seconds(s.start_time),
    }));
}

/** A codec that this ffmpeg does not know by the container's name for it. */
function codecOf({ codec_name: name = 'unknown', codec_tag_string: tag = '' }: ProbedStream): string {
  return /^(unknown|none)$/.test(name) && /^[\w-]+$/.test(tag) ? tag : name;
}

function seconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : undefined;
}
