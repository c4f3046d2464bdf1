import { type FileHandle, open } from 'node:fs/promises';

/** Whether the file still has all the bytes its container says it has. */
export interface ContainerEnd {
  /** Bytes that the outermost element says should follow the end of the file; 0 for a whole file. */
  readonly missingBytes: number;
  /** False for an ISO film (mp4, mov) without its index (`moov`): nothing in it can be found. */
  readonly hasIndex: boolean;
}

/** Elements after which a file counts as whole: no film has so many, and ffmpeg will tell. */
const MOST_BOXES = 1_000_000;

const WHOLE: ContainerEnd = { missingBytes: 0, hasIndex: true };
const MATROSKA_HEADER = 0x1a45dfa3;
const MATROSKA_SEGMENT = 0x18538067;
const ISO_TOP_LEVEL = new Set([
  'ftyp',
  'moov',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'moof',
  'styp',
  'uuid',
]);

/**
 * Walks the outermost elements of an ISO base media file (ISO 14496-12 §4.2: 32-bit size and type, 64-bit size
 * where the 32-bit one is 1, to the end of the file where it is 0) or of a Matroska file (RFC 9559).
 * ffmpeg reads a film that was cut short as if it simply ended there, so nothing else would tell.
 * Other containers count as whole.
 */
export async function readContainerEnd(path: string): Promise<ContainerEnd> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return await endOf(new Pieces(file), size);
  } finally {
    await file.close();
  }
}

/** Where a film of these bytes ends. */
export async function endOf(file: Readable, size: number): Promise<ContainerEnd> {
  const head = await file.at(0, 8);
  if (head.length < 8) return WHOLE;
  if (head.readUInt32BE(0) === MATROSKA_HEADER) return matroskaEnd(file, size);
  return ISO_TOP_LEVEL.has(head.toString('latin1', 4, 8)) ? isoEnd(file, size) : WHOLE;
}

/** Bytes that can be read anywhere: fewer than `length` at the end. */
export interface Readable {
  at(position: number, length: number): Promise<Buffer>;
}

/** Bytes read at once: elements may be of eight bytes, and millions of them. */
const PIECE = 16_384;

/** A file read in pieces, the latest of which is kept. */
export class Pieces implements Readable {
  #piece = Buffer.alloc(0);
  #begin = 0;

  constructor(private readonly file: Pick<FileHandle, 'read'>) {}

  async at(position: number, length: number): Promise<Buffer> {
    const offset = position - this.#begin;
    if (offset < 0 || offset + length > this.#piece.length) {
      const { buffer, bytesRead } = await this.file.read(Buffer.alloc(PIECE), 0, PIECE, position);
      this.#piece = buffer.subarray(0, bytesRead);
      this.#begin = position;
      return this.#piece.subarray(0, length);
    }
    return this.#piece.subarray(offset, offset + length);
  }
}

async function isoEnd(file: Readable, fileSize: number): Promise<ContainerEnd> {
  let position = 0;
  let hasIndex = false;
  let boxes = 0;
  while (position + 8 <= fileSize) {
    const head = await file.at(position, 16);
    let size = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (size === 1 && head.length === 16) size = Number(head.readBigUInt64BE(8));
    else if (size === 0) size = fileSize - position;
    // Bytes after the last box that are no box: padding some recorders leave, not a cut.
    if (size < 8) break;
    if (++boxes > MOST_BOXES) return WHOLE;
    hasIndex ||= type === 'moov';
    position += size;
  }
  return { missingBytes: Math.max(0, position - fileSize), hasIndex };
}

async function matroskaEnd(file: Readable, fileSize: number): Promise<ContainerEnd> {
  let position = 0;
  while (position < fileSize) {
    const head = await file.at(position, 12);
    if (head.length < 5) break;
    const { value, length } = elementSize(head);
    // All value bits set: written as it came (live), so the end of the file is its end.
    if (value === undefined) return WHOLE;
    position += 4 + length + value;
    if (head.readUInt32BE(0) === MATROSKA_SEGMENT) {
      return { missingBytes: Math.max(0, position - fileSize), hasIndex: true };
    }
  }
  return WHOLE;
}

/** The variable-length size after a 4-byte element id (RFC 8794 §4). */
function elementSize(head: Buffer): { value: number | undefined; length: number } {
  const length = Math.clz32(head[4]) - 23;
  if (length > 8 || head.length < 4 + length) return { value: undefined, length };
  let value = BigInt(head[4] & (0xff >> length));
  for (let i = 1; i < length; i++) value = (value << 8n) | BigInt(head[4 + i]);
  const unknown = (1n << BigInt(7 * length)) - 1n;
  return { value: value === unknown ? undefined : Number(value), length };
}
