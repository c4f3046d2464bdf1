import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { checksumOf } from './crc32.js';
import { type FailureKind, NstError } from './error.js';
import { printable } from './printable.js';
import { isMissing } from './there.js';

/** The failure of a record that is not as its schema says; `input` RECORD_BAD unless told otherwise. */
export interface RecordFailure {
  readonly kind?: FailureKind;
  readonly code?: string;
  /** Added in brackets: how to go on. */
  readonly advice?: string;
}

type Schema<T> = v.GenericSchema<unknown, T>;

/**
 * JSON text as the record that `schema` describes; fields that the schema does not know are left out.
 * @param name The file, as messages name it.
 * @throws NstError of `failure`'s kind and code, naming the first field that is wrong, expected and found.
 */
export function parseRecord<T>(name: string, text: string, schema: Schema<T>, failure?: RecordFailure): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw recordError(name, `expected JSON, found ${shown(text)}`, failure, cause);
  }
  return checkRecord(name, unsealed(name, value, failure), schema, failure);
}

/**
 * A record as JSON text with its checksum in it, `checksum`, last: parseRecord verifies it where it is there.
 * @param space As JSON.stringify takes it.
 */
export function sealRecord(record: object, space?: number): string {
  return `${JSON.stringify({ ...record, checksum: checksumOf(JSON.stringify(record)) }, null, space)}\n`;
}

/** A record without its checksum; records of earlier versions have none. */
function unsealed(name: string, value: unknown, failure?: RecordFailure): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'checksum')) return value;
  const { checksum, ...record } = value as { readonly checksum: unknown };
  const found = checksumOf(JSON.stringify(record));
  if (checksum === found) return record;
  throw recordError(
    name,
    `expected contents of checksum ${shown(checksum)}, found ${found}: it is damaged`,
    failure,
  );
}

/** As parseRecord, for a value that something else has parsed. */
export function checkRecord<T>(name: string, value: unknown, schema: Schema<T>, failure?: RecordFailure): T {
  if (Array.isArray(value)) throw recordError(name, 'expected Object, found Array', failure);
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = issue.path ? `${printable(v.getDotPath(issue) ?? '', 80)}: ` : '';
  throw recordError(name, `${field}expected ${expected(issue)}, found ${shown(issue.received)}`, failure);
}

/**
 * The record in the file at `path`; undefined where there is none.
 * @throws NstError as parseRecord does, or input FILE_UNREADABLE.
 */
export async function readRecord<T>(
  path: string,
  schema: Schema<T>,
  failure?: RecordFailure,
): Promise<T | undefined> {
  let text: string;
  try {
    if (!statSync(path).isFile()) throw notOrdinary(path);
    text = await readFile(path, 'utf8');
  } catch (cause) {
    return notThere(path, cause, failure);
  }
  return parseRecord(path, text, schema, failure);
}

/** As readRecord, at once. */
export function readRecordNow<T>(path: string, schema: Schema<T>, failure?: RecordFailure): T | undefined {
  let text: string;
  try {
    if (!statSync(path).isFile()) throw notOrdinary(path);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    return notThere(path, cause, failure);
  }
  return parseRecord(path, text, schema, failure);
}

/** Reading a pipe would wait for ever, and a device has no end. */
const notOrdinary = (path: string): NstError =>
  new NstError(
    'input',
    'FILE_UNREADABLE',
    `${path}: cannot be read (expected a file, found a folder or device)`,
  );

function notThere(path: string, cause: unknown, failure?: RecordFailure): undefined {
  if (isMissing(cause)) return undefined;
  if (cause instanceof NstError) throw cause;
  const { code } = cause as NodeJS.ErrnoException;
  // A file of more characters than a text can have.
  if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE')
    throw recordError(path, 'expected a record, found a file too large for one', failure, cause);
  throw new NstError('input', 'FILE_UNREADABLE', `${path}: cannot be read (${code ?? 'unknown reason'})`, {
    cause,
  });
}

function recordError(
  name: string,
  problem: string,
  { kind = 'input', code = 'RECORD_BAD', advice }: RecordFailure = {},
  cause?: unknown,
): NstError {
  return new NstError(kind, code, `${name}: ${problem}${advice ? ` (${advice})` : ''}`, { cause });
}

const expected = (issue: v.BaseIssue<unknown>): string =>
  issue.expected ? printable(issue.expected) : issue.message;

function shown(found: unknown): string {
  if (found === '') return 'nothing';
  // An object whose text is an object's, or that has none at all.
  if (typeof found !== 'object' || found === null) return printable(String(found), 80);
  try {
    return printable(JSON.stringify(found), 80);
  } catch {
    return 'lists in lists'; // deeper than there is room to write them
  }
}

/** A whole number from 0 on, small enough to count with. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A whole number from 1 on. */
export const positiveWhole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** A number that is neither infinite nor none. */
export const finiteNumber = v.pipe(v.number(), v.finite());
