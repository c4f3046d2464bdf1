import { type Argument, type Command, Option } from 'commander';
import {
  type Command as CommandName,
  type OptionSpec,
  repeats,
  showDefault,
  TASKS,
} from '../render/options/options.js';
import { commandOptions } from './face_options.js';

/** An option of the command line that knows what the schema says of it. */
export class SchemaOption extends Option {
  constructor(readonly spec: OptionSpec<string>) {
    const short = spec.short ? `${spec.short}, ` : '';
    const value = spec.placeholder ? ` <${spec.placeholder}>` : '';
    super(`${short}${spec.flag}${value}`, optionHelp(spec));
    this.helpGroup(`${TASKS[spec.task]}:`);
    if (repeats(spec.value))
      this.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  }

  /** What is given goes by the name that programs know it by. */
  override attributeName(): string {
    return this.spec.name;
  }
}

/** The text help prints for an option: its meaning, choices and default, all from the schema. */
export function optionHelp(spec: OptionSpec<string>): string {
  const shown = showDefault(spec);
  return `${spec.help}${optionChoices(spec)}${shown && ` [${shown}]`}`;
}

/** ` (draft, standard, fine)` for an option with choices, nothing for others. */
export function optionChoices(spec: OptionSpec<string>): string {
  return spec.value.kind === 'choice' ? ` (${spec.value.choices.join(', ')})` : '';
}

/** Adds the options of a command from the schema, ordered by what they are for. */
export function addOptions(command: Command, name: CommandName): Command {
  const tasks = Object.keys(TASKS);
  const specs = commandOptions(name).sort((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task));
  for (const spec of specs) {
    command.addOption(new SchemaOption(spec));
    // A settings file may have switched it on: the command line must be able to win.
    if (spec.value.kind === 'switch') command.addOption(new Option(`--no-${spec.flag.slice(2)}`).hideHelp());
  }
  return command;
}

/** What shells complete an argument with, where files would be wrong; nothing is checked against it. */
export function complete(argument: Argument, words: readonly string[]): Argument {
  argument.argChoices = [...words];
  return argument;
}
