import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { type Child, childError, startChild } from './child.js';
import { isRgb } from './colour.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import type { MediaInfo } from './probe.js';
import { countFrames, type FrameRange, frameNumbers, isWhole, joinRanges } from './ranges.js';
import { pictureFromRgb48, pictureFromYuv } from './raw_frame.js';
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
  // swscale resizes RGB by way of 8-bit-like YUV of its own choice; those are resized here instead.
  const size = rgb ? { width: video.displayWidth, height: video.displayHeight } : { width, height };
  const raw = rgb ? storedSize(media) : size;
  const tools = await findFfmpeg();
  const args = [
    ...['-v', 'error', '-nostdin', '-noautorotate', '-i', mediaPath(media.path)],
    ...['-map', `0:${video.streamIndex}`, '-an', '-sn', '-dn', '-vf', filters(media, raw, ranges, rgb)],
    ...[...everyFrameOnce(tools), '-frames:v', String(countFrames(ranges))],
    ...['-pix_fmt', rgb ? 'rgb48le' : 'yuv444p16le', '-f', 'rawvideo', 'pipe:1'],
  ];
  const child = startChild(tools.ffmpeg, args, signal);
  child.stdin.end();
  try {
    const numbers = frameNumbers(ranges);
    let given = 0;
    for await (const words of rawFrames(child, raw.width * raw.height * 3)) {
      const index = numbers.next().value;
      if (index === undefined) break;
      const { width: w, height: h } = raw;
      const picture = rgb
        ? resizePicture(pictureFromRgb48(words, w, h), width, height)
        : pictureFromYuv(words, w, h, video.colour, video.bitDepth);
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
  const exact = `flags=${kernel}+accurate_rnd+full_chroma_int+full_chroma_inp`;
  // The same names on both sides, so that code values are moved and never reinterpreted; see raw_frame.ts.
  const names = rgb ? '' : ':in_range=limited:out_range=limited:in_color_matrix=bt709:out_color_matrix=bt709';
  return [...select, TURNS[video.rotation], `scale=${size.width}:${size.height}:${exact}${names}`].join(',');
}

/** Cuts what a child writes into frames of 16-bit little-endian words. */
async function* rawFrames(child: Child, wordsPerFrame: number): AsyncGenerator<Uint16Array> {
  let bytes = new Uint8Array(2 * wordsPerFrame);
  let filled = 0;
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < piece.length; ) {
      const take = Math.min(piece.length - taken, bytes.length - filled);
      bytes.set(piece.subarray(taken, taken + take), filled);
      taken += take;
      filled += take;
      if (filled < bytes.length) continue;
      yield new Uint16Array(bytes.buffer);
      bytes = new Uint8Array(2 * wordsPerFrame);
      filled = 0;
    }
  }
}
