import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NstError } from '../../error.js';
import { didYouMean } from '../../nearest.js';
import { packageFolder } from '../version.js';
import { type PullOptions, storedNetwork } from './network_store.js';
import { FETCHED_NAMES, networkTable } from './network_table.js';

/** Networks that ship with the program, by the name `--network` takes. */
const SHIPPED: Readonly<Record<string, { readonly file: string; readonly sha256: string }>> = {
  lite: {
    file: 'lite.safetensors',
    sha256: '36211bd8a5c73bdea7b3f5d2e9668d3ae44fe459fba09c8540dd4dd36dcebddc',
  },
};

/** The file of a network that ships, by name; undefined for any other. */
export function shippedPath(name: string): string | undefined {
  return Object.hasOwn(SHIPPED, name) ? join(packageFolder, 'models', SHIPPED[name].file) : undefined;
}

/** The SHA-256 that the file of a network that ships has, by name; undefined for any other. */
export function shippedChecksum(name: string): string | undefined {
  return Object.hasOwn(SHIPPED, name) ? SHIPPED[name].sha256 : undefined;
}

/** Every name `--network` takes. */
export function networkNames(): string[] {
  return [...Object.keys(SHIPPED), ...FETCHED_NAMES];
}

/**
 * The file of a network given by name or path; one that does not ship is fetched the first time.
 * @throws NstError environment NETWORK_MISSING where there is no such file; what `storedNetwork` throws.
 */
export async function networkPath(network: string, options: PullOptions = {}): Promise<string> {
  const shipped = shippedPath(network);
  const source = shipped ? undefined : networkTable().find(({ name }) => name === network);
  if (source) return storedNetwork(source, options);
  const path = shipped ?? network;
  if (existsSync(path)) return path;
  throw new NstError(
    'environment',
    'NETWORK_MISSING',
    `--network ${network}: expected ${networkNames().join(', ')} or a .safetensors file, found no file ${path}${didYouMean(network, networkNames())}`,
  );
}
