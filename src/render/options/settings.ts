import { invalidArgument } from '../../error.js';
import { parseFrameRate } from '../../frames/frame_rate.js';
import { assertFileTarget } from '../../frames/output_target.js';
import { parseBytes } from './bytes.js';
import { DEFAULTS, IN_PASSES, PRESETS, showValue } from './defaults.js';
import { checkDeviceSettings } from './device_settings.js';
import { type Command, type OptionSpec, optionsOf } from './options.js';
import type { Iterations, LayerWeights, Settings } from './setting_types.js';
import { keyframesOf, numbersOf, rectanglesOf } from './style_values.js';

/** What a value of an option must be, as messages say it. */
export function describeValue(spec: OptionSpec<string>): string {
  const v = spec.value;
  switch (v.kind) {
    case 'number': {
      const what = v.integer ? 'a whole number' : 'a number';
      const open = v.max === Number.MAX_VALUE || v.max === Number.MAX_SAFE_INTEGER;
      return open ? `${what} of at least ${v.min}` : `${what} from ${v.min} to ${v.max}`;
    }
    case 'choice':
      return `one of ${v.choices.join(', ')}`;
    case 'iterations':
      return 'one or two whole numbers such as 150,50';
    case 'layers':
      if (v.channels)
        return 'layers or feature maps with factors of at least 0, one of them positive, such as relu4_1:1 or relu4_1/12:5';
      return 'layers with factors of at least 0, one of them positive, such as relu4_2:1 or relu1_1:1,relu2_1:0.5';
    case 'weights':
      return `some of ${v.names.join(', ')}, each with a factor of at least 0, one of them positive, such as ${v.names[0]}:1,${v.names[1]}:0.5`;
    case 'integers':
      return `different whole numbers from ${v.min} to ${v.max} such as 1,5,10`;
    case 'numbers':
      return `numbers from ${v.min} to ${v.max} such as 3,1`;
    case 'rectangles':
      return 'x,y,width,height as shares of the picture, within it, such as 0.5,0,0.5,1';
    case 'keyframes':
      return 'a time or a frame and the shares from then on, such as 8s:0,1, 120:0,1 or 8s:scream=1';
    case 'rate':
      return 'frames a second such as 25 or 24000/1001';
    case 'bytes':
      return 'a size such as 4GiB or 800MB';
    case 'switch':
      return 'true or false';
    case 'list':
      return 'a text, or a list of texts';
    case 'pairs':
      return 'one or several of KEY=VALUE, or a table of them';
    case 'text':
      return 'a text';
  }
}

function parseNumber(spec: OptionSpec<string>, found: unknown): number {
  const v = spec.value;
  if (v.kind !== 'number') throw new TypeError(`${spec.flag} takes no number`);
  const text = String(found).trim();
  const n = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(n) || n < v.min || n > v.max || (v.integer && !Number.isInteger(n)))
    throw invalidArgument(spec.flag, describeValue(spec), found);
  return n;
}

function parseIterations(spec: OptionSpec<string>, found: unknown): Iterations {
  const parts =
    typeof found === 'object' && found !== null && 'first' in found
      ? [(found as Iterations).first, (found as Iterations).next].map(String)
      : String(found).split(',');
  const counts = parts.map((p) => (/^\s*\d{1,7}\s*$/.test(p) ? Number(p) : Number.NaN));
  if (counts.length > 2 || counts.some(Number.isNaN))
    throw invalidArgument(spec.flag, describeValue(spec), found);
  return { first: counts[0], next: counts[1] ?? counts[0] };
}

/** Ascending, whatever the order given. */
function parseIntegers(spec: OptionSpec<string>, found: unknown): number[] {
  const v = spec.value;
  if (v.kind !== 'integers') throw new TypeError(`${spec.flag} takes no list of numbers`);
  const numbers = [found].flat().flatMap((part) =>
    String(part)
      .split(',')
      .map((text) => text.trim()),
  );
  const values = numbers.map((text) => (/^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN));
  const fits = values.every((n) => n >= v.min && n <= v.max) && new Set(values).size === values.length;
  if (!fits) throw invalidArgument(spec.flag, describeValue(spec), numbers.join(','));
  return values.sort((a, b) => a - b);
}

/** Names with factors; a name without one has 1. */
function parseFactors(spec: OptionSpec<string>, found: unknown, known: RegExp | readonly string[]) {
  const text = typeof found === 'object' ? showValue(found) : String(found);
  const pairs = text.split(',').map((part) => {
    const [, name, factor = '1'] = part.match(/^\s*([^\s:]+)\s*(?::\s*(\S+)\s*)?$/) ?? [];
    return [name, Number(factor)] as const;
  });
  const isKnown = (name: string | undefined) =>
    name !== undefined && (known instanceof RegExp ? known.test(name) : known.includes(name));
  const fits = pairs.every(([name, factor]) => isKnown(name) && factor >= 0 && Number.isFinite(factor));
  const factors = Object.fromEntries(pairs);
  if (!fits || Object.keys(factors).length < pairs.length || !pairs.some(([, factor]) => factor > 0))
    throw invalidArgument(spec.flag, describeValue(spec), text);
  return factors;
}

function parseLayers(spec: OptionSpec<string>, found: unknown): LayerWeights {
  const { value } = spec;
  if (value.kind !== 'layers') throw new TypeError(`${spec.flag} takes no layers`);
  return parseFactors(spec, found, value.channels ? /^relu\d+_\d+(\/\d{1,5})?$/ : /^relu\d+_\d+$/);
}

/** In the order of the option's own names, whatever the order given. */
function parseWeights(spec: OptionSpec<string>, found: unknown): Record<string, number> {
  const { value } = spec;
  if (value.kind !== 'weights') throw new TypeError(`${spec.flag} takes no names with factors`);
  const factors = parseFactors(spec, found, value.names);
  return Object.fromEntries(
    value.names.filter((name) => name in factors).map((name) => [name, factors[name]]),
  );
}

function parseChoice(spec: OptionSpec<string>, found: unknown): string {
  const { value } = spec;
  if (value.kind !== 'choice') throw new TypeError(`${spec.flag} takes no choice`);
  const word = typeof found === 'string' ? (value.aliases?.[found] ?? found) : undefined;
  if (word === undefined || !value.choices.includes(word))
    throw invalidArgument(spec.flag, describeValue(spec), found, value.choices);
  return word;
}

function orRefuse<T>(spec: OptionSpec<string>, found: unknown, value: T | undefined): T {
  if (value === undefined) throw invalidArgument(spec.flag, describeValue(spec), found);
  return value;
}

/** As texts `KEY=VALUE`; a table may have several values for a key. Undefined for what is no pair. */
function pairsOf(found: unknown): string[] | undefined {
  const isTable = typeof found === 'object' && found !== null && !Array.isArray(found);
  const pairs = isTable
    ? Object.entries(found).flatMap(([key, value]) => [value].flat().map((one) => `${key}=${one}`))
    : [found].flat().map(String);
  return pairs.every((pair) => /^[^=]+=./.test(pair)) ? pairs : undefined;
}

/** Checks one value given as text (command line) or typed (library). Throws `NstError` usage INVALID_ARGUMENT. */
export function parseValue(spec: OptionSpec<string>, found: unknown): unknown {
  switch (spec.value.kind) {
    case 'number':
      return parseNumber(spec, found);
    case 'iterations':
      return parseIterations(spec, found);
    case 'integers':
      return parseIntegers(spec, found);
    case 'layers':
      return parseLayers(spec, found);
    case 'weights':
      return parseWeights(spec, found);
    case 'numbers':
      return orRefuse(spec, found, numbersOf(found, spec.value));
    case 'rectangles':
      return orRefuse(spec, found, rectanglesOf(found));
    case 'keyframes':
      return orRefuse(spec, found, keyframesOf(found));
    case 'choice':
      return parseChoice(spec, found);
    case 'rate':
      parseFrameRate(String(found));
      return String(found);
    case 'bytes':
      parseBytes(String(found), spec.flag);
      return String(found);
    case 'switch':
      if (typeof found !== 'boolean') throw invalidArgument(spec.flag, describeValue(spec), found);
      return found;
    case 'pairs':
      return orRefuse(spec, found, pairsOf(found));
    case 'list':
      return (Array.isArray(found) ? found : [found]).map(String);
    case 'text':
      if (typeof found !== 'string' || found === '')
        throw invalidArgument(spec.flag, describeValue(spec), found);
      return found;
  }
}

/** A path as programs in JavaScript may forget to give it. Throws `NstError` usage INVALID_ARGUMENT for none. */
export function checkedPath(found: unknown, what: string): string {
  if (typeof found !== 'string' || found === '') throw invalidArgument(what, 'a path', found);
  return found;
}

/**
 * Settings of a job: what was given, over its preset, over the defaults.
 * Throws `NstError` usage for a name that `command` does not have, for a value out of range, and as assertFileTarget.
 */
export function resolveSettings(
  command: Command,
  given: Readonly<Partial<Record<string, unknown>>>,
): Settings {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidArgument('options', 'an object', given);
  const specs = optionsOf(command);
  const names = specs.map((s) => s.name);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const spec = specs.find((s) => s.name === name);
    if (!spec) throw invalidArgument('option', `one of ${names.join(', ')}`, name, names);
    checked[name] = parseValue(spec, value);
  }
  const preset = (checked.preset as Settings['preset'] | undefined) ?? DEFAULTS.preset;
  const chosen: Partial<Settings> = { ...PRESETS[preset], ...checked };
  const inPasses = (chosen.passes ?? DEFAULTS.passes) > 1 ? IN_PASSES : {};
  const settings = { ...DEFAULTS, ...inPasses, ...chosen };
  checkDeviceSettings(settings);
  if (settings.output !== undefined) assertFileTarget('--output', settings.output);
  if (settings.work !== undefined) assertFileTarget('--work', settings.work);
  return settings;
}
