import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { NstError } from '../error.js';
import { didYouMeanFile } from '../nearest_file.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import type { Picture } from '../picture.js';
import { layOver, rgbaFromPicture } from './alpha.js';
import { writeAtomic } from './atomic.js';
import { ChildFailure } from './child.js';
import { drawPng } from './drawing.js';
import { type Pixels, readByFfmpeg } from './ffmpeg_picture.js';
import { heifUnreadable } from './heif_advice.js';
import { assertOrdinaryFile } from './ordinary_file.js';
import { kindOfStart, type PictureKind, startOfFile } from './picture_kind.js';
import { assertFilled, isTooLarge, LIMITED, tooLarge } from './picture_limit.js';
import { assertWholePng } from './png_chunks.js';
import { pictureFromPacked, rgb24FromPicture, rgb48FromPicture } from './raw_frame.js';
import { resizePicture } from './resize.js';
import { asWords, readBySharp, reasonOf } from './sharp_picture.js';
import { refersElsewhere } from './svg_references.js';

export interface ReadPictureOptions {
  /** What the file is to the user, for messages: `style`, `photo`. Default `picture`. */
  readonly label?: string;
  /** Longer sides are reduced to this many pixels while reading. Default 4096. */
  readonly longSide?: number;
  /** Lay transparency over black and give it along as the picture's alpha, instead of over white. */
  readonly keepAlpha?: boolean;
  /** Takes sentences on what was changed. */
  readonly note?: (sentence: string) => void;
  /** Takes the sentence on a file that its decoder complains about; `note` unless given. */
  readonly warn?: (sentence: string) => void;
}

const SMALLEST_SIDE = 8;
const LONGEST_SIDE = 4096;

/**
 * Reads any picture file as sRGB 0..255: turned by its EXIF tag, colours by its profile (CMYK included), 16-bit kept,
 * transparency laid over white, or kept.
 *
 * @throws NstError input FILE_MISSING, PICTURE_UNREADABLE, PICTURE_TOO_SMALL (a side under 8 px), PICTURE_TOO_LARGE; all
 *   name the file; resources OUT_OF_MEMORY.
 */
export async function readPicture(path: string, options: ReadPictureOptions = {}): Promise<Picture> {
  const { label = 'picture', longSide = LONGEST_SIDE, keepAlpha = false, note = () => {} } = options;
  const { warn = note } = options;
  const name = `The ${label} ${path}`;
  const kind = await presentKind(path, label);
  try {
    const byFfmpeg = kind.by === 'ffmpeg';
    const drawn = 'drawing' in kind ? await draw(path, name, longSide) : undefined;
    const pixels = byFfmpeg
      ? await readByFfmpeg(path, kind.format)
      : await readBySharp(drawn ?? path, {
          longSide,
          look: (header) => {
            assertFilled(name, header, drawn?.length ?? statSync(path).size);
            tellHeader(header, name, longSide, note);
          },
        });
    const { width, height } = pixels.picture;
    if (byFfmpeg) tellSize(width, height, name, longSide, note);
    if (pixels.problem)
      warn(
        `${name} is not quite as it should be (${pixels.problem}); it was read as far as that is possible.`,
      );
    const seen = withoutGaps(pixels, keepAlpha, () =>
      note(`${name} has transparency; it was laid over white.`),
    );
    const scale = Math.min(1, longSide / Math.max(width, height));
    const side = (length: number) => Math.max(1, Math.round(length * scale));
    return resizePicture(seen, side(width), side(height));
  } catch (cause) {
    if (cause instanceof NstError) throw cause;
    if (isTooLarge(cause)) throw tooLarge(name, undefined, cause);
    const ordinary = ordinaryFailure(cause);
    if (ordinary?.kind === 'resources') throw ordinary;
    if ('heif' in kind) throw heifUnreadable(name, path, kind.heif, cause);
    const reason = cause instanceof ChildFailure ? cause.reason : reasonOf(cause);
    const sentence = `${name} is no picture that can be read: ${reason}`;
    throw new NstError('input', 'PICTURE_UNREADABLE', sentence, { cause });
  }
}

/** A drawing as PNG; one that takes parts from other files looks otherwise when these change, and is refused. */
async function draw(path: string, name: string, longSide: number): Promise<Buffer> {
  if (!refersElsewhere(readFileSync(path))) return drawPng(path, name, longSide);
  const sentence = `${name} is a drawing with parts in other files; expected one that is whole by itself.`;
  throw new NstError('input', 'PICTURE_UNREADABLE', sentence);
}

type Note = (sentence: string) => void;

function tellHeader({ width, height, space, pages }: Metadata, name: string, longSide: number, note: Note) {
  tellSize(width, height, name, longSide, note);
  if (space === 'cmyk') note(`${name} is CMYK; its colours were converted to sRGB.`);
  if ((pages ?? 1) > 1) note(`${name} has ${pages} pictures; the first is used.`);
}

function tellSize(width: number, height: number, name: string, longSide: number, note: Note): void {
  if (Math.min(width, height) < SMALLEST_SIDE) {
    const sentence = `${name} is ${width}x${height}; expected at least ${SMALLEST_SIDE} pixels each way.`;
    throw new NstError('input', 'PICTURE_TOO_SMALL', sentence);
  }
  if (Math.max(width, height) > longSide)
    note(`${name} is ${width}x${height}; it was reduced to ${longSide} pixels on its long side.`);
}

/** Over black with its alpha, or over white without; opaque pictures as they are. */
function withoutGaps({ picture, alpha }: Pixels, keepAlpha: boolean, tell: () => void): Picture {
  if (!alpha || alpha.every((a) => a === 1)) return picture;
  if (keepAlpha) return layOver(0, picture, alpha);
  tell();
  const { width, height, data } = layOver(255, picture, alpha);
  return { width, height, data };
}

/** What is to read a picture that is there. */
async function presentKind(path: string, label: string): Promise<PictureKind> {
  try {
    if (path === '-') assertOrdinaryFile(path, undefined);
    assertOrdinaryFile(path, await stat(path));
    const { start } = await startOfFile(path);
    return kindOfStart(start, path);
  } catch (cause) {
    const name = `The ${label} ${path}`;
    if (cause instanceof NstError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EISDIR')
      throw new NstError('input', 'PICTURE_UNREADABLE', `${name} is a folder, expected a picture.`);
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const sentence = `${name} ${missing ? `does not exist${didYouMeanFile(path) || '.'}` : `cannot be read (${code}).`}`;
    throw new NstError('input', missing ? 'FILE_MISSING' : 'PICTURE_UNREADABLE', sentence, { cause });
  }
}

/**
 * A frame as stored between the steps: 16-bit RGB PNG, word = round(257·value), clipped to 0..255; an alpha is left
 * out. Atomic.
 * The same picture gives the same bytes. Level 3 without row filters: 25 ms for 640x360, where filters cost
 * 15 ms more for 6 % fewer bytes.
 *
 * @throws NstError as writeAtomic.
 */
export async function writeFrame(path: string, { width, height, data }: Picture): Promise<void> {
  await writeAtomic(path, await encodePng({ width, height, data }, 16));
}

/** PNG bytes of a picture, clipped to 0..255 and rounded to 8 or 16 bits; RGBA where it has an alpha. */
export function encodePng(picture: Picture, depth: 8 | 16): Promise<Buffer> {
  const { width, height, alpha } = picture;
  const opaque = depth === 16 ? rgb48FromPicture : rgb24FromPicture;
  const pixels = alpha ? rgbaFromPicture(picture, depth) : opaque(picture);
  return sharp(pixels, { raw: { width, height, channels: alpha ? 4 : 3 } })
    .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
    .png({ compressionLevel: 3, adaptiveFiltering: false })
    .toBuffer();
}

/**
 * Reads what `writeFrame` wrote, exactly: value = word/257.
 *
 * @throws NstError input FILE_MISSING, FRAME_UNREADABLE (cut short, damaged, or not 16-bit RGB).
 */
export async function readFrame(path: string): Promise<Picture> {
  await presentKind(path, 'frame');
  try {
    const png = await readFile(path);
    assertWholePng(png);
    return await decodeFramePng(png);
  } catch (cause) {
    const reason = String((cause as Error).message).split('\n')[0];
    throw new NstError('input', 'FRAME_UNREADABLE', `The frame ${path} cannot be read: ${reason}`, { cause });
  }
}

/** The picture in a 16-bit RGB PNG, a file's path or its bytes: value = word/257. Throws an `Error` for any other PNG. */
export async function decodeFramePng(png: string | Buffer): Promise<Picture> {
  const source = sharp(png, { failOn: 'truncated', ...LIMITED });
  const { depth, channels, width, height } = await source.metadata();
  if (Buffer.isBuffer(png)) assertFilled('its header', { width, height }, png.length);
  if (depth !== 'ushort' || channels !== 3) {
    throw new Error(`expected 16-bit RGB, found ${channels} channels of ${depth}`);
  }
  const { data, info } = await source
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  return pictureFromPacked(asWords(data), info.width, info.height);
}
