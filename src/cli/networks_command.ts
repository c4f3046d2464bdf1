import { Argument, type Command } from 'commander';
import { listNetworks, networkLocation, pullNetwork, verifyNetworks } from '../render/networks/networks.js';
import { type NetworkOptions, OPTIONS } from '../render/options/options.js';
import { act } from './act.js';
import { addOptions, complete } from './options.js';
import { gibibytes } from './units.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function list(): Promise<void> {
  for (const { name, about, licence, path, bytes, state } of await listNetworks()) {
    const where = {
      ships: 'ships with the program',
      fetched: `fetched: ${path}`,
      absent: 'not fetched yet; is when it is first used',
    }[state];
    print(
      `${name.padEnd(8)}${gibibytes(bytes).padStart(8)}  ${licence.padEnd(10)} ${where}\n          ${about}`,
    );
  }
}

async function verify(name: string | undefined): Promise<void> {
  for (const { name: one, layers, checksum, path } of await verifyNetworks(name))
    print(`${one}: ${layers} layers, as they should be\n  SHA-256 ${checksum}\n  ${path}`);
}

/**
 * The commands `networks list | pull | verify | path`: results on standard output, progress on standard error.
 * @param make Adds a subcommand that looks and fails like all others.
 */
export function addNetworksCommand(make: (parent: Command, name: string) => Command, program: Command): void {
  const networks = make(program, 'networks').description('list, fetch and check feature networks');
  const known = OPTIONS.find((o) => o.name === 'network')?.known ?? [];
  const name = (flags: string, about: string) => complete(new Argument(flags, about), known);
  make(networks, 'list').description('what --network knows by name').action(list);
  const pull = make(networks, 'pull')
    .description('fetch a network, or go on fetching it')
    .addArgument(name('<name>', 'such as vgg19'));
  addOptions(pull, 'pull').action((network: string, given) =>
    act(
      'pull',
      given,
      (options: NetworkOptions, job) => pullNetwork(network, options, job),
      ({ path }, face) => face.emit({ type: 'fetched', network, path }),
    ),
  );
  make(networks, 'verify')
    .description('check the files of one network, or of all that are there')
    .addArgument(name('[name]', 'all that are there unless given'))
    .action(verify);
  make(networks, 'path')
    .description('print where a network is kept, or the folder of all fetched ones')
    .addArgument(name('[name]', 'the folder unless given'))
    .action(async (network?: string) => print(await networkLocation(network)));
}
