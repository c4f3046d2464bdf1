import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalidArgument, NstError } from '../../error.js';
import { writeAtomic, writeError } from '../../frames/atomic.js';
import { didYouMean } from '../../nearest.js';
import { readConfig } from '../options/config_file.js';
import { showValue } from '../options/defaults.js';
import { type LookOptions, OPTIONS, type OptionSpec, optionsOf } from '../options/options.js';
import { lookText } from './look_text.js';
import { looksFolder } from './looks_folder.js';

/** A look that is kept by name. */
export interface KeptLook {
  /** What `--look` takes. */
  readonly name: string;
  /** Its settings file. */
  readonly path: string;
  /** The options it sets, by their names on the command line without dashes, as text. */
  readonly sets: readonly string[];
}

const EXTENSION = '.toml';

/** The file of a look: a name is one in the folder of looks, what ends in `.toml` a path. */
function fileOf(name: string): string {
  if (name.endsWith(EXTENSION)) return name;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._+-]*$/u.test(name))
    throw invalidArgument('look', 'a name of letters and digits, or a file ending in .toml', name);
  return join(looksFolder(), `${name}${EXTENSION}`);
}

/**
 * Keeps options as a look, as a settings file that `--look` and `--config` take.
 *
 * @param name Its name, or a file that ends in `.toml`.
 * @param options Those that a look can have; only what is given is kept.
 * @param how Whether a look of that name may be replaced.
 * @returns The file.
 * @throws NstError usage INVALID_ARGUMENT for a bad name, no options, or options that are none of a look; input
 *   OUTPUT_EXISTS, and as writeAtomic.
 */
export async function saveLook(
  name: string,
  options: LookOptions,
  how: { readonly overwrite?: boolean } = {},
): Promise<string> {
  const path = fileOf(name);
  const names = optionsOf('looks').map((spec) => spec.name as string);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const strange = given.find(([key]) => !names.includes(key));
  if (strange) throw invalidArgument('look', `options among ${names.join(', ')}`, strange[0], names);
  if (given.length === 0)
    throw invalidArgument(`look ${name}`, 'options to keep, such as --style-weight 300', undefined);
  if (existsSync(path) && !how.overwrite)
    throw new NstError('input', 'OUTPUT_EXISTS', `${path} exists already. To replace it add --overwrite.`);
  await mkdir(dirname(path), { recursive: true }).catch((error) => {
    throw writeError(error, path);
  });
  await writeAtomic(path, lookText(options as Readonly<Record<string, unknown>>, path));
  return path;
}

/**
 * The options of a look.
 * @param name Its name, or a file that ends in `.toml`.
 * @returns Options by their names in programs, checked; paths are relative to the look's file.
 * @throws NstError input LOOK_MISSING, where there is none of that name; what `readConfig` throws.
 */
export function readLook(name: string): Record<string, unknown> {
  const path = fileOf(name);
  if (!existsSync(path)) throw lookMissing(name, path);
  return readConfig(path, OPTIONS);
}

/**
 * The text of a look's settings file.
 * @param name Its name, or a file that ends in `.toml`.
 * @throws NstError input LOOK_MISSING, where there is none of that name.
 */
export async function showLook(name: string): Promise<string> {
  const path = fileOf(name);
  return readFile(path, 'utf8').catch(() => {
    throw lookMissing(name, path);
  });
}

function namesOfLooks(): string[] {
  const folder = looksFolder();
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith(EXTENSION) && !file.startsWith('.'))
    .map((file) => basename(file, EXTENSION))
    .sort();
}

function lookMissing(name: string, path: string): NstError {
  const names = namesOfLooks();
  const meant = didYouMean(name, names) || (names.length > 0 ? `; there are ${names.join(', ')}` : '');
  return new NstError('input', 'LOOK_MISSING', `look ${name}: expected the file ${path}, found none${meant}`);
}

/**
 * The looks that are kept by name, in the order of their names.
 * @throws NstError usage CONFIG_BAD for one that cannot be read: the message names its file.
 */
export function listLooks(): KeptLook[] {
  return namesOfLooks().map((name) => {
    const path = fileOf(name);
    const values = readConfig(path, OPTIONS);
    const sets = optionsOf('looks').filter((spec) => values[spec.name] !== undefined);
    return {
      name,
      path,
      sets: sets.map((spec) => `${spec.flag.slice(2)} ${shown(spec, values[spec.name])}`),
    };
  });
}

/** Files by their names alone. */
function shown(spec: OptionSpec<string>, value: unknown): string {
  if (!spec.path || spec.known?.includes(String(value))) return showValue(value);
  return showValue(
    Array.isArray(value) ? value.map((path) => basename(String(path))) : basename(String(value)),
  );
}
