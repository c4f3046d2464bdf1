import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeBrainHalves, decodeHalves, floatToHalf } from '../engine/float16.js';
import { NstError } from '../error.js';
import { printable } from '../printable.js';

/** One array of a weights file: its shape, and its elements as float32 in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The free text pairs of `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 of the whole file, hexadecimal. */
  readonly checksum: string;
}

type StoredType = 'F32' | 'F16' | 'BF16';

const ELEMENT_BYTES: Record<StoredType, number> = { F32: 4, F16: 2, BF16: 2 };
/** Bytes of a header; the format itself allows 100 MB, of which no network here needs a hundredth. */
const HEADER_LIMIT = 4_000_000;

/** Characters of what is said of a file: it may repeat names of tensors and much else of it. */
const LONGEST = 400;

/** A weights file that cannot be used; all such messages begin with the file and say what was wrong in it. */
export function networkFileBad(path: string, problem: string, cause?: unknown): NstError {
  return new NstError('input', 'NETWORK_FILE_BAD', `${path}: ${printable(problem, LONGEST)}`, { cause });
}

/**
 * Reads a safetensors file of F32, F16 or BF16 tensors.
 * @throws NstError `NETWORK_MISSING` (environment) where there is no such file, `NETWORK_FILE_BAD` (input)
 *   where it cannot be read or its content breaks the format.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new NstError('environment', 'NETWORK_MISSING', `${path}: there is no such network file`, {
        cause,
      });
    throw networkFileBad(path, `cannot be read (${(cause as Error).message})`, cause);
  }
  return parseSafetensors(bytes, path);
}

/** As `readSafetensors`, of bytes in memory; `path` only names them in errors. */
export function parseSafetensors(bytes: Uint8Array, path: string): SafetensorsFile {
  const { header, data } = splitHeader(bytes, path);
  const tensors = new Map<string, Tensor>();
  const spans: Span[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { type, shape, begin, end } = readEntry(name, entry, data.length, path);
    spans.push({ name, begin, end });
    tensors.set(name, { shape, data: decode(type, data.subarray(begin, end)) });
  }
  checkSpans(spans, data.length, path);
  const checksum = createHash('sha256').update(bytes).digest('hex');
  return { path, tensors, metadata: readMetadata(header.__metadata__, path), checksum };
}

function splitHeader(bytes: Uint8Array, path: string): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < 8)
    throw networkFileBad(path, `expected a safetensors file, found only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const claimed = view.getBigUint64(0, true);
  const length = Number(claimed);
  if (length < 2 || length > HEADER_LIMIT || 8 + length > bytes.length)
    throw networkFileBad(
      path,
      `its header claims ${claimed} bytes, but the file has ${bytes.length} in all (cut short, or not safetensors)`,
    );
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch (cause) {
    throw networkFileBad(path, `its header is not JSON (${(cause as Error).message})`, cause);
  }
  if (!isRecord(header)) throw networkFileBad(path, 'its header is not a JSON object');
  return { header, data: bytes.subarray(8 + length) };
}

function readEntry(name: string, entry: unknown, available: number, path: string) {
  if (!isRecord(entry)) throw networkFileBad(path, `tensor ${name}: its header entry is not an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype))
    throw networkFileBad(path, `tensor ${name}: expected type F32, F16 or BF16, found ${shown(dtype)}`);
  if (!isSizes(shape))
    throw networkFileBad(path, `tensor ${name}: expected a shape of whole numbers, found ${shown(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw networkFileBad(path, `tensor ${name}: expected offsets [begin,end], found ${shown(offsets)}`);
  const [begin, end] = offsets;
  if (end > available)
    throw networkFileBad(
      path,
      `tensor ${name}: its data end at byte ${end}, but the file holds only ${available} bytes of data (cut short?)`,
    );
  const type = dtype as StoredType;
  const expected = shape.reduce((a, b) => a * b, 1) * ELEMENT_BYTES[type];
  if (end - begin !== expected)
    throw networkFileBad(
      path,
      `tensor ${name}: ${type} of shape [${shape.slice(0, 8)}] needs ${expected} bytes, found ${end - begin}`,
    );
  return { type, shape, begin, end };
}

interface Span {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** The format lets tensors neither overlap nor leave bytes between or after them. */
function checkSpans(spans: Span[], available: number, path: string): void {
  let reached = 0;
  let before = 'the start of the data';
  for (const { name, begin, end } of spans.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < reached)
      throw networkFileBad(
        path,
        `tensor ${name}: its data begin at byte ${begin} and overlap ${before}, which ends at ${reached}`,
      );
    if (begin > reached)
      throw networkFileBad(
        path,
        `tensor ${name}: its data begin at byte ${begin}, expected ${reached}, the end of ${before}`,
      );
    reached = end;
    before = name;
  }
  if (reached !== available)
    throw networkFileBad(path, `its tensors use ${reached} bytes of data, but the file holds ${available}`);
}

function decode(type: StoredType, bytes: Uint8Array): Float32Array {
  if (type === 'F16') return decodeHalves(bytes);
  if (type === 'BF16') return decodeBrainHalves(bytes);
  // The copy also aligns; every platform Node runs on that has an onnxruntime is little-endian like the file.
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function readMetadata(entry: unknown, path: string): Record<string, string> {
  if (entry === undefined) return {};
  if (!isRecord(entry) || Object.values(entry).some((v) => typeof v !== 'string'))
    throw networkFileBad(path, 'its __metadata__ is not a table of strings');
  return entry as Record<string, string>;
}

/** The bytes of a safetensors file holding `tensors`, stored as float32 or rounded to float16. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
  type: 'F32' | 'F16' = 'F32',
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    const stored = type === 'F32' ? data : Uint16Array.from(data, floatToHalf);
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    header[name] = { dtype: type, shape, data_offsets: [at, at + bytes.length] };
    parts.push(bytes);
    at += bytes.length;
  }
  let text = JSON.stringify(header);
  text = text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)); // data start on a multiple of 8
  const head = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, ...parts]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= 0);
}

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const nested = Array.isArray(value) && (value.length > 16 || value.some((one) => typeof one === 'object'));
  return nested ? `a list of ${value.length}` : JSON.stringify(value);
}
