import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type FailureKind, NstError } from './error.js';
import { printable } from './printable.js';

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
  return checkRecord(name, value, schema, failure);
}

/** As parseRecord, for a value that something else has parsed. */
export function checkRecord<T>(name: string, value: unknown, schema: Schema<T>, failure?: RecordFailure): T {
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
    text = await readFile(path, 'utf8');
  } catch (cause) {
    return notThere(path, cause);
  }
  return parseRecord(path, text, schema, failure);
}

/** As readRecord, at once. */
export function readRecordNow<T>(path: string, schema: Schema<T>, failure?: RecordFailure): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    return notThere(path, cause);
  }
  return parseRecord(path, text, schema, failure);
}

function notThere(path: string, cause: unknown): undefined {
  const { code } = cause as NodeJS.ErrnoException;
  // ENOTDIR: a part of the path is a file.
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
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

const shown = (found: unknown): string => (found === '' ? 'nothing' : printable(String(found), 80));

/** A whole number from 0 on, small enough to count with. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A whole number from 1 on. */
export const positiveWhole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** A number that is neither infinite nor none. */
export const finiteNumber = v.pipe(v.number(), v.finite());
