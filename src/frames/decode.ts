import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { alphaOf, layOver } from './alpha.js';
import { type Child, childError, startChild } from './child.js';
import { chromaPlace, isGrey, isRgb } from './colour.js';
import { decodePictures } from './decode_pictures.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import type { MediaInfo, VideoInfo } from './probe.js';
import { countFrames, type FrameRange, frameNumbers, isWhole, joinRanges } from './ranges.js';
import { EXACT_FLAGS, pictureFromPacked, pictureFromYuv, sameCodes } from './raw_frame.js';
import { resizePicture } from './resize.js';
import { toneMapFilters } from './tone_map.js';

export interface DecodeOptions {
  /** Size of the pictures; the source's display size means no resampling. */
  readonly width: number;
  readonly height: number;
  /** Which frames; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly signal?: AbortSignal;
  /** Takes sentences on pictures that are not quite as they should be. */
  readonly warn?: (sentence: string) => void;
}

export interface DecodedFrame {
  /** Counted from 0 in the source. */
  readonly index: number;
  /** R'G'B' 0..255, upright, square pixels; not clipped. Has an alpha where the film has one. */
  readonly picture: Picture;
}

/**
 * Decodes frames in order, each once. The pipe is read only as fast as frames are taken; leaving the loop ends ffmpeg.
 *
 * @throws NstError input DECODE_FAILED, FRAMES_MISSING, and as decodePictures; kind interrupted on abort.
 */
export async function* decodeFrames(media: MediaInfo, options: DecodeOptions): AsyncGenerator<DecodedFrame> {
  if (media.pictures) return yield* decodePictures(media.pictures, media.video, options);
  const { width, height, signal } = options;
  const video = afterToneMap(media.video);
  const ranges = joinRanges(options.ranges ?? [{ first: 0, last: video.frameCount - 1 }]);
  const raw = rawLayout(video, { width, height });
  const tools = await findFfmpeg();
  const args = [
    ...['-v', 'error', '-nostdin', '-noautorotate'],
    ...(video.decoder ? [`-c:${video.streamIndex}`, video.decoder] : []),
    ...['-i', mediaPath(media.path)],
    ...['-map', `0:${video.streamIndex}`, '-an', '-sn', '-dn', '-vf', filters(video, raw, ranges)],
    ...[...everyFrameOnce(tools), '-frames:v', String(countFrames(ranges))],
    ...['-f', 'rawvideo', 'pipe:1'],
  ];
  const child = startChild(tools.ffmpeg, args, signal);
  child.stdin.end();
  try {
    const numbers = frameNumbers(ranges);
    let given = 0;
    for await (const bytes of rawFrames(child, raw.bytes)) {
      const index = numbers.next().value;
      if (index === undefined) break;
      const picture = resizePicture(pictureFromRaw(bytes, raw, video), width, height);
      yield { index, picture };
      given++;
    }
    await child.ended;
    const expected = countFrames(ranges);
    if (given < expected) {
      const sentence = `${media.path}: expected ${expected} frames, ffmpeg could decode ${given}. The film is damaged.`;
      throw new NstError('input', 'FRAMES_MISSING', sentence);
    }
  } catch (error) {
    throw childError(error, 'input', 'DECODE_FAILED', `${media.path} cannot be decoded`);
  } finally {
    child.stop();
  }
}

/** A tone-mapped film as what the filters make of it. */
function afterToneMap(video: VideoInfo): VideoInfo {
  return video.toneMap ? { ...video, pixelFormat: TONE_MAPPED, bitDepth: 16 } : video;
}

const TONE_MAPPED = 'yuv444p16le';

/** What comes through the pipe for one frame. */
interface RawLayout {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  /** Whether swscale has nothing to do to the code values. */
  readonly direct: boolean;
}

function rawLayout(video: VideoInfo, wanted: { width: number; height: number }): RawLayout {
  const turned = video.rotation % 180 !== 0;
  const stored = turned
    ? { width: video.height, height: video.width }
    : { width: video.width, height: video.height };
  const pixels = stored.width * stored.height;
  if (video.alpha) return alphaLayout(video, stored);
  // swscale resizes RGB by way of YUV; such films come in their own size and are resized here.
  if (isRgb(video.pixelFormat)) {
    return video.bitDepth === 8
      ? { ...stored, format: 'rgb24', bytes: 3 * pixels, direct: true }
      : { ...stored, format: 'rgb48le', bytes: 6 * pixels, direct: true };
  }
  const same = stored.width === wanted.width && stored.height === wanted.height;
  const plain = /^(?:yuvj?444p|(gray))(?:(?:9|10|12|14|16)le)?$/.exec(video.pixelFormat);
  if (same && plain) {
    const bytes = pixels * (plain[1] ? 1 : 3) * (video.bitDepth === 8 ? 1 : 2);
    return { ...stored, format: video.pixelFormat, bytes, direct: true };
  }
  return { ...wanted, format: 'yuv444p16le', bytes: 6 * wanted.width * wanted.height, direct: false };
}

/** Colours are to be mixed with their alpha before they are resized: such frames come in their own size. */
function alphaLayout(video: VideoInfo, stored: { width: number; height: number }): RawLayout {
  const pixels = stored.width * stored.height;
  if (isRgb(video.pixelFormat) || isGrey(video.pixelFormat)) {
    const deep = video.bitDepth > 8;
    return { ...stored, format: deep ? 'rgba64le' : 'rgba', bytes: (deep ? 8 : 4) * pixels, direct: true };
  }
  const direct = /^yuva444p(?:(?:9|10|12|16)le)?$/.test(video.pixelFormat);
  const bytes = (direct && video.bitDepth === 8 ? 4 : 8) * pixels;
  return { ...stored, format: direct ? video.pixelFormat : 'yuva444p16le', bytes, direct };
}

const TURNS: Record<number, string> = {
  0: 'null',
  90: 'transpose=clock',
  180: 'hflip,vflip',
  270: 'transpose=cclock',
};

function filters(video: VideoInfo, raw: RawLayout, ranges: readonly FrameRange[]): string {
  const chosen = ranges.map(({ first, last }) => `between(n,${first},${last})`).join('+');
  // A field is filled in from the frames around it, so they are taken apart before any is chosen.
  const steps = video.deinterlace ? [`bwdif=mode=send_frame:parity=${video.deinterlace}:deint=all`] : [];
  if (!isWhole(ranges, video.frameCount)) steps.push(`select='${chosen}'`);
  if (video.toneMap) steps.push(toneMapFilters(video.toneMap.colour, video.toneMap.curve, TONE_MAPPED));
  steps.push(TURNS[video.rotation]);
  if (!raw.direct) {
    const same = raw.width * raw.height === video.width * video.height;
    // Bicubic is what brings chroma to full size where luma keeps its own: the encoder's side does the inverse.
    const flags = `flags=${same ? 'bicubic' : 'lanczos'}+${EXACT_FLAGS}`;
    const codes = `${sameCodes(video.colour)}${chromaPlace('in', video.pixelFormat)}`;
    steps.push(`scale=${raw.width}:${raw.height}:${flags}:${codes}`);
  }
  return [...steps, `format=${raw.format}`].join(',');
}

function pictureFromRaw(bytes: Uint8Array, raw: RawLayout, video: VideoInfo): Picture {
  const { width, height, format } = raw;
  if (video.alpha) return pictureFromAlpha(bytes, raw, video);
  if (format === 'rgb24') return pictureFromPacked(bytes, width, height);
  const words = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  if (format === 'rgb48le') return pictureFromPacked(words, width, height);
  const depth = video.bitDepth;
  if (!raw.direct) return pictureFromYuv(words, width, height, video.colour, depth, 16);
  return pictureFromYuv(depth === 8 ? bytes : words, width, height, video.colour, depth, depth);
}

function pictureFromAlpha(bytes: Uint8Array, raw: RawLayout, video: VideoInfo): Picture {
  const { width, height, format, direct } = raw;
  const depth = video.bitDepth;
  const deep = direct && depth === 8 ? bytes : new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  if (format.startsWith('rgba')) {
    return layOver(0, pictureFromPacked(deep, width, height, 4), alphaOf(deep));
  }
  const n = width * height;
  const wordDepth = direct ? depth : 16;
  // swscale fills the words below an alpha's own bits in some conversions and not in others.
  const below = 2 ** (wordDepth - depth);
  const most = 2 ** depth - 1;
  const alpha = new Float32Array(n);
  for (let i = 0; i < n; i++) alpha[i] = Math.floor(deep[3 * n + i] / below) / most;
  const colours = pictureFromYuv(deep.subarray(0, 3 * n), width, height, video.colour, depth, wordDepth);
  return layOver(0, colours, alpha);
}

/** Cuts what a child writes into frames, each in a buffer of its own. */
async function* rawFrames(child: Child, bytesPerFrame: number): AsyncGenerator<Uint8Array> {
  let bytes = new Uint8Array(bytesPerFrame);
  let filled = 0;
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < piece.length; ) {
      const take = Math.min(piece.length - taken, bytes.length - filled);
      bytes.set(piece.subarray(taken, taken + take), filled);
      taken += take;
      filled += take;
      if (filled < bytes.length) continue;
      yield bytes;
      bytes = new Uint8Array(bytesPerFrame);
      filled = 0;
    }
  }
}
