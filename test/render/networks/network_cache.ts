import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { loadNetwork } from '../../../dist/nst/network.js';
import { kerasFile } from '../../nst/keras_file.js';
import { TINY_WIDTHS, tinyTensors } from '../../nst/tiny_network.js';
import { run, scratchFolder } from '../../support/program.js';

export const folder = scratchFolder();

/** Wide enough to be a hundred kilobytes long, so that a download can break off in the middle of it. */
const WIDTHS = [[32, 64], ...TINY_WIDTHS.slice(1)];
export const original = tinyTensors({ widths: WIDTHS });
export const weights = await kerasFile(original);

export const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** The cache folder of the running test; it does not exist yet. */
export let cache: string;
let caches = 0;
export function freshCache(parent = folder): void {
  cache = join(parent, `cache ${++caches}`);
}
beforeEach(() => freshCache());
export const cached = (name: string) => join(cache, name);

/** The environment in which vgg19 is a small network at the given homes. */
export function env(urls: readonly string[], change: Record<string, unknown> = {}): NodeJS.ProcessEnv {
  const table = join(folder, `table ${caches}.json`);
  const entry = {
    urls,
    file: 'weights.h5',
    bytes: weights.length,
    md5: md5(weights),
    widths: WIDTHS,
    activations: [],
  };
  writeFileSync(table, JSON.stringify({ vgg19: { ...entry, ...change } }));
  return { NST_VIDEO_CACHE: cache, NST_VIDEO_NETWORKS: table };
}

export const pull = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
  run(['networks', 'pull', 'vgg19', ...args], environment);

/** The cache folder holds the network, whole, the record of its check, and nothing else. */
export async function expectWhole(): Promise<void> {
  expect(readdirSync(cache)).toEqual(['vgg19.checked.json', 'vgg19.safetensors']);
  const network = await loadNetwork(cached('vgg19.safetensors'));
  expect(network.convolutions.map((c) => c.outputs).slice(0, 3)).toEqual([32, 64, 5]);
  const input = { channelOrder: 'BGR', mean: [123.68, 116.779, 103.939] };
  expect(network).toMatchObject({ name: 'vgg19', input });
}
