import { NstError } from '../../error.js';
import { readSafetensors } from '../../nst/safetensors.js';
import { checkNetwork } from '../networks/check_network.js';
import { sizeOf } from '../networks/download.js';
import { networkTable } from '../networks/network_table.js';
import { type KnownNetwork, listNetworks } from '../networks/networks.js';
import type { Finding } from './doctor.js';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Every network with a name, and the one that is `wanted`, each with its checksum where it is whole. */
export async function checkNetworks(wanted: string): Promise<Finding[]> {
  let known: KnownNetwork[];
  try {
    known = await listNetworks();
  } catch (error) {
    return [{ ...failed(error, 'correct or unset NST_VIDEO_NETWORKS'), name: 'networks', required: true }];
  }
  const findings: Finding[] = [];
  for (const network of known) findings.push(await checkKnown(network, network.name === wanted));
  if (!known.some(({ name }) => name === wanted)) findings.push(await checkFile(wanted));
  return findings;
}

async function checkKnown(network: KnownNetwork, required: boolean): Promise<Finding> {
  const { name, path, bytes, state } = network;
  const common = { name: `network ${name}`, required };
  const pull = `nst-video networks pull ${name}`;
  if (state === 'absent')
    return { ...common, status: 'missing', found: `not fetched yet, ${megabytes(bytes)}`, advice: pull };
  const found = await describeFile(path, name);
  if (typeof found === 'string') return { ...common, status: 'ok', found };
  return { ...common, ...failed(found.error, state === 'ships' ? 'install nst-video anew' : pull) };
}

async function checkFile(path: string): Promise<Finding> {
  const common = { name: 'network', required: true };
  const found = await describeFile(path);
  if (typeof found === 'string') return { ...common, status: 'ok', found: `${path}: ${found}` };
  return { ...common, ...failed(found.error, 'give --network another file, or lite') };
}

async function describeFile(path: string, name?: string): Promise<string | { error: unknown }> {
  const source = networkTable().find((entry) => entry.name === name);
  try {
    const { checksum } = await checkNetwork(await readSafetensors(path), source);
    return `${megabytes(await sizeOf(path))}, whole, SHA-256 ${checksum}`;
  } catch (error) {
    return { error };
  }
}

function failed(error: unknown, advice: string) {
  if (!(error instanceof NstError)) throw error;
  return { status: 'missing' as const, found: error.message, advice };
}
