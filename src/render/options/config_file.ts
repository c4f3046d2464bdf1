import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { NstError } from '../../error.js';
import { didYouMean } from '../../nearest.js';
import { didYouMeanFile } from '../../nearest_file.js';
import { printable } from '../../printable.js';
import { placePair } from '../masks/mask_spec.js';
import { isWord } from './option_spec.js';
import type { OptionSpec } from './options.js';
import { describeValue, parseValue } from './settings.js';

const bad = (message: string, cause?: unknown): NstError =>
  new NstError('usage', 'CONFIG_BAD', message, { cause });

const keyOf = ({ flag, key }: OptionSpec<string>): string => key ?? flag.slice(2);

/**
 * Options from a TOML file: its keys are the options' names without dashes, `style-weight = 50`. Paths in it are
 * relative to the file, so that a look can travel with its paintings.
 *
 * @param path The file.
 * @param specs Every option a file may have, of whichever command: one file serves them all.
 * @returns The values by setting name, checked, as `resolveSettings` takes them.
 * @throws NstError input FILE_MISSING; usage CONFIG_BAD for what is not TOML, an unknown key (the nearest name is
 *   suggested) and a value of the wrong type or out of range: the message names file and key.
 */
export function readConfig(path: string, specs: readonly OptionSpec<string>[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, found] of Object.entries(parseToml(path))) {
    const spec = specs.find((s) => keyOf(s) === key || s.flag === `--${key}`);
    if (!spec) throw bad(unknownKey(path, key, found, specs));
    checkType(path, spec, found);
    try {
      values[spec.name] = besideFile(path, spec, parseValue(spec, found));
    } catch (error) {
      // The same sentence as on the command line, with the key in the place of the option.
      if (error instanceof NstError)
        throw bad(`${path}: ${error.message.replace(spec.flag, keyOf(spec))}`, error);
      throw error;
    }
  }
  return values;
}

function parseToml(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const sentence = `${path}: expected a file of settings, ${missing ? `found no such file${didYouMeanFile(path)}` : 'it cannot be read'}`;
    throw new NstError('input', missing ? 'FILE_MISSING' : 'FILE_UNREADABLE', sentence, { cause: error });
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problem = error.message.split('\n')[0].replace(/^Invalid TOML document: /, '');
    throw bad(`${path}, line ${error.line}: expected TOML such as style-weight = 50; ${problem}`, error);
  }
}

function unknownKey(path: string, key: string, found: unknown, specs: readonly OptionSpec<string>[]): string {
  const keys = specs.map(keyOf);
  const meant = didYouMean(key.replaceAll('_', '-'), keys);
  if (meant) return `${path}: ${printable(key, 80)} is not an option${meant}`;
  const expected = isTable(found) ? 'options without tables' : 'options';
  return `${path}: ${printable(key, 80)} is not an option; expected ${expected} among ${keys.join(', ')}`;
}

function isTable(found: unknown): boolean {
  return typeof found === 'object' && found !== null && !Array.isArray(found) && !(found instanceof Date);
}

/** A text or a number; what TOML has besides, dates and tables among them, is neither. */
const scalar = v.union([v.string(), v.number()]);
const oneOrMany = <T>(one: v.GenericSchema<T>) => v.union([one, v.array(one)]);
/** TOML's dates are objects too. */
const table = <T>(value: v.GenericSchema<T>) =>
  v.pipe(
    v.custom<object>((found) => isTable(found)),
    v.record(v.string(), value),
  );

/** What TOML may have for each kind of value: a number in quotes is a text, and a text is no switch. */
const TYPES: Readonly<Record<OptionSpec<string>['value']['kind'], v.GenericSchema>> = {
  number: v.number(),
  choice: v.string(),
  text: v.string(),
  switch: v.boolean(),
  pairs: v.union([oneOrMany(v.string()), table(oneOrMany(scalar))]),
  list: oneOrMany(v.string()),
  iterations: v.union([oneOrMany(scalar), v.strictObject({ first: scalar, next: scalar })]),
  integers: oneOrMany(scalar),
  rate: scalar,
  bytes: scalar,
  numbers: oneOrMany(scalar),
  rectangles: v.union([oneOrMany(scalar), v.array(v.array(scalar))]),
  keyframes: oneOrMany(v.union([v.string(), table(scalar)])),
  layers: v.union([v.string(), table(scalar)]),
  weights: v.union([v.string(), table(scalar)]),
};

function typeName(found: unknown): string {
  if (Array.isArray(found)) return 'list';
  return found instanceof Date ? 'date' : typeof found;
}

function checkType(path: string, spec: OptionSpec<string>, found: unknown): void {
  if (v.is(TYPES[spec.value.kind], found)) return;
  const shown = typeof found === 'object' ? JSON.stringify(found) : String(found);
  const type = typeName(found);
  throw bad(
    `${path}: ${keyOf(spec)}: expected ${describeValue(spec)}, found the ${type} ${printable(shown, 80)}`,
  );
}

function besideFile(path: string, spec: OptionSpec<string>, value: unknown): unknown {
  return withPaths(spec, value, (one) => (isAbsolute(one) ? one : join(dirname(path), one)));
}

/** The value of an option with every path in it put elsewhere; words that stand in a path's place are none. */
export function withPaths(spec: OptionSpec<string>, value: unknown, put: (path: string) => string): unknown {
  if (!spec.path && spec.value.kind !== 'pairs') return value;
  const place = (one: string) => (isWord(spec, one) ? one : put(one));
  if (spec.value.kind === 'pairs') return (value as string[]).map((pair) => placePair(pair, place));
  return Array.isArray(value) ? value.map(place) : place(value as string);
}
