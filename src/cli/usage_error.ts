import type { Command, CommanderError } from 'commander';
import { NstError } from '../error.js';
import { didYouMean, nearest } from '../nearest.js';
import { fullName } from './help.js';

const usage = (code: string, message: string): NstError => new NstError('usage', code, message);

/** What the parser of the command line objects to, as this program says such things. */
export function usageError(error: CommanderError, command: Command): NstError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quoted.split('=')[0], command);
    case 'commander.unknownCommand':
      return unknownCommand(command.args[0], command);
    case 'commander.missingArgument': {
      const about = command.registeredArguments.find((a) => a.name() === quoted)?.description;
      const what = about ? `<${quoted}>, ${about}` : `<${quoted}>`;
      return usage('ARGUMENT_MISSING', `${subject(command)}expected ${what}; found nothing`);
    }
    case 'commander.optionMissingArgument': {
      const option = command.options.find((o) => o.flags === quoted);
      const value = /<.*>/.exec(quoted)?.[0] ?? 'a value';
      return usage('INVALID_ARGUMENT', `${option?.long ?? quoted}: expected ${value}, found nothing`);
    }
    case 'commander.excessArguments':
      return excessArguments(command);
    default:
      return usage('INVALID_ARGUMENT', error.message.replace(/^error: /, '').replaceAll('\n', ' '));
  }
}

/** `nst-video image: `, or nothing for the program itself, whose name begins every message. */
function subject(command: Command): string {
  return command.parent ? `${fullName(command)}: ` : '';
}

function visibleFlags(command: Command): string[] {
  const options = command.options.filter((o) => !o.hidden).flatMap((o) => (o.long ? [o.long] : []));
  return [...options, '--help', '--help-all'];
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function unknownOption(flag: string, command: Command): NstError {
  const name = fullName(command);
  const owners = everyCommand(rootOf(command)).filter(
    (c) => c !== command && c.options.some((o) => o.long === flag || o.short === flag),
  );
  if (owners.length > 0) {
    const others = owners.map((c) => (c.parent ? fullName(c) : `${fullName(c)} <film>`)).join(', ');
    return usage('UNKNOWN_OPTION', `${flag} is an option of ${others}, not of ${name}`);
  }
  // Short ones are no typos of each other, and one dash before a whole word is half of two.
  const long = flag.length > 2 ? `--${flag.replace(/^-+/, '')}` : flag;
  const meant = flag.length > 2 ? didYouMean(long, visibleFlags(command)) : '';
  return usage('UNKNOWN_OPTION', `${flag} is not an option${meant || `; ${name} --help lists them`}`);
}

function commandNames(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((c) => c.name());
}

/** A word that is none of the commands below `command`. */
export function unknownCommand(word: string, command: Command): NstError {
  const names = commandNames(command);
  const sentence = `${subject(command)}expected one of ${names.join(', ')}, found "${word}"`;
  return usage('UNKNOWN_COMMAND', `${sentence}${didYouMean(word, names)}`);
}

function excessArguments(command: Command): NstError {
  const [first, ...others] = command.args;
  const misspelt = misspeltCommand(first, command);
  if (misspelt) return misspelt;
  const wanted = command.registeredArguments.map((a) => `one <${a.name()}>`).join(' and ') || 'no arguments';
  const style = command.options.find((o) => o.long === '--style');
  const painting =
    style && command.getOptionValue('style') === undefined
      ? `; a painting is given with --style ${others[0]}`
      : '';
  return usage(
    'ARGUMENT_EXCESS',
    `${subject(command)}expected ${wanted}, found ${[first, ...others].join(' and ')}${painting}`,
  );
}

/** A word in the place of a file that rather is a command with a typo. */
export function misspeltCommand(word: string, command: Command): NstError | undefined {
  const meant = word.includes('.') ? undefined : nearest(word, commandNames(command));
  if (meant === undefined) return undefined;
  return usage('UNKNOWN_COMMAND', `${word} is neither a film nor a command; did you mean ${meant}?`);
}
