import { startOfFile } from './picture_kind.js';

/** What the first bytes of a picture say that ffmpeg reads. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** What is wrong with it although it can be read, in words. */
  readonly problem?: string;
}

/** Attributes of an OpenEXR header and its table of chunks are well within. */
const READ = 1 << 18;

type Reader = (bytes: Buffer, size: number) => PictureHeader | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  exr: exrHeader,
  dpx: (bytes) => {
    const little = bytes.toString('latin1', 0, 4) === 'XPDS';
    const at = (place: number) => (little ? bytes.readUInt32LE(place) : bytes.readUInt32BE(place));
    return { width: at(772), height: at(776) };
  },
  bmp: (bytes) =>
    bytes.readUInt32LE(14) === 12
      ? { width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) }
      : { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) },
  targa: targaHeader,
  sgi: (bytes) => ({ width: bytes.readUInt16BE(6), height: bytes.readUInt16BE(8) }),
  ppm: netpbmHeader,
  pgm: netpbmHeader,
  pbm: netpbmHeader,
};

/**
 * The size that a picture's own header states, without a process for each of thousands of pictures; undefined for
 * formats that are left to ffprobe and for headers that are not understood. Throws the system's errors.
 */
export async function readPictureHeader(path: string, format: string): Promise<PictureHeader | undefined> {
  const reader = READERS[format] as Reader | undefined;
  if (!reader) return undefined;
  const { start, size } = await startOfFile(path, READ);
  try {
    const header = reader(start, size);
    return header && header.width > 0 && header.height > 0 ? header : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // cut short within the header
    throw error;
  }
}

/** netpbm's ppm(5): words with white space or # comments between. */
function netpbmHeader(bytes: Buffer): PictureHeader | undefined {
  const gap = '(?:\\s|#[^\\n]*\\n)+';
  const match = new RegExp(`^P[1-6]${gap}(\\d+)${gap}(\\d+)\\s`).exec(bytes.toString('latin1', 0, 4096));
  return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

/** Truevision TGA 2.0; ffmpeg fills what an uncompressed file lacks without a word. */
function targaHeader(bytes: Buffer, size: number): PictureHeader {
  const width = bytes.readUInt16LE(12);
  const height = bytes.readUInt16LE(14);
  const palette = bytes[1] === 1 ? bytes.readUInt16LE(5) * Math.ceil(bytes[7] / 8) : 0;
  const pixels = width * height * Math.ceil(bytes[16] / 8);
  const end = bytes[2] < 8 ? 18 + bytes[0] + palette + pixels : 0;
  return { width, height, ...(size < end && { problem: `${size} of ${end} bytes are there` }) };
}

/**
 * OpenEXR's file layout: attributes, then the places of all chunks. ffmpeg shows the display window, and leaves what a
 * file cut short lacks black without a word.
 */
function exrHeader(bytes: Buffer, size: number): PictureHeader | undefined {
  const flags = bytes.readUInt32LE(4) >> 8;
  let at = 8;
  let window: readonly number[] | undefined;
  while (bytes[at] !== 0) {
    const [name, type] = [bytes.indexOf(0, at), bytes.indexOf(0, bytes.indexOf(0, at) + 1)];
    if (name < 0 || type < 0) return undefined;
    const value = type + 5;
    if (bytes.toString('latin1', at, name) === 'displayWindow')
      window = [0, 4, 8, 12].map((place) => bytes.readInt32LE(value + place));
    at = value + bytes.readUInt32LE(type + 1);
  }
  if (!window) return undefined;
  const header = { width: window[2] - window[0] + 1, height: window[3] - window[1] + 1 };
  const inTilesOrParts = (flags & 0x1a) !== 0;
  const table = at + 1;
  const count = inTilesOrParts ? 0 : (Number(bytes.readBigUInt64LE(table)) - table) / 8;
  if (!Number.isInteger(count) || count < 1 || count > header.height) return header;
  let lacking = 0;
  for (let i = 0; i < count; i++) if (bytes.readBigUInt64LE(table + 8 * i) >= BigInt(size)) lacking++;
  return lacking === 0
    ? header
    : { ...header, problem: `${lacking} of ${count} blocks of lines are not there` };
}
