import sharp from 'sharp';
import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { writeAtomic } from './atomic.js';

/**
 * Stores a plane of values 0..1 (a certainty, a mask) as 16-bit grey PNG, 65535 = 1, clipped. Atomic, and the
 * same plane gives the same bytes.
 *
 * @throws NstError as writeAtomic.
 */
export async function writePlane(path: string, { width, height, data }: Plane): Promise<void> {
  const words = new Uint16Array(data.length);
  for (let i = 0; i < words.length; i++) words[i] = Math.round(65535 * Math.min(1, Math.max(0, data[i])));
  const bytes = await sharp(words, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 3 })
    .toBuffer();
  await writeAtomic(path, bytes);
}

/**
 * Reads what `writePlane` wrote: value = word / 65535.
 *
 * @throws NstError input PLANE_UNREADABLE (missing, cut short, or not 16-bit grey).
 */
export async function readPlane(path: string): Promise<Plane> {
  try {
    const source = sharp(path, { failOn: 'truncated', limitInputPixels: false });
    const { depth, channels } = await source.metadata();
    if (depth !== 'ushort' || channels !== 1)
      throw new Error(`expected 16-bit grey, found ${channels} channels of ${depth}`);
    const { data, info } = await source
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const words = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    const values = new Float32Array(words.length);
    for (let i = 0; i < values.length; i++) values[i] = words[i] / 65535;
    return { width: info.width, height: info.height, data: values };
  } catch (cause) {
    const reason = String((cause as Error).message).split('\n')[0];
    throw new NstError('input', 'PLANE_UNREADABLE', `The mask ${path} cannot be read: ${reason}`, { cause });
  }
}
