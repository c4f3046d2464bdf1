import { crc32 } from '../crc32.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length, type and checksum of a chunk, bytes. */
const FRAME = 12;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Where it begins in the file. */
  readonly at: number;
}

/**
 * The chunks of a PNG, whose checksums (CRC-32, PNG specification 5.3) are verified: decoders pass over them.
 * @throws Error saying what is damaged.
 */
function chunksOf(png: Buffer): Chunk[] {
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    throw new Error('it does not begin as a PNG does');
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const end = at + FRAME <= png.length ? at + FRAME + png.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    if (end > png.length) throw new Error('it is cut short');
    if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4))
      throw new Error(`it is damaged: a checksum in it is not that of its contents (byte ${at})`);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: png.subarray(at + 8, end - 4), at });
    at = end;
  }
  if (chunks.at(-1)?.type !== 'IEND') throw new Error('it is cut short');
  return chunks;
}

/** Makes sure that a PNG is as it was written. Throws an `Error` saying what is damaged. */
export function assertWholePng(png: Buffer): void {
  chunksOf(png);
}

/**
 * A PNG with a text more in it (a `tEXt` chunk), which readers of pictures pass over.
 * @param keyword Up to 79 Latin letters, as the text.
 */
export function withPngText(png: Buffer, keyword: string, text: string): Buffer {
  const end = chunksOf(png).at(-1)?.at;
  const data = Buffer.from(`${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(FRAME + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('tEXt', 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

/** A text of a PNG; undefined where it has none of this keyword. Throws as assertWholePng. */
export function pngText(png: Buffer, keyword: string): string | undefined {
  const start = `${keyword}\0`;
  for (const { type, data } of chunksOf(png)) {
    const text = type === 'tEXt' ? data.toString('latin1') : '';
    if (text.startsWith(start)) return text.slice(start.length);
  }
  return undefined;
}
