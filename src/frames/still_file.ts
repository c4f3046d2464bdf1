import { open, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { isThere } from '../there.js';
import { rgbaFromPicture } from './alpha.js';
import { temporaryName, writeAtomic, writeError } from './atomic.js';
import { rgb24FromPicture } from './raw_frame.js';

/** Near the limit of what the eye finds at the size the picture is looked at. */
const JPEG_QUALITY = 95;

const ENCODERS: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  '.png': (image) => image.png(),
  '.jpg': (image) => image.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }),
  '.jpeg': (image) => image.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }),
  '.webp': (image) => image.webp({ quality: JPEG_QUALITY }),
  '.tif': (image) => image.tiff({ compression: 'lzw' }),
  '.tiff': (image) => image.tiff({ compression: 'lzw' }),
};

function encoderOf(path: string): (image: Sharp) => Sharp {
  const encoder = ENCODERS[extname(path).toLowerCase()];
  if (encoder) return encoder;
  const known = Object.keys(ENCODERS).join(', ');
  throw new NstError(
    'usage',
    'OUTPUT_FORMAT_UNKNOWN',
    `${path}: expected a picture ending in one of ${known}.`,
  );
}

/** Whether the format that a name asks for can hold an alpha. */
export function stillHoldsAlpha(path: string): boolean {
  return !/^\.jpe?g$/i.test(extname(path));
}

/**
 * Writes a finished picture as sRGB with 8 bits, clipped to 0..255, in the format its name asks for, with its alpha
 * where that can hold one and over black where not. Atomic.
 *
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN, and as writeAtomic.
 */
export async function writeStill(path: string, picture: Picture): Promise<void> {
  const { width, height } = picture;
  const alpha = picture.alpha !== undefined && stillHoldsAlpha(path);
  const pixels = alpha ? rgbaFromPicture(picture, 8) : rgb24FromPicture(picture);
  const image = sharp(pixels, { raw: { width, height, channels: alpha ? 4 : 3 } });
  await writeAtomic(path, await encoderOf(path)(image).toBuffer());
}

/**
 * Finds out before the work begins whether a picture can be written: its name, what is there, a trial file.
 *
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN; input OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE; resources DISK_FULL.
 */
export async function assertWritableStill(
  path: string,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  encoderOf(path);
  if (isThere(path) && !overwrite)
    throw new NstError('input', 'OUTPUT_EXISTS', `${path} exists already. To replace it add --overwrite.`);
  try {
    const trial = temporaryName(path);
    await (await open(trial, 'wx')).close();
    await rm(trial);
  } catch (error) {
    throw writeError(error, path);
  }
}
