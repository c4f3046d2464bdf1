import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { invalidArgument, NstError } from '../../error.js';
import { didYouMeanFile } from '../../nearest_file.js';
import { isWord } from '../options/option_spec.js';
import { type Command, type OptionSpec, optionsOf } from '../options/options.js';
import { setOptions } from '../options/set_options.js';

/** An option and the values it is tried with. */
interface Sweep {
  readonly key: string;
  readonly spec: OptionSpec<string>;
  readonly values: readonly string[];
}

/** One way to paint: one value of each option that is swept. */
export interface Variant {
  /** `style-weight 10, style wave.jpg`. */
  readonly label: string;
  /** The same in lines, one for each option. */
  readonly lines: string;
  /** What was set, by the options' names on the command line without dashes. */
  readonly set: Readonly<Record<string, string>>;
  /** All options by their names in programs. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** All variants, as many in a row as the last option that is swept has values. */
export interface Variants {
  readonly list: readonly Variant[];
  readonly columns: number;
}

/** More values of a single option than this do not stand in one row. */
const LONGEST_ROW = 5;
/** Kinds of value that have no comma in them; names of files are taken to have none either. */
const PLAIN: ReadonlySet<string> = new Set(['number', 'choice', 'rate', 'switch']);
/** Combinations that a sweep paints at most: a sheet of more shows nothing. */
const MOST = 1000;
/** What a sweep says itself. */
const NOT_SWEPT = ['--output', '--work', '--overwrite'];

function parseSweep(command: Command, text: string): Sweep {
  const [, key = '', given = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const specs = optionsOf(command).filter(({ flag }) => !NOT_SWEPT.includes(flag));
  const keys = specs.map(({ flag }) => flag.slice(2));
  const spec = specs.find(({ flag }) => flag === `--${key.split('.')[0]}`);
  if (key === '') throw invalidArgument('--sweep', 'key=value,value such as style-weight=10,100,1000', text);
  if (!spec) throw invalidArgument(`--sweep ${text}`, `an option of ${command} before the =`, key, keys);
  const semicolons = given.includes(';') || !(PLAIN.has(spec.value.kind) || spec.path || key.includes('.'));
  const values = given.split(semicolons ? ';' : ',').map((value) => value.trim());
  if (values.length < 2 || values.includes('') || new Set(values).size < values.length) {
    const between = semicolons ? 'semicolons (in quotes, for the shell)' : 'commas';
    throw invalidArgument(`--sweep ${text}`, `at least two different values with ${between} between`, given);
  }
  return { key, spec, values };
}

/** A value as labels have it: files by their names alone. */
const shown = ({ spec }: Sweep, value: string): string => (spec.path ? basename(value) : value);

/**
 * Every combination of the values of several options, the last changing fastest.
 *
 * @param texts `style-weight=10,100,1000`; with semicolons between values that have commas in them.
 * @throws NstError usage INVALID_ARGUMENT for what is no sweep and for wrong values, before anything is painted; input
 *   FILE_MISSING for files that are not there.
 */
export function variantsOf(
  command: Command,
  given: Readonly<Record<string, unknown>>,
  texts: readonly string[],
): Variants {
  const sweeps = texts.map((text) => parseSweep(command, text));
  const twice = sweeps.find(({ key }, k) => sweeps.findIndex((other) => other.key === key) < k);
  if (sweeps.length === 0 || twice)
    throw invalidArgument('--sweep', 'each option once, and one at least', twice?.key);
  const pictures = sweeps.reduce((product, { values }) => product * values.length, 1);
  if (pictures > MOST) throw invalidArgument('--sweep', `at most ${MOST} combinations in all`, pictures);
  for (const { spec, values } of sweeps) assertFiles(spec, values);
  let chosen: (readonly string[])[] = [[]];
  for (const { values } of sweeps) chosen = chosen.flatMap((c) => values.map((value) => [...c, value]));
  const list = chosen.map((values): Variant => {
    const assignments = values.map((value, k) => `${sweeps[k].key}=${value}`);
    const said = values.map((value, k) => `${sweeps[k].key} ${shown(sweeps[k], value)}`);
    return {
      label: said.join(', '),
      lines: said.join('\n'),
      set: Object.fromEntries(values.map((value, k) => [sweeps[k].key, value])),
      options: setOptions(command, given, assignments, '--sweep'),
    };
  });
  const last = sweeps[sweeps.length - 1].values.length;
  const columns = sweeps.length > 1 || last <= LONGEST_ROW ? last : Math.ceil(Math.sqrt(last));
  return { list, columns };
}

function assertFiles(spec: OptionSpec<string>, values: readonly string[]): void {
  if (!spec.path) return;
  for (const value of values) {
    if (existsSync(value) || isWord(spec, value)) continue;
    throw new NstError(
      'input',
      'FILE_MISSING',
      `--sweep ${spec.flag.slice(2)}=${value}: expected a file, found none${didYouMeanFile(value)}`,
    );
  }
}
