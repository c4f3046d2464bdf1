import { createPicture, type Picture } from '../picture.js';
import { alphaOf } from './alpha.js';
import { ChildFailure, runChildForBytes } from './child.js';
import { bitDepth, hasAlpha, isGrey } from './colour.js';
import { findFfmpeg } from './ffmpeg.js';
import { mediaInput } from './media_input.js';
import { readPictureHeader } from './picture_header.js';
import { assertPixels } from './picture_limit.js';
import { pictureFromPacked } from './raw_frame.js';

/** How ffmpeg describes a picture file. */
export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
}

/** The format is told, so that neither a pattern in a name nor its extension misleads ffmpeg; of TGA only the name tells. */
const input = (path: string, format: string): string[] => [
  ...(format === 'targa' ? ['-f', 'image2', '-pattern_type', 'none'] : ['-f', `${format}_pipe`]),
  ...mediaInput(path),
];

/** Throws a ChildFailure, or an `Error` in words. */
export async function pictureFormat(path: string, format: string): Promise<PictureFormat> {
  const { ffprobe } = await findFfmpeg();
  const entries = ['-show_entries', 'stream=width,height,pix_fmt', '-of', 'json'];
  const bytes = await runChildForBytes(ffprobe, ['-v', 'error', ...entries, ...input(path, format)]);
  const { streams = [] } = JSON.parse(bytes.toString('utf8')) as {
    streams?: { width?: number; height?: number; pix_fmt?: string }[];
  };
  const { width = 0, height = 0, pix_fmt: pixelFormat = '' } = streams[0] ?? {};
  if (width < 1 || height < 1 || pixelFormat === '') throw new Error('no picture was found in it');
  assertPixels(path, { width, height });
  return { width, height, pixelFormat };
}

/** Whether samples are numbers of linear light, as in OpenEXR, Radiance and PFM files. */
export const isLinear = (pixelFormat: string): boolean => /f(16|32)[lb]e$/.test(pixelFormat);

export const isDeep = (pixelFormat: string): boolean => isLinear(pixelFormat) || bitDepth(pixelFormat) > 8;

/** Pixels of a picture file, straight, before anything is done about their alpha. */
export interface Pixels {
  readonly picture: Picture;
  readonly alpha?: Float32Array;
  /** What is wrong with the file although it could be read, in words. */
  readonly problem?: string;
}

/**
 * Reads a picture file of a format that ffmpeg decodes as sRGB 0..255: linear light through sRGB's transfer and clipped
 * at white, as viewers show it; code values as they are, with all their bits.
 *
 * Throws a ChildFailure, or an `Error` in words.
 */
export async function readByFfmpeg(path: string, format: string): Promise<Pixels> {
  const { width, height, pixelFormat } = await pictureFormat(path, format);
  const transparent = hasAlpha(pixelFormat);
  const linear = isLinear(pixelFormat);
  const deep = isDeep(pixelFormat);
  // swscale fills the green plane alone where it makes colours of grey numbers.
  const grey = linear && isGrey(pixelFormat);
  const inLight = grey ? 'grayf32le' : transparent ? 'gbrapf32le' : 'gbrpf32le';
  const inCodes = transparent ? ['rgba', 'rgba64le'] : ['rgb24', 'rgb48le'];
  const samples = linear ? inLight : inCodes[deep ? 1 : 0];
  const output = ['-frames:v', '1', '-vf', `format=${samples}`, '-f', 'rawvideo', 'pipe:1'];
  const { ffmpeg } = await findFfmpeg();
  const decode = (strict: string[]) =>
    runChildForBytes(ffmpeg, ['-v', 'error', '-nostdin', ...strict, ...input(path, format), ...output]);
  const channels = grey ? 1 : transparent ? 4 : 3;
  const expected = width * height * channels * (linear ? 4 : deep ? 2 : 1);
  let problem: string | undefined;
  const bytes = await decode(['-xerror', '-err_detect', 'explode']).catch((error: unknown) => {
    if (!(error instanceof ChildFailure)) throw error;
    problem = error.reason;
    return decode([]);
  });
  if (bytes.length < expected) throw new Error(problem ?? 'no picture was found in it');
  problem ??= (await readPictureHeader(path, format))?.problem;
  // A buffer of its own begins where its numbers may.
  const own = new Uint8Array(bytes.subarray(0, expected));
  if (linear) return { ...fromLinear(new Float32Array(own.buffer), width, height), problem };
  const values = deep ? new Uint16Array(own.buffer) : own;
  const picture = pictureFromPacked(values, width, height, channels);
  return { picture, ...(transparent && { alpha: alphaOf(values) }), problem };
}

/** Planes G, B, R and perhaps A, or one of grey, of linear light, colours multiplied with their alpha as OpenEXR has them. */
function fromLinear(planes: Float32Array, width: number, height: number): Pixels {
  const n = width * height;
  const picture = createPicture(width, height);
  const alpha = planes.length === 4 * n ? planes.slice(3 * n).map(clip) : undefined;
  const order = planes.length === n ? [0, 0, 0] : [2, 0, 1];
  for (const [plane, from] of order.entries())
    for (let i = 0; i < n; i++) {
      const share = alpha && alpha[i] > 0 ? alpha[i] : 1;
      picture.data[plane * n + i] = 255 * srgb(clip(planes[from * n + i] / share));
    }
  return { picture, ...(alpha && { alpha }) };
}

/** Into 0..1; what is no number is black. */
const clip = (value: number): number => (value > 0 ? Math.min(value, 1) : 0);

/** IEC 61966-2-1: linear light 0..1 → code value 0..1. */
const srgb = (light: number): number =>
  light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
