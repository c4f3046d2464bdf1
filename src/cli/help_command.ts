import { Argument, type Command } from 'commander';
import { complete } from './options.js';
import { unknownCommand } from './usage_error.js';

/** The command `help <command>`, which also takes `help networks pull`. To be added last: it knows those before it. */
export function addHelpCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const words = program.commands.map((c) => c.name());
  make(program, 'help')
    .description('say more of a command')
    .addArgument(complete(new Argument('[command...]', 'such as image'), words))
    .action((path: string[]) => {
      let command = program;
      for (const word of path) {
        const next = command.commands.find((c) => c.name() === word);
        if (!next) throw unknownCommand(word, command);
        command = next;
      }
      command.outputHelp();
    });
}
