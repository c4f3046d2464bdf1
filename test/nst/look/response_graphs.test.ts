import { describe, expect, it } from 'vitest';
import * as e from '../../../dist/engine/index.js';
import { layersOf } from '../../../dist/nst/features.js';
import { neuronsInside, receptiveField } from '../../../dist/nst/look/neuron.js';
import { raisingGraph, responseGraph } from '../../../dist/nst/look/response_graphs.js';
import { loadNetwork, networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import { evaluate } from '../../engine/interpreter.js';
import { tinyNetwork } from '../tiny_network.js';
import { referenceRaising } from './reference_raising.js';

const tiny = (seed = 1) => networkFromFile(parseSafetensors(tinyNetwork({ seed }), 'tiny'));
const lite = await loadNetwork(new URL('../../../models/lite.safetensors', import.meta.url).pathname);

/** All zeros but for the neuron's own place. */
function shareOf(shape: readonly number[], channel: number, x: number, y: number): Float32Array {
  const share = new Float32Array(e.elementCount(shape));
  share[(channel * shape[2] + y) * shape[3] + x] = 1;
  return share;
}

const runtime = e.createOnnxRuntime({ threads: 1 });

const errorOf = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
  let [error, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    error += (found[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(error / size);
};

describe('what raises a neuron', () => {
  const [width, height] = [22, 19];
  const picture = noisePicture(width, height, 3, 120);
  const network = tiny();
  const view = (layer: string, pooling: 'max' | 'average' = 'max') => ({
    ...{ network, layer, pooling, width, height },
  });

  it.each(['max', 'average'] as const)('is its derivative, with %s pooling', (pooling) => {
    const graph = raisingGraph(view('relu3_2', pooling));
    const shape = responseGraph(view('relu3_2')).responses.shape;
    const feeds = { image: picture.data, share: shareOf(shape, 2, 2, 1) };
    const { gradient } = evaluate({ gradient: graph.gradient }, feeds);
    const at = (i: number, delta: number) => {
      const image = Float64Array.from(picture.data);
      image[i] += delta;
      return evaluate({ response: graph.response }, { ...feeds, image }).response[0];
    };
    const differing = [...gradient.keys()].filter((i) => gradient[i] !== 0);
    expect(differing.length).toBeGreaterThan(200);
    for (const i of differing.filter((_, k) => k % 97 === 0))
      expect((at(i, 1e-4) - at(i, -1e-4)) / 2e-4).toBeCloseTo(gradient[i], 6);
  });

  it.each([false, true])('agrees with plain loops (guided: %s), and in onnxruntime', async (guided) => {
    const graph = raisingGraph(view('relu4_1'), guided);
    const shape = responseGraph(view('relu4_1')).responses.shape;
    const share = shareOf(shape, 3, 1, 1);
    const expected = referenceRaising(network, picture, { layer: 'relu4_1', channel: 3, x: 1, y: 1 }, guided);
    const exact = evaluate(graph, { image: picture.data, share });
    // The graph's mean colour is rounded to float32.
    expect(exact.response[0]).toBeCloseTo(expected.response, 4);
    expect(errorOf(exact.gradient, expected.gradient)).toBeLessThan(1e-9);
    const session = await runtime.compile(graph);
    const found = await session.run({ image: picture.data, share });
    await session.dispose();
    expect(errorOf(found.gradient, expected.gradient)).toBeLessThan(1e-4);
  });

  it('guided, lets no negative gradient through any relu, where the derivative has many', async () => {
    const [w, h] = [48, 40];
    const image = e.input('image', [1, 3, h, w]);
    const layers = [];
    for (const layer of layersOf(lite, image, 'max')) {
      layers.push(layer);
      if (layer.tap === 'relu4_1') break;
    }
    const { before } = layers[layers.length - 1];
    const response = e.sum(e.mul(before, e.input('share', before.shape)));
    const below = layers.slice(0, -1);
    const graph: Record<string, e.Expr> = {};
    for (const guided of [false, true])
      e.gradient(
        response,
        below.map((layer) => layer.before),
        { guided },
      ).forEach((through, i) => {
        graph[`${guided ? 'guided' : 'plain'}_${below[i].tap}`] = through;
      });
    const session = await runtime.compile(graph);
    const share = shareOf(before.shape, 60, 2, 2);
    const found = await session.run({ image: noisePicture(w, h, 5, 100).data, share });
    await session.dispose();
    for (const { tap } of below) {
      const negative = (values: Float32Array) => values.filter((v) => v < 0).length;
      expect([tap, negative(found[`guided_${tap}`])]).toEqual([tap, 0]);
      expect(negative(found[`plain_${tap}`])).toBeGreaterThan(20);
      expect(found[`guided_${tap}`].some((v) => v > 0)).toBe(true);
    }
  });

  it('lies in its receptive field and fills it', async () => {
    const [w, h] = [48, 44];
    for (const [layer, x, y] of [
      ['relu1_2', 20, 9],
      ['relu2_2', 9, 8],
      ['relu3_2', 5, 5],
    ] as const) {
      let [left, right, top, bottom] = [w, 0, h, 0];
      // A relu that is off hides a part of the field: not the same of every network.
      for (let seed = 1; seed <= 6; seed++) {
        const one = tiny(seed);
        const at = { network: one, layer, pooling: 'average' as const, width: w, height: h };
        const { shape } = responseGraph(at).responses;
        const session = await runtime.compile(raisingGraph(at));
        for (const channel of [0, 1, 2]) {
          const image = noisePicture(w, h, seed, 120).data;
          const { gradient } = await session.run({ image, share: shareOf(shape, channel, x, y) });
          gradient.forEach((g, i) => {
            if (g === 0) return;
            [left, right] = [Math.min(left, i % w), Math.max(right, i % w)];
            const row = Math.floor(i / w) % h;
            [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
          });
        }
        await session.dispose();
      }
      const { size, stride } = receptiveField(tiny(), layer);
      const start = (i: number) => stride * i + (stride - size) / 2;
      const box = [start(x), start(x) + size - 1, start(y), start(y) + size - 1];
      expect([layer, left, right, top, bottom]).toEqual([layer, ...box]);
    }
  });
});

describe('receptive fields', () => {
  it('lie inside the picture or not', () => {
    // relu3_1 sees 24 px from 4i − 10 on: 0 to 23 is whole for i = 3 (2 to 25), 26 to 49 for i = 9.
    const field = receptiveField(lite, 'relu3_1');
    const block = neuronsInside(field, { width: 50, height: 44 }, 12, 11);
    expect(block).toEqual({ left: 3, right: 10, top: 3, bottom: 8 });
    // 20 px are less than one neuron sees.
    expect(neuronsInside(field, { width: 20, height: 44 }, 5, 11)).toEqual({ ...block, left: 0, right: 5 });
  });

  it('are those of VGG', () => {
    const fields = ['relu1_1', 'relu1_2', 'relu2_1', 'relu2_2', 'relu3_1', 'relu4_1', 'relu5_1'];
    const found = fields.map((layer) => receptiveField(lite, layer));
    // Those of VGG-19 see a little more from block 4 on: its block 3 has four convolutions, that of this one three.
    expect(found.map(({ size }) => size)).toEqual([3, 5, 10, 14, 24, 60, 132]);
    expect(found.map(({ stride }) => stride)).toEqual([1, 1, 2, 2, 4, 8, 16]);
  });
});
