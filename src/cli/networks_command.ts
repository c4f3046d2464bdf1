import type { Command } from 'commander';
import { listNetworks, networkLocation, pullNetwork, verifyNetworks } from '../render/networks.js';
import { runJob } from './run_job.js';
import { gibibytes } from './units.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function list(): Promise<void> {
  for (const { name, about, licence, path, bytes, state } of await listNetworks()) {
    const where = {
      ships: 'ships with the program',
      fetched: `fetched: ${path}`,
      absent: 'not fetched yet; is when it is first used',
    }[state];
    print(`${name.padEnd(8)}${gibibytes(bytes).padStart(8)}  ${licence.padEnd(10)} ${about}; ${where}`);
  }
}

async function verify(name: string | undefined): Promise<void> {
  for (const { name: one, layers, checksum, path } of await verifyNetworks(name))
    print(`${one}: ${layers} layers, as they should be; SHA-256 ${checksum}; ${path}`);
}

/**
 * The commands `networks list | pull | verify | path`: results on standard output, progress on standard error.
 * @param make Adds a subcommand that looks and fails like all others.
 * @param addOptions Adds the options of a command from the schema.
 */
export function addNetworksCommand(
  make: (parent: Command, name: string) => Command,
  addOptions: (command: Command) => Command,
  program: Command,
): void {
  const networks = make(program, 'networks').description('list, fetch and check feature networks');
  make(networks, 'list').description('what --network knows by name').action(list);
  const pull = make(networks, 'pull')
    .description('fetch a network, or go on fetching it')
    .argument('<name>', 'such as vgg19');
  addOptions(pull).action(async (name: string, given) => {
    const { path } = await runJob((options) => pullNetwork(name, given, options));
    print(path);
  });
  make(networks, 'verify')
    .description('check the files of one network, or of all that are there')
    .argument('[name]')
    .action(verify);
  make(networks, 'path')
    .description('print where a network is kept, or the folder of all fetched ones')
    .argument('[name]')
    .action(async (name?: string) => print(await networkLocation(name)));
}
