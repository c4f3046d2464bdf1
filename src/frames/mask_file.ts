import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp from 'sharp';
import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { assertFilled, assertPixels, isTooLarge, LIMITED, tooLarge } from './picture_limit.js';

export interface MaskSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads a mask that any program may have written, white = 1, black = 0: binary PGM (P5) of 8 or 16 bits, or a PNG
 * of any kind, of which the grey value counts.
 *
 * @throws NstError input FILE_MISSING, PLANE_UNREADABLE.
 */
export async function readMask(path: string): Promise<Plane> {
  const bytes = await contents(path);
  if (isPgm(path)) return decodePgm(bytes, path);
  await maskSize(path);
  return decode(path, async () => {
    const { data, info } = await sharp(bytes, { failOn: 'truncated', ...LIMITED })
      .flatten()
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const words = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    const plane = new Float32Array(info.width * info.height);
    for (let i = 0; i < plane.length; i++) plane[i] = words[i * info.channels] / 65535;
    return { width: info.width, height: info.height, data: plane };
  });
}

/** The size of a mask, from its header. Throws as readMask. */
export async function maskSize(path: string): Promise<MaskSize> {
  const bytes = await contents(path);
  if (isPgm(path)) {
    const { width, height } = pgmHeader(bytes, path);
    return { width, height };
  }
  return decode(path, async () => {
    const { width, height } = await sharp(bytes, LIMITED).metadata();
    assertFilled(`The mask ${path}`, { width, height }, bytes.length);
    return { width, height };
  });
}

const isPgm = (path: string): boolean => extname(path).toLowerCase() === '.pgm';

async function contents(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new NstError('input', 'FILE_MISSING', `${path}: no such file`, { cause });
    throw unreadable(path, String((cause as Error).message), cause);
  }
}

async function decode<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NstError) throw cause;
    if (isTooLarge(cause)) throw tooLarge(`The mask ${path}`, undefined, cause);
    throw unreadable(path, String((cause as Error).message).split('\n')[0], cause);
  }
}

const unreadable = (path: string, reason: string, cause?: unknown) =>
  new NstError('input', 'PLANE_UNREADABLE', `The mask ${path} cannot be read: ${reason}`, { cause });

/** Size, largest value and length of a PGM's header (netpbm's pgm(5)): words with white space or # comments between. */
function pgmHeader(bytes: Buffer, path: string): MaskSize & { most: number; length: number } {
  const text = bytes.toString('latin1', 0, 1024);
  const gap = '(?:\\s|#[^\\n]*\\n)+';
  const match = new RegExp(`^P5${gap}(\\d+)${gap}(\\d+)${gap}(\\d+)\\s`).exec(text);
  if (!match) throw unreadable(path, 'expected a binary PGM (P5)');
  const [width, height, most] = match.slice(1).map(Number);
  if (width < 1 || height < 1 || most < 1 || most > 65535)
    throw unreadable(path, `expected a size and a largest value, found ${width}x${height}, ${most}`);
  assertPixels(`The mask ${path}`, { width, height });
  return { width, height, most, length: match[0].length };
}

function decodePgm(bytes: Buffer, path: string): Plane {
  const { width, height, most, length } = pgmHeader(bytes, path);
  const n = width * height;
  const step = most > 255 ? 2 : 1;
  if (bytes.length < length + n * step)
    throw unreadable(path, `expected ${n * step} bytes of pixels, found ${bytes.length - length}`);
  const data = new Float32Array(n);
  for (let i = 0, at = length; i < n; i++, at += step)
    data[i] = Math.min(1, (step === 2 ? bytes.readUInt16BE(at) : bytes[at]) / most);
  return { width, height, data };
}
