import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { type Child, childError, startChild } from './child.js';
import { chromaPlace, isRgb } from './colour.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import type { MediaInfo, VideoInfo } from './probe.js';
import { countFrames, type FrameRange, frameNumbers, isWhole, joinRanges } from './ranges.js';
import { EXACT_FLAGS, pictureFromPacked, pictureFromYuv, SAME_CODES } from './raw_frame.js';
import { resizePicture } from './resize.js';

export interface DecodeOptions {
  /** Size of the pictures; the source's display size means no resampling. */
  readonly width: number;
  readonly height: number;
  /** Which frames; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly signal?: AbortSignal;
}

export interface DecodedFrame {
  /** Counted from 0 in the source. */
  readonly index: number;
  /** R'G'B' 0..255, upright, square pixels; not clipped. */
  readonly picture: Picture;
}

/**
 * Decodes frames in order, each once. The pipe is read only as fast as frames are taken; leaving the loop ends ffmpeg.
 *
 * @throws NstError input DECODE_FAILED, FRAMES_MISSING; kind interrupted on abort.
 */
export async function* decodeFrames(media: MediaInfo, options: DecodeOptions): AsyncGenerator<DecodedFrame> {
  const { width, height, signal } = options;
  const { video } = media;
  const ranges = joinRanges(options.ranges ?? [{ first: 0, last: video.frameCount - 1 }]);
  const rgb = isRgb(video.pixelFormat);
  // swscale resizes RGB by way of YUV; such films come in their own size and are resized here.
  const raw = rgb ? storedSize(media) : { width, height };
  // Between RGB formats swscale copies values as they are only within one depth class.
  const format = !rgb ? 'yuv444p16le' : video.bitDepth === 8 ? 'rgb24' : 'rgb48le';
  const tools = await findFfmpeg();
  const args = [
    ...['-v', 'error', '-nostdin', '-noautorotate', '-i', mediaPath(media.path)],
    ...[
      '-map',
      `0:${video.streamIndex}`,
      '-an',
      '-sn',
      '-dn',
      '-vf',
      `${filters(media, raw, ranges, rgb)},format=${format}`,
    ],
    ...[...everyFrameOnce(tools), '-frames:v', String(countFrames(ranges))],
    ...['-f', 'rawvideo', 'pipe:1'],
  ];
  const child = startChild(tools.ffmpeg, args, signal);
  child.stdin.end();
  try {
    const numbers = frameNumbers(ranges);
    let given = 0;
    const bytesPerFrame = raw.width * raw.height * 3 * (format === 'rgb24' ? 1 : 2);
    for await (const bytes of rawFrames(child, bytesPerFrame)) {
      const index = numbers.next().value;
      if (index === undefined) break;
      const picture = resizePicture(pictureFromRaw(bytes, format, raw, video), width, height);
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

/** The size after rotation but before pixel aspect. */
function storedSize({ video }: MediaInfo): { width: number; height: number } {
  const turned = video.rotation % 180 !== 0;
  return turned ? { width: video.height, height: video.width } : { width: video.width, height: video.height };
}

const TURNS: Record<number, string> = {
  0: 'null',
  90: 'transpose=clock',
  180: 'hflip,vflip',
  270: 'transpose=cclock',
};

function filters(
  media: MediaInfo,
  size: { width: number; height: number },
  ranges: readonly FrameRange[],
  rgb: boolean,
): string {
  const { video } = media;
  const chosen = ranges.map(({ first, last }) => `between(n,${first},${last})`).join('+');
  const select = isWhole(ranges, video.frameCount) ? [] : [`select='${chosen}'`];
  const stored = storedSize(media);
  const same = stored.width === size.width && stored.height === size.height;
  // Bicubic is what brings chroma to full size when the picture keeps its own: the inverse of what the encoder's side does.
  const kernel = same ? 'bicubic' : 'lanczos';
  const flags = `flags=${kernel}+${EXACT_FLAGS}`;
  const codes = rgb ? '' : `:${SAME_CODES}${chromaPlace('in', video.pixelFormat)}`;
  return [...select, TURNS[video.rotation], `scale=${size.width}:${size.height}:${flags}${codes}`].join(',');
}

function pictureFromRaw(
  bytes: Uint8Array,
  format: string,
  { width, height }: { width: number; height: number },
  video: VideoInfo,
): Picture {
  if (format === 'rgb24') return pictureFromPacked(bytes, width, height);
  const words = new Uint16Array(bytes.buffer);
  if (format === 'rgb48le') return pictureFromPacked(words, width, height);
  return pictureFromYuv(words, width, height, video.colour, video.bitDepth);
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
