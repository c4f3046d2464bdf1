import sharp, { type FailOnOptions, type Metadata, type Sharp } from 'sharp';
import { alphaOf } from './alpha.js';
import type { Pixels } from './ffmpeg_picture.js';
import { isTooLarge, LIMITED } from './picture_limit.js';
import { pictureFromPacked } from './raw_frame.js';

/** What decides how a file is read. */
export interface SharpReading {
  /** Longer sides are reduced to this many pixels. */
  readonly longSide: number;
  /** Sees what the header says before anything is decoded; may throw. */
  readonly look: (header: Metadata) => void;
}

/** A file opened for a decoder that stops at what `failOn` says. */
export const openPicture = (picture: string | Buffer, failOn: FailOnOptions): Sharp =>
  sharp(picture, { failOn, ...LIMITED });

/** The first line of what a library says. */
export const reasonOf = (cause: unknown): string =>
  String((cause as Error).message)
    .split('\n')[0]
    .trim();

/**
 * Reads a picture file: strictly, and where the decoder warns or misses a part, once more as far as it goes, as viewers
 * do; then the decoder's words come along. Throws sharp's error for a file of which nothing can be decoded.
 */
export async function readBySharp(
  picture: string | Buffer,
  { longSide, look }: SharpReading,
): Promise<Pixels> {
  look(await openPicture(picture, 'none').metadata());
  try {
    return await decode(openPicture(picture, 'warning'), longSide);
  } catch (strict) {
    if (isTooLarge(strict)) throw strict;
    const pixels = await decode(openPicture(picture, 'none'), longSide);
    if (isPlain(pixels.picture.data)) throw strict;
    return { ...pixels, problem: reasonOf(strict) };
  }
}

async function decode(source: Sharp, longSide: number): Promise<Pixels> {
  const { width, height, depth } = await source.metadata();
  let work = source.autoOrient();
  if (Math.max(width, height) > longSide)
    work = work.resize({ width: longSide, height: longSide, fit: 'inside' });
  const deep = depth !== 'uchar' && depth !== 'char';
  const { data, info } = await work
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const samples = deep ? asWords(data) : data;
  const picture = pictureFromPacked(samples, info.width, info.height, info.channels);
  return { picture, ...(info.channels === 4 && { alpha: alphaOf(samples) }) };
}

/** 16-bit samples of a buffer that may begin anywhere. */
export function asWords(data: Buffer): Uint16Array {
  return new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
}

/** Whether nothing was decoded: what is missing is filled with one colour. */
function isPlain(data: Float32Array): boolean {
  const n = data.length / 3;
  return data.every((value, i) => value === data[Math.floor(i / n) * n]);
}
