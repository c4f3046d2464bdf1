import { Argument, type Command } from 'commander';
import { invalidArgument } from '../error.js';
import { bashCompletion } from './completion_bash.js';
import { fishCompletion } from './completion_fish.js';
import { type CompletedCommand, completedCommands } from './completion_model.js';
import { zshCompletion } from './completion_zsh.js';
import { complete } from './options.js';

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The command `completion <shell>`: prints a script made from the commands and options there are. */
export function addCompletionCommand(
  make: (parent: Command, name: string) => Command,
  program: Command,
): void {
  const shells = Object.keys(SHELLS);
  make(program, 'completion')
    .description('let bash, zsh or fish complete what you type')
    .addArgument(complete(new Argument('<shell>', shells.join(', ')), shells))
    .action((shell: string) => {
      if (!shells.includes(shell))
        throw invalidArgument('completion', `one of ${shells.join(', ')}`, shell, shells);
      process.stdout.write(SHELLS[shell](completedCommands(program)));
    });
}
