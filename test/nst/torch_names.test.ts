import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createOnnxRuntime, input } from '../../dist/engine/index.js';
import { features } from '../../dist/nst/features.js';
import { activationProbe } from '../../dist/nst/known_activations.js';
import { type Network, networkFromFile } from '../../dist/nst/network.js';
import {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  type Tensor,
} from '../../dist/nst/safetensors.js';
import { sharedFile } from './shared_data.js';
import { tinyMetadata, tinyTensors } from './tiny_network.js';

/** VGG-19's convolutions by their numbers in PyTorch. */
const VGG19 = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28];
const WIDTHS = [[4, 4], [5, 6], [6, 5, 6, 7], [7, 6, 5, 6], [8]];

const torch = (tensors: ReadonlyMap<string, Tensor>, numbers = VGG19) => {
  const layers = [...tensors.keys()]
    .filter((n) => n.endsWith('.weight'))
    .map((n) => n.replace('.weight', ''));
  return new Map(
    layers.flatMap((layer, i) =>
      ['weight', 'bias'].map((part) => [`features.${numbers[i]}.${part}`, tensors.get(`${layer}.${part}`)!]),
    ),
  ) as Map<string, Tensor>;
};
const parse = (tensors: ReadonlyMap<string, Tensor>, metadata: Record<string, string> = {}) =>
  networkFromFile(parseSafetensors(encodeSafetensors(tensors, metadata), 'torch.safetensors'));

async function answer(network: Network, tap: string, image: Float32Array): Promise<Float32Array> {
  const graph = features(network, input('image', [1, 3, 40, 56]), [tap], 'max');
  const session = await createOnnxRuntime({ threads: 1 }).compile(Object.fromEntries(graph));
  return (await session.run({ image }).finally(() => session.dispose()))[tap];
}

const worst = (a: Float32Array, b: Float32Array) => {
  const largest = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i])), 0) / largest;
};

describe("PyTorch's names", () => {
  test('become the layers of VGG-19, with the input its metadata says', () => {
    const tensors = tinyTensors({ widths: WIDTHS });
    const metadata = tinyMetadata({ order: 'BGR' });
    const ours = parse(tensors, metadata);
    const theirs = parse(torch(tensors), metadata);
    expect(theirs.convolutions.map((c) => c.tap).join(' ')).toBe(
      'relu1_1 relu1_2 relu2_1 relu2_2 relu3_1 relu3_2 relu3_3 relu3_4 relu4_1 relu4_2 relu4_3 relu4_4 relu5_1',
    );
    expect(theirs.convolutions).toEqual(ours.convolutions);
    expect(theirs.input).toEqual(ours.input);
  });

  test('and nothing else said mean the input of torchvision, folded into the first convolution', async () => {
    const tensors = tinyTensors({ widths: WIDTHS });
    const folded = parse(torch(tensors));
    expect(folded.input.channelOrder).toBe('RGB');
    expect(parse(torch(tensors), { input: 'torchvision' }).convolutions).toEqual(folded.convolutions);
    // The same tensors behind torchvision's own arithmetic: a network that subtracts nothing, fed the result.
    const plain = parse(tensors, { channel_order: 'RGB', mean: '[0,0,0]' });
    const { data } = activationProbe();
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const normalised = data.map((v, i) => {
      const c = Math.floor(i / (40 * 56));
      return (v / 255 - mean[c]) / deviation[c];
    });
    for (const tap of ['relu1_1', 'relu4_2'])
      expect(worst(await answer(folded, tap, data), await answer(plain, tap, normalised))).toBeLessThan(1e-5);
  });

  test('of other networks are refused, with the tensor', () => {
    const tensors = tinyTensors({ widths: [[4, 4], [5]] });
    // With batch normalisation: 0 conv, 1 norm, 2 relu, 3 conv.
    expect(() => parse(torch(tensors, [0, 1, 3]))).toThrowError(/features\.1\.weight.*batch normalisation/);
    expect(() => parse(torch(tensors, [0, 2, 9]))).toThrowError(
      /features\.9\.weight.*features\.4 or features\.5/,
    );
    const gone = torch(tensors, [0, 2, 5]);
    gone.delete('features.2.bias');
    expect(() => parse(gone)).toThrowError(
      expect.objectContaining({ code: 'NETWORK_FILE_BAD', kind: 'input' }),
    );
  });

  const vgg = sharedFile('networks/vgg19_conv.safetensors');
  test.skipIf(!existsSync(vgg))(
    'over the original weights need their input said (skipped where ../shared is absent)',
    async () => {
      const { tensors } = await readSafetensors(vgg);
      const first = new Map([...torch(tensors)].filter(([name]) => /^features\.[02]\./.test(name)));
      expect(() => parse(first)).toThrowError(/original weights.*channel_order "BGR"/);
      expect(parse(first, tinyMetadata({ order: 'BGR' })).input.channelOrder).toBe('BGR');
    },
  );
});
