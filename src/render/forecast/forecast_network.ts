import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_FORM, type FormLayers, formLayers } from '../../nst/energy_form.js';
import { assertLayers } from '../../nst/features.js';
import { loadNetwork } from '../../nst/network.js';
import { type LayerShape, layersOfWidths, type NetworkCost, networkCost } from '../../nst/network_cost.js';
import { cacheFolder } from '../networks/cache_folder.js';
import { sizeOf } from '../networks/download.js';
import { networkPath, shippedPath } from '../networks/network_path.js';
import { notThere, storedPath } from '../networks/network_store.js';
import { networkTable } from '../networks/network_table.js';

/** A network as a job would find it. */
export interface NetworkForecast {
  /** As it was asked for: a name or a file. */
  readonly name: string;
  /** Whether it is here, or would be fetched when the job begins. */
  readonly state: 'here' | 'to fetch';
  /** Where its file is, or would be. */
  readonly path: string;
  /** Bytes of the file, or of what would be fetched. */
  readonly bytes: number;
}

/** With what it costs to use it. */
export interface FoundNetwork extends NetworkForecast {
  readonly cost: NetworkCost;
  readonly layers: readonly LayerShape[];
}

/**
 * Looks for a network given by name or path; fetches nothing.
 * @param form Layers it is wanted for.
 * @throws NstError environment NETWORK_MISSING; input NETWORK_FILE_BAD; usage LAYER_UNKNOWN.
 */
export async function lookForNetwork(
  name: string,
  offline: boolean,
  form: FormLayers = DEFAULT_FORM,
): Promise<FoundNetwork> {
  const source = shippedPath(name) ? undefined : networkTable().find((entry) => entry.name === name);
  if (source && !existsSync(storedPath(source))) {
    if (offline && !existsSync(join(cacheFolder(), source.file))) throw notThere(source);
    const layers = layersOfWidths(source.widths);
    const cost = networkCost(layers, form);
    return { name, state: 'to fetch', path: storedPath(source), bytes: source.bytes, cost, layers };
  }
  const path = await networkPath(name, { offline: true });
  const network = await loadNetwork(path);
  assertLayers(network, formLayers(form));
  const { convolutions } = network;
  const layers = convolutions.map(({ block, inputs, outputs }) => ({ block, inputs, outputs }));
  return { name, state: 'here', path, bytes: await sizeOf(path), cost: networkCost(layers, form), layers };
}
