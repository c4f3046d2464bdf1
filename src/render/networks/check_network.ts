import { createOnnxRuntime } from '../../engine/index.js';
import { checkActivations } from '../../nst/known_activations.js';
import { type Network, networkFromFile } from '../../nst/network.js';
import { networkFileBad, type SafetensorsFile } from '../../nst/safetensors.js';
import { tensorsDigest } from '../../nst/tensors_digest.js';
import type { NetworkSource } from './network_table.js';

/**
 * Checks everything that is known of a network file: its format, shapes and values; the digest in its metadata, if it
 * has one; and, of a fetched network, its widths and what it computes.
 * @throws NstError input `NETWORK_FILE_BAD`
 */
export async function checkNetwork(file: SafetensorsFile, source?: NetworkSource): Promise<Network> {
  const network = networkFromFile(file);
  const { digest } = file.metadata;
  if (digest !== undefined && digest !== tensorsDigest(file.tensors))
    throw networkFileBad(file.path, 'its tensors are not those it was written with');
  if (!source) return network;
  const found = network.convolutions.map((c) => c.outputs).join(' ');
  const expected = source.widths.flat().join(' ');
  if (found !== expected)
    throw networkFileBad(file.path, `expected convolutions of ${expected} channels, found ${found}`);
  await checkActivations(network, createOnnxRuntime({ threads: 1 }), source.activations);
  return network;
}
