import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOnnxRuntime, input } from '../../../dist/engine/index.js';
import { energyLayers, features } from '../../../dist/nst/features.js';
import { activationProbe } from '../../../dist/nst/known_activations.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { readSafetensors, type Tensor } from '../../../dist/nst/safetensors.js';
import { networkTable } from '../../../dist/render/networks/network_table.js';
import { kerasFile } from '../../nst/keras_file.js';
import { sharedFile } from '../../nst/shared_data.js';
import { run, scratchFolder } from '../../support/program.js';
import { home } from './weights_server.js';

const weights = sharedFile('networks/vgg19_conv.safetensors');
const folder = scratchFolder();

/** What the last three convolutions of the original are here: present, of no use. */
function withTail(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const all = new Map(tensors);
  for (const layer of ['conv5_2', 'conv5_3', 'conv5_4']) {
    all.set(`${layer}.weight`, { shape: [512, 512, 3, 3], data: new Float32Array(512 * 512 * 9) });
    all.set(`${layer}.bias`, { shape: [512], data: new Float32Array(512) });
  }
  return all;
}

describe.skipIf(!existsSync(weights))('VGG-19 itself (skipped where ../shared is absent)', () => {
  it('fetched from a local home passes all checks and computes what it is known to compute', async () => {
    const original = await readSafetensors(weights);
    const file = await kerasFile(withTail(original.tensors));
    // As long as Keras's own, up to its headers: the layout is the same.
    const [entry] = networkTable('');
    expect(Math.abs(file.length - entry.bytes)).toBeLessThan(100_000);
    const there = await home(file, { cutAfter: [20_000_000] });
    const table = join(folder, 'table.json');
    const md5 = createHash('md5').update(file).digest('hex');
    writeFileSync(table, JSON.stringify({ vgg19: { urls: [there.url], md5, bytes: file.length } }));
    const env = { NST_VIDEO_CACHE: join(folder, 'cache'), NST_VIDEO_NETWORKS: table };
    const { status, stdout } = await run(['networks', 'pull', 'vgg19'], env);
    expect(status).toBe(0);
    expect(there.requests).toEqual(['whole', 'bytes=20000000-']);
    expect((await run(['networks', 'verify', 'vgg19'], env)).stdout).toMatch(/^vgg19: 13 layers/);

    const network = await loadNetwork(stdout.trim());
    const theirs = await loadNetwork(weights);
    expect(network.input).toEqual(theirs.input);
    for (const [i, { name, weight, bias }] of theirs.convolutions.entries()) {
      expect(network.convolutions[i].name).toBe(name);
      expect(Buffer.from(network.convolutions[i].weight.buffer).equals(Buffer.from(weight.buffer))).toBe(
        true,
      );
      expect(network.convolutions[i].bias).toEqual(bias);
    }

    const golden = JSON.parse(readFileSync(sharedFile('golden/vgg19_activations.json'), 'utf8')).layers.max;
    const { width, height, data } = activationProbe();
    const layers = energyLayers(network);
    const graph = features(network, input('image', [1, 3, height, width]), layers, 'max');
    const session = await createOnnxRuntime({ threads: 1 }).compile(Object.fromEntries(graph));
    const found = await session.run({ image: data }).finally(() => session.dispose());
    for (const layer of layers) {
      const bound = layer <= 'relu3_4' ? 1e-5 : 0.1;
      const mean = found[layer].reduce((a, b) => a + b, 0) / found[layer].length;
      const l2 = Math.sqrt(found[layer].reduce((a, b) => a + b * b, 0));
      expect(Math.abs(mean / golden[layer].mean - 1), layer).toBeLessThan(bound);
      expect(Math.abs(l2 / golden[layer].l2 - 1), layer).toBeLessThan(bound);
    }
    for (const { tap, mean, l2 } of entry.activations) expect(golden[tap]).toMatchObject({ mean, l2 });
  });
});
