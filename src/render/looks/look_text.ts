import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { stringify, type TomlTable } from 'smol-toml';
import { withPaths } from '../options/config_file.js';
import { optionsOf } from '../options/options.js';
import { parseValue } from '../options/settings.js';
import { version } from '../version.js';

/**
 * A look as the text of a settings file: the options that are given and no defaults, so that it says what it means.
 *
 * @param given Options of a look by their names in programs.
 * @param file Where the text will lie; paths below its folder are written relative to it, so that a look can travel
 *   with its paintings, all others in full.
 * @throws NstError usage INVALID_ARGUMENT for a value out of range.
 */
export function lookText(given: Readonly<Record<string, unknown>>, file: string): string {
  const table: TomlTable = {};
  for (const spec of optionsOf('looks')) {
    const value = given[spec.name];
    if (value === undefined) continue;
    table[spec.flag.slice(2)] = written(
      withPaths(spec, parseValue(spec, value), (path) => placed(path, file)),
    ) as TomlTable[string];
  }
  return `# A look of nst-video ${version}: nst-video FILM --look NAME\n${stringify(table)}`;
}

/** As settings files have it: `iterations = [40, 15]`, numbers and texts as they are, factors as a table. */
function written(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'first' in value && 'next' in value)
    return [value.first, value.next];
  return value;
}

/** Paths below the folder of the file from there, others in full. */
function placed(path: string, file: string): string {
  const full = resolve(path);
  const beside = relative(dirname(resolve(file)), full);
  return beside.startsWith('..') || isAbsolute(beside) ? full : beside;
}
