import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NstError } from '../error.js';
import { packageFolder } from './version.js';

/** Networks that ship with the program, by the name `--network` takes. */
const SHIPPED: Readonly<Record<string, string>> = { lite: 'lite.safetensors' };

/**
 * The file of a network given by name or path.
 * @throws NstError environment NETWORK_MISSING where there is no such file.
 */
export function networkPath(network: string): string {
  const shipped = SHIPPED[network];
  const path = shipped ? join(packageFolder, 'models', shipped) : network;
  if (existsSync(path)) return path;
  const names = Object.keys(SHIPPED).join(', ');
  throw new NstError(
    'environment',
    'NETWORK_MISSING',
    `--network ${network}: expected ${names} or a .safetensors file, found no file ${path}`,
  );
}
