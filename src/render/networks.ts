import { existsSync } from 'node:fs';
import { invalidArgument, NstError } from '../error.js';
import { readSafetensors } from '../nst/safetensors.js';
import { cacheFolder } from './cache_folder.js';
import { checkNetwork } from './check_network.js';
import { sizeOf } from './download.js';
import { networkNames, shippedPath } from './network_path.js';
import { checkedNetwork, type PullOptions, storedPath } from './network_store.js';
import { type NetworkSource, networkTable } from './network_table.js';

/** A network known by name, and whether it can be used at once. */
export interface KnownNetwork {
  readonly name: string;
  readonly about: string;
  readonly licence: string;
  readonly path: string;
  /** Of the file at `path`, or, where there is none, of what would be fetched; bytes. */
  readonly bytes: number;
  readonly state: 'ships' | 'fetched' | 'absent';
}

export interface VerifiedNetwork {
  readonly name: string;
  readonly path: string;
  readonly layers: number;
  /** SHA-256 of the file. */
  readonly checksum: string;
}

function sourceOf(name: string): NetworkSource | undefined {
  return networkTable().find((source) => source.name === name);
}

async function describe(name: string): Promise<KnownNetwork> {
  const shipped = shippedPath(name);
  if (shipped) {
    const about = 'small, trained by this project to stand in for VGG-19';
    return { name, about, licence: 'MIT', path: shipped, bytes: await sizeOf(shipped), state: 'ships' };
  }
  const source = sourceOf(name);
  if (!source) throw invalidArgument('network', `one of ${networkNames().join(', ')}`, name, networkNames());
  const path = storedPath(source);
  const there = existsSync(path);
  const bytes = there ? await sizeOf(path) : source.bytes;
  const { about, licence } = source;
  return { name, about, licence, path, bytes, state: there ? 'fetched' : 'absent' };
}

/** Every network that has a name. */
export function listNetworks(): Promise<KnownNetwork[]> {
  return Promise.all(networkNames().map(describe));
}

/** The file of a network, whether it is there or not; without a name the folder fetched ones are kept in. */
export async function networkLocation(name?: string): Promise<string> {
  return name === undefined ? cacheFolder() : (await describe(name)).path;
}

/**
 * Fetches a network by name, unless it is there and whole. Returns its file.
 * @throws NstError usage INVALID_ARGUMENT for an unknown name; what `storedNetwork` throws.
 */
export async function pullNetwork(name: string, options: PullOptions = {}): Promise<string> {
  const { path, state } = await describe(name);
  const source = sourceOf(name);
  if (source && state !== 'ships') return checkedNetwork(source, options);
  options.emit?.({ type: 'note', message: `${name} ships with the program: ${path}` });
  return path;
}

/**
 * Checks the files of one network, or of all that are there.
 * @throws NstError input NETWORK_FILE_BAD; environment NETWORK_MISSING for a named one that is not there.
 */
export async function verifyNetworks(name?: string): Promise<VerifiedNetwork[]> {
  const known = name === undefined ? await listNetworks() : [await describe(name)];
  const verified: VerifiedNetwork[] = [];
  for (const { name: one, path, state } of known) {
    if (state === 'absent' && name !== undefined)
      throw new NstError(
        'environment',
        'NETWORK_MISSING',
        `${path}: ${one} was not fetched yet; nst-video networks pull ${one} does that`,
      );
    if (state === 'absent') continue;
    const { convolutions, checksum } = await checkNetwork(await readSafetensors(path), sourceOf(one));
    verified.push({ name: one, path, layers: convolutions.length, checksum });
  }
  return verified;
}
