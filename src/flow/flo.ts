import { open, readFile } from 'node:fs/promises';
import { NstError } from '../error.js';
import type { FlowField } from './flow_field.js';

// The .flo format of Baker et al. 2011 (Middlebury): float32 tag, int32 width, int32 height,
// then u, v interleaved in row order, float32; all little-endian whatever the machine.
const TAG = 202021.25;
const HEADER_BYTES = 12;
const LARGEST_SIDE = 99_999;

/** The size that the header of a `.flo` says, checked against the `length` of the whole, bytes. */
function sizeOf(
  bytes: Uint8Array,
  length: number,
  name: string,
): { readonly width: number; readonly height: number } {
  const bad = (expected: string, found: string) =>
    new NstError('input', 'FLO_BAD', `${name}: not a usable .flo file: expected ${expected}, found ${found}`);
  if (bytes.byteLength < HEADER_BYTES) {
    throw bad(`a header of ${HEADER_BYTES} bytes`, `${bytes.byteLength} bytes in all`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = view.getFloat32(0, true);
  if (tag !== TAG) throw bad(`the tag ${TAG}`, String(tag));
  const width = view.getInt32(4, true);
  const height = view.getInt32(8, true);
  if (width < 1 || height < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
    throw bad(`sides of 1 to ${LARGEST_SIDE} pixels`, `${width}x${height}`);
  }
  const n = width * height;
  if (length !== HEADER_BYTES + 8 * n) {
    throw bad(`${HEADER_BYTES + 8 * n} bytes for ${width}x${height} pixels`, `${length} bytes`);
  }
  return { width, height };
}

/** Reads `.flo` bytes; `name` is how messages call them. Throws `FLO_BAD` (input). */
export function decodeFlo(bytes: Uint8Array, name = 'flow'): FlowField {
  const { width, height } = sizeOf(bytes, bytes.byteLength, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const n = width * height;
  const u = new Float32Array(n);
  const v = new Float32Array(n);
  for (let i = 0, at = HEADER_BYTES; i < n; i++, at += 8) {
    u[i] = view.getFloat32(at, true);
    v[i] = view.getFloat32(at + 4, true);
  }
  return { width, height, u, v };
}

/** The `.flo` bytes of a flow field. */
export function encodeFlo({ width, height, u, v }: FlowField): Uint8Array {
  const n = width * height;
  const bytes = new Uint8Array(HEADER_BYTES + 8 * n);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, TAG, true);
  view.setInt32(4, width, true);
  view.setInt32(8, height, true);
  for (let i = 0, at = HEADER_BYTES; i < n; i++, at += 8) {
    view.setFloat32(at, u[i], true);
    view.setFloat32(at + 4, v[i], true);
  }
  return bytes;
}

/** Reads a `.flo` file. Throws `FILE_MISSING`, `FILE_UNREADABLE` or `FLO_BAD` (all input). */
export async function readFlo(path: string): Promise<FlowField> {
  return decodeFlo(await readFloFile(path), path);
}

/** The bytes of a `.flo` file. Throws `FILE_MISSING`, `FILE_UNREADABLE` (input). */
export function readFloFile(path: string): Promise<Uint8Array> {
  return fromFile(path, () => readFile(path));
}

/** The size of a `.flo` file, from its header and length. Throws as readFlo. */
export async function floSize(path: string): Promise<{ readonly width: number; readonly height: number }> {
  const { header, length } = await fromFile(path, async () => {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return { header: buffer.subarray(0, bytesRead), length: (await file.stat()).size };
    } finally {
      await file.close();
    }
  });
  return sizeOf(header, length, path);
}

async function fromFile<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const [code, what] = missing
      ? ['FILE_MISSING', 'no such file']
      : ['FILE_UNREADABLE', 'this file cannot be read'];
    throw new NstError('input', code, `${path}: ${what}`, { cause });
  }
}
