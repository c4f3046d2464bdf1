import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadNetwork, networkFromFile } from '../../dist/nst/network.js';
import { encodeSafetensors, parseSafetensors } from '../../dist/nst/safetensors.js';
import { litePath, sharedFile } from './shared_data.js';
import { tinyMetadata, tinyNetwork, tinyTensors } from './tiny_network.js';

const parse = (bytes: Uint8Array) => networkFromFile(parseSafetensors(bytes, 'n.safetensors'));
const HEADS = { relu1_1: 64, relu3_1: 256 };

describe('a network is what its file says', () => {
  test('layers, blocks, widths, heads and channel counts', () => {
    const network = parse(tinyNetwork({ heads: HEADS }));
    expect(network.name).toBe('tiny');
    expect(network.convolutions.map((c) => c.tap).join(' ')).toBe(
      'relu1_1 relu1_2 relu2_1 relu2_2 relu3_1 relu3_2 relu3_3 relu4_1 relu4_2 relu4_3 relu5_1',
    );
    expect(network.convolutions.map((c) => c.block)).toEqual([1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5]);
    expect(network.convolutions.map((c) => c.outputs)).toEqual([4, 4, 5, 6, 6, 5, 6, 7, 6, 5, 8]);
    expect([...network.heads.keys()]).toEqual(['relu1_1', 'relu3_1']);
    expect(network.heads.get('relu3_1')).toMatchObject({ inputs: 6, outputs: 7 });
    expect(network.channels.get('relu3_1')).toBe(256); // the teacher's
    expect(network.channels.get('relu3_2')).toBe(5); // its own
  });

  test('the order of tensors in the file does not matter, and others are ignored', () => {
    const tensors = new Map([...tinyTensors()].reverse());
    tensors.set('classifier.0.weight', { shape: [2], data: new Float32Array(2) });
    const network = parse(encodeSafetensors(tensors, tinyMetadata()));
    expect(network.convolutions.map((c) => c.name)).toEqual(
      parse(tinyNetwork()).convolutions.map((c) => c.name),
    );
  });

  test('BGR weights come out in R, G, B order', () => {
    const stored = tinyTensors().get('conv1_1.weight')!.data;
    const { convolutions, input } = parse(tinyNetwork({ order: 'BGR' }));
    const used = convolutions[0].weight;
    expect(used.subarray(0, 9)).toEqual(stored.subarray(18, 27));
    expect(used.subarray(27 + 9, 27 + 18)).toEqual(stored.subarray(27 + 9, 27 + 18));
    expect(input).toEqual({ channelOrder: 'BGR', mean: [123.68, 116.779, 103.939] });
  });

  test('the convention of the input may stand in free text', () => {
    const texts: [string, string][] = [
      ['caffe: channel order BGR, subtract mean B=1.5 G=2 R=3, no scaling', 'BGR'],
      ['RGB 0..255 minus (3, 2, 1.5)', 'RGB'],
    ];
    for (const [input, channelOrder] of texts) {
      expect(parse(encodeSafetensors(tinyTensors(), { input })).input).toEqual({
        channelOrder,
        mean: [3, 2, 1.5],
      });
    }
  });
});

describe('a network that cannot be one is refused, with the reason', () => {
  const broken = (change: (t: ReturnType<typeof tinyTensors>, m: Record<string, string>) => void) => {
    const tensors = tinyTensors({ heads: HEADS });
    const metadata = tinyMetadata({ heads: HEADS });
    change(tensors, metadata);
    return () => parse(encodeSafetensors(tensors, metadata));
  };
  const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const cases: [string, () => unknown, RegExp][] = [
    ['no layers', broken((t) => t.clear()), /expected tensors named conv1_1\.weight/],
    ['no bias', broken((t) => t.delete('conv2_1.bias')), /conv2_1\.bias: expected shape \[5\], found none/],
    [
      'gap in a block',
      broken((t) => t.delete('conv3_2.weight')),
      /conv3_3\.weight: a layer is missing before it/,
    ],
    [
      'block missing',
      broken((t) => t.delete('conv5_1.weight') && t.set('conv6_1.weight', zeros(1, 5, 3, 3))),
      /conv6_1/,
    ],
    [
      'wrong inputs',
      broken((t) => t.set('conv2_1.weight', zeros(5, 3, 3, 3))),
      /conv2_1\.weight: expected shape \[outputs,4,3,3\], found \[5,3,3,3\]/,
    ],
    [
      'wrong kernel',
      broken((t) => t.set('conv1_1.weight', zeros(4, 3, 5, 5))),
      /conv1_1\.weight: .*found \[4,3,5,5\]/,
    ],
    [
      'wrong bias',
      broken((t) => t.set('conv1_1.bias', zeros(3))),
      /conv1_1\.bias: expected shape \[4\], found \[3\]/,
    ],
    [
      'wrong head',
      broken((t) => t.set('head.relu1_1.weight', zeros(5, 9, 1, 1))),
      /head\.relu1_1\.weight: expected/,
    ],
    [
      'head of nothing',
      broken((t) => t.set('head.relu9_1.weight', zeros(1, 1, 1, 1))),
      /head\.relu9_1\.weight: there is no layer/,
    ],
    [
      'not a number',
      broken((t) => t.get('conv1_2.weight')!.data.fill(Number.NaN, 5, 6)),
      /conv1_2\.weight: .*NaN at 5/,
    ],
    ['no order', broken((_, m) => delete m.channel_order), /channel_order "RGB" or "BGR", found none/],
    ['odd order', broken((_, m) => (m.channel_order = 'GRB')), /found "GRB"/],
    ['no mean', broken((_, m) => delete m.mean), /mean as three numbers/],
    ['short mean', broken((_, m) => (m.mean = '[1,2]')), /mean as three numbers, found "\[1,2\]"/],
    [
      'no teacher channels',
      broken((_, m) => delete m.teacher_channels),
      /teacher_channels has no entry for relu1_1/,
    ],
    [
      'odd teacher channels',
      broken((_, m) => (m.teacher_channels = '{"relu1_1":-2}')),
      /teacher_channels must map/,
    ],
    ['teacher channels no JSON', broken((_, m) => (m.teacher_channels = '64')), /teacher_channels must map/],
  ];
  test.each(cases)('%s', (_name, read, said) => {
    expect(read).toThrow(said);
    expect(read).toThrow(expect.objectContaining({ code: 'NETWORK_FILE_BAD', kind: 'input' }));
  });
});

describe('the real files', () => {
  test('lite, which ships', async () => {
    const network = await loadNetwork(litePath);
    expect(network.name).toBe('lite');
    expect(network.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(network.input).toEqual({ channelOrder: 'RGB', mean: [123.68, 116.779, 103.939] });
    expect(network.convolutions.map((c) => c.outputs)).toEqual([
      16, 32, 48, 48, 96, 96, 96, 192, 192, 128, 192,
    ]);
    expect([...network.heads.keys()]).toEqual([
      'relu1_1',
      'relu2_1',
      'relu3_1',
      'relu4_1',
      'relu4_2',
      'relu5_1',
    ]);
    expect(network.heads.get('relu4_2')).toMatchObject({ inputs: 192, outputs: 192 });
    expect(network.channels.get('relu4_2')).toBe(512);
  });

  const vgg = sharedFile('networks/vgg19_conv.safetensors');
  test.skipIf(!existsSync(vgg))('VGG-19 (skipped where ../shared is absent)', async () => {
    const network = await loadNetwork(vgg);
    expect(network.input).toEqual({ channelOrder: 'BGR', mean: [123.68, 116.779, 103.939] });
    expect(network.convolutions).toHaveLength(13);
    expect(network.channels.get('relu5_1')).toBe(512);
    expect(network.heads.size).toBe(0);
  });
});
