import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { writeAtomic } from './atomic.js';
import { assertFilled, LIMITED } from './picture_limit.js';
import { assertWholePng } from './png_chunks.js';

/**
 * Stores a plane of values 0..1 (a certainty, a mask) as 16-bit grey PNG, 65535 = 1, clipped. Atomic, and the
 * same plane gives the same bytes.
 *
 * @throws NstError as writeAtomic.
 */
export async function writePlane(path: string, plane: Plane): Promise<void> {
  await writeAtomic(path, await encodePlane(plane));
}

/** PNG bytes of a plane, as writePlane stores them. */
export async function encodePlane({ width, height, data }: Plane): Promise<Buffer> {
  const words = new Uint16Array(data.length);
  for (let i = 0; i < words.length; i++) words[i] = Math.round(65535 * Math.min(1, Math.max(0, data[i])));
  return sharp(words, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/**
 * Reads what `writePlane` wrote: value = word / 65535.
 *
 * @throws NstError input PLANE_UNREADABLE (missing, cut short, damaged, or not 16-bit grey).
 */
export async function readPlane(path: string): Promise<Plane> {
  return (await readPlaneFile(path)).plane;
}

/** As readPlane, with the file's bytes. */
export async function readPlaneFile(path: string): Promise<{ readonly plane: Plane; readonly png: Buffer }> {
  try {
    const png = await readFile(path);
    assertWholePng(png);
    const source = sharp(png, { failOn: 'truncated', ...LIMITED });
    const { depth, channels, width, height } = await source.metadata();
    assertFilled('its header', { width, height }, png.length);
    if (depth !== 'ushort' || channels !== 1)
      throw new Error(`expected 16-bit grey, found ${channels} channels of ${depth}`);
    const { data, info } = await source
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const words = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    const values = new Float32Array(words.length);
    for (let i = 0; i < values.length; i++) values[i] = words[i] / 65535;
    return { plane: { width: info.width, height: info.height, data: values }, png };
  } catch (cause) {
    const reason = String((cause as Error).message).split('\n')[0];
    throw new NstError('input', 'PLANE_UNREADABLE', `The mask ${path} cannot be read: ${reason}`, { cause });
  }
}
