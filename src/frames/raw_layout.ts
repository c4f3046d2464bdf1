import type { Picture } from '../picture.js';
import { alphaOf, layOver } from './alpha.js';
import { isGrey, isRgb } from './colour.js';
import type { VideoInfo } from './probe.js';
import { pictureFromPacked, pictureFromYuv } from './raw_frame.js';

/** What comes through the pipe for one frame. */
export interface RawLayout {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly bytes: number;
  /** Whether swscale has nothing to do to the code values. */
  readonly direct: boolean;
}

/** How ffmpeg is to hand on this film's frames, resized to `wanted` where swscale is to do that. */
export function rawLayout(video: VideoInfo, wanted: { width: number; height: number }): RawLayout {
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

/** The picture of one frame's bytes, R'G'B' 0..255, at the layout's size. */
export function pictureFromRaw(bytes: Uint8Array, raw: RawLayout, video: VideoInfo): Picture {
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
