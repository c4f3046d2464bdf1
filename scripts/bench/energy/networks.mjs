// The networks that are timed: `lite`, which ships, and VGG-19 where it has been fetched.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadNetwork } from '../../../dist/nst/network.js';
import { shippedPath } from '../../../dist/render/networks/network_path.js';
import { networkLocation } from '../../../dist/render/networks/networks.js';

const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));

/** By name, the file of every network that is here. */
export async function networksHere() {
  const fetched = [await networkLocation('vgg19'), join(shared, 'networks/vgg19_conv.safetensors')];
  const vgg19 = fetched.find((path) => existsSync(path));
  return { lite: shippedPath('lite'), ...(vgg19 ? { vgg19 } : {}) };
}

export const load = async (name, path) => ({ ...(await loadNetwork(path)), name });
