import { existsSync } from 'node:fs';
import { invalidArgument, NstError } from '../../error.js';
import { networkFileBad, readSafetensors } from '../../nst/safetensors.js';
import { type Job, type JobOptions, startJob } from '../job.js';
import type { NetworkOptions } from '../options/options.js';
import { resolveSettings } from '../options/settings.js';
import { cacheFolder } from './cache_folder.js';
import { checkNetwork } from './check_network.js';
import { sizeOf } from './download.js';
import { networkNames, shippedChecksum, shippedPath } from './network_path.js';
import { checkedNetwork, storedPath } from './network_store.js';
import { type NetworkSource, networkTable } from './network_table.js';

/** A network known by name, and whether it can be used at once. */
export interface KnownNetwork {
  /** What `--network` takes. */
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** Of the weights. */
  readonly licence: string;
  /** Its file, whether it is there or not. */
  readonly path: string;
  /** Of the file at `path`, or, where there is none, of what would be fetched; bytes. */
  readonly bytes: number;
  /** `ships` with the program, was `fetched`, or is `absent` until it is first used. */
  readonly state: 'ships' | 'fetched' | 'absent';
}

/** A network whose file is as it should be. */
export interface VerifiedNetwork {
  /** What `--network` takes. */
  readonly name: string;
  /** The file that was checked. */
  readonly path: string;
  /** Convolutions in it. */
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

/**
 * Every network that has a name.
 * @throws NstError input NETWORK_TABLE_BAD where the file that `NST_VIDEO_NETWORKS` names cannot be understood.
 */
export function listNetworks(): Promise<KnownNetwork[]> {
  return Promise.all(networkNames().map(describe));
}

/**
 * The file of a network, whether it is there or not; without a name the folder fetched ones are kept in.
 * @param name A name of `listNetworks`.
 * @throws NstError usage INVALID_ARGUMENT for an unknown name.
 */
export async function networkLocation(name?: string): Promise<string> {
  return name === undefined ? cacheFolder() : (await describe(name)).path;
}

/**
 * Fetches a network by name, unless it is there and whole.
 *
 * Throws nothing itself: the job fails, with an `NstError`; among others usage INVALID_ARGUMENT for an unknown name,
 * environment NETWORK_UNREACHABLE where no home of the network can be reached, NETWORK_MISSING where `offline` forbids
 * trying, NETWORK_CHECKSUM where what came is not the network.
 *
 * @param name A name of `listNetworks`, such as `vgg19`.
 * @param options `offline`: nothing may be fetched, what lies in the cache folder has to do.
 * @param jobOptions What stops the job; what has come stays, and the same call goes on from there.
 */
export function pullNetwork(
  name: string,
  options: NetworkOptions = {},
  jobOptions: JobOptions = {},
): Job<KnownNetwork> {
  return startJob(async ({ emit, signal }) => {
    const { offline } = resolveSettings('pull', options);
    const { path, state } = await describe(name);
    const source = sourceOf(name);
    if (source && state !== 'ships') await checkedNetwork(source, { offline, emit, signal });
    else emit({ type: 'note', message: `${name} ships with the program: ${path}` });
    return describe(name);
  }, jobOptions);
}

/**
 * Checks the files of one network, or of all that are there.
 * @param name A name of `listNetworks`; without it all that are there.
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
    const expected = shippedChecksum(one) ?? checksum;
    if (checksum !== expected)
      throw networkFileBad(
        path,
        `expected a file of SHA-256 ${expected}, found ${checksum} (install nst-video anew)`,
      );
    verified.push({ name: one, path, layers: convolutions.length, checksum });
  }
  return verified;
}
