import type { Command } from 'commander';
import { listLooks, saveLook, showLook } from '../render/looks/looks.js';
import type { LookOptions } from '../render/options/options.js';
import { addOptions } from './options.js';
import { reportOptions } from './report_options.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function list(): void {
  const looks = listLooks();
  const width = Math.max(0, ...looks.map(({ name }) => name.length));
  for (const { name, sets } of looks) print(`${name.padEnd(width)}  ${sets.join(', ')}`);
}

/**
 * The commands `looks save | list | show`: options kept under a name.
 * @param make Adds a subcommand that looks and fails like all others.
 */
export function addLooksCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const looks = make(program, 'looks').description('keep options under a name, for --look');
  const save = make(looks, 'save')
    .description('keep the options given here as a look')
    .argument('<name>', 'its name, or a file such as look.toml')
    .option('-y, --overwrite', 'replace a look of that name');
  addOptions(save, 'looks').action(async (name: string, given) => {
    const { overwrite, ...asked } = given;
    const { options } = reportOptions<LookOptions>('looks', asked);
    print(await saveLook(name, options, { overwrite: overwrite === true }));
  });
  make(looks, 'list').description('the looks there are, and what they set').action(list);
  make(looks, 'show')
    .description("print a look's settings file")
    .argument('<name>', 'its name, or a file such as look.toml')
    .action(async (name: string) => void process.stdout.write(await showLook(name)));
}
