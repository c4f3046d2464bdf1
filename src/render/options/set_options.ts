import { invalidArgument } from '../../error.js';
import { type Command, type OptionSpec, optionsOf } from './options.js';
import { parseValue, resolveSettings } from './settings.js';

/** `style-weight=50`, or `style-layers.relu4_1=3` for one factor of several. */
interface Assignment {
  readonly spec: OptionSpec<string>;
  /** The layer or the like, where one factor is set. */
  readonly part: string | undefined;
  readonly text: string;
}

function parseAssignment(command: Command, flag: string, given: string): Assignment {
  const specs = optionsOf(command);
  const [, key, part, text] = /^([^=.]+)(?:\.([^=]+))?=(.*)$/s.exec(given) ?? [];
  if (key === undefined) throw invalidArgument(flag, 'key=value such as style-weight=50', given);
  const spec = specs.find((s) => s.flag === `--${key}`);
  const keys = specs.map((s) => s.flag.slice(2));
  if (!spec) throw invalidArgument(`${flag} ${given}`, `an option of ${command} before the =`, key, keys);
  return { spec, part, text };
}

function parsed({ spec, text }: Assignment): unknown {
  if (spec.value.kind !== 'switch') return parseValue(spec, text);
  return parseValue(spec, { true: true, false: false }[text] ?? text);
}

/**
 * Options with some of them set by text, `style-weight=50`: what is given for them before is replaced. A list takes
 * every value in turn, `style=a.jpg` and `style=b.jpg`; one factor of several is named after a dot,
 * `style-layers.relu4_1=3`, and leaves the others as they are.
 *
 * @param command The command they are options of.
 * @param given Options by their names in programs.
 * @param assignments Texts `key=value`; keys are the options' names on the command line without the dashes.
 * @param flag What the texts were given by, for messages.
 * @returns All options.
 * @throws NstError usage INVALID_ARGUMENT for a key that is no option of the command and for a wrong value.
 */
export function setOptions(
  command: Command,
  given: Readonly<Record<string, unknown>>,
  assignments: readonly string[],
  flag = '--set',
): Record<string, unknown> {
  const options: Record<string, unknown> = { ...given };
  const begun = new Set<string>();
  for (const text of assignments) {
    const assignment = parseAssignment(command, flag, text);
    const { name, value } = assignment.spec;
    if (assignment.part !== undefined) options[name] = withPart(command, options, assignment, text, flag);
    else if (value.kind === 'list' && begun.has(name))
      options[name] = [...(options[name] as string[]), ...(parsed(assignment) as string[])];
    else options[name] = parsed(assignment);
    begun.add(name);
  }
  return options;
}

function withPart(
  command: Command,
  options: Readonly<Record<string, unknown>>,
  { spec, part, text }: Assignment,
  given: string,
  flag: string,
): unknown {
  const own = Object.fromEntries(optionsOf(command).map(({ name }) => [name, options[name]]));
  const settings: Readonly<Record<string, unknown>> = { ...resolveSettings(command, own) };
  const before = settings[spec.name];
  if (typeof before !== 'object' || before === null || Array.isArray(before))
    throw invalidArgument(`${flag} ${given}`, `${spec.flag.slice(2)}=value`, `${spec.flag.slice(2)}.${part}`);
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw invalidArgument(`${flag} ${given}`, 'a number after the =', text);
  return parseValue(spec, { ...before, [part as string]: number });
}
