import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadNetwork } from '../nst/network.js';
import { layersOfWidths, type NetworkCost, networkCost } from '../nst/network_cost.js';
import { cacheFolder } from './cache_folder.js';
import { sizeOf } from './download.js';
import { networkPath, shippedPath } from './network_path.js';
import { notThere, storedPath } from './network_store.js';
import { networkTable } from './network_table.js';

/** A network as a job would find it. */
export interface NetworkForecast {
  readonly name: string;
  /** Whether it is here, or would be fetched when the job begins. */
  readonly state: 'here' | 'to fetch';
  readonly path: string;
  /** Bytes of the file, or of what would be fetched. */
  readonly bytes: number;
  readonly cost: NetworkCost;
}

/**
 * Looks for a network given by name or path; fetches nothing.
 * @throws NstError environment NETWORK_MISSING; input NETWORK_FILE_BAD.
 */
export async function lookForNetwork(name: string, offline: boolean): Promise<NetworkForecast> {
  const source = shippedPath(name) ? undefined : networkTable().find((entry) => entry.name === name);
  if (source && !existsSync(storedPath(source))) {
    if (offline && !existsSync(join(cacheFolder(), source.file))) throw notThere(source);
    const cost = networkCost(layersOfWidths(source.widths));
    return { name, state: 'to fetch', path: storedPath(source), bytes: source.bytes, cost };
  }
  const path = await networkPath(name, { offline: true });
  const { convolutions } = await loadNetwork(path);
  return { name, state: 'here', path, bytes: await sizeOf(path), cost: networkCost(convolutions) };
}
