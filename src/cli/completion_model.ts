import type { Command, Option } from 'commander';
import { repeats } from '../render/options/options.js';
import { SchemaOption } from './options.js';

/** What a shell can offer for one value. */
export interface Offer {
  readonly words: readonly string[];
  readonly path: 'file' | 'folder' | undefined;
}

export interface CompletedOption {
  /** `-s` and `--style`, or one of them. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly repeats: boolean;
  /** Undefined for a switch. */
  readonly value: Offer | undefined;
}

export interface CompletedCommand {
  /** `nst-video networks pull`. */
  readonly name: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly { readonly word: string; readonly about: string }[];
  /** Undefined where nothing but a subcommand can follow. */
  readonly argument: Offer | undefined;
}

const FILES: Offer = { words: [], path: 'file' };

function offerOf(option: Option): Offer | undefined {
  if (!option.required && !option.optional) return undefined;
  if (!(option instanceof SchemaOption)) return { words: option.argChoices ?? [], path: undefined };
  const { value, known, path } = option.spec;
  return { words: value.kind === 'choice' ? value.choices : (known ?? []), path };
}

/** Every command with what can be typed after it, as the parser of the command line has them. */
export function completedCommands(command: Command, name = command.name()): CompletedCommand[] {
  const visible = command.options.filter((o) => !o.hidden);
  const options = visible.map((option) => ({
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    about: option instanceof SchemaOption ? (option.spec.brief ?? option.spec.help) : option.description,
    repeats: option instanceof SchemaOption && repeats(option.spec.value),
    value: offerOf(option),
  }));
  const help = { flags: ['-h', '--help'], about: 'show help', repeats: false, value: undefined };
  const helpAll = { flags: ['--help-all'], about: 'show every option', repeats: false, value: undefined };
  const commands = command.createHelp().visibleCommands(command);
  const own: CompletedCommand = {
    name,
    options: [...options, help, helpAll],
    commands: commands.map((c) => ({ word: c.name(), about: c.description() })),
    argument: argumentOf(command),
  };
  return [own, ...commands.flatMap((c) => completedCommands(c, `${name} ${c.name()}`))];
}

function argumentOf({ registeredArguments: [argument] }: Command): Offer | undefined {
  if (!argument) return undefined;
  return argument.argChoices ? { words: argument.argChoices, path: undefined } : FILES;
}
