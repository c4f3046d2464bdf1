import { describe, expect, it } from 'vitest';
import {
  alike,
  blocky,
  cutOut,
  firstFilters,
  positiveView,
  saliency,
  signedView,
} from '../../../dist/nst/look/views.js';
import { networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import { tinyNetwork, tinyTensors } from '../tiny_network.js';

describe('views of values', () => {
  it('shows filters in red, green and blue whatever order the network has', () => {
    const raw = tinyTensors().get('conv1_1.weight')!.data;
    for (const order of ['RGB', 'BGR'] as const) {
      const filters = firstFilters(networkFromFile(parseSafetensors(tinyNetwork({ order }), 'tiny')));
      expect(filters.length).toBe(4);
      const own = raw.subarray(27 * 2, 27 * 3);
      const largest = Math.max(...own.map(Math.abs));
      for (let i = 0; i < 27; i++) {
        const plane = order === 'RGB' ? Math.floor(i / 9) : 2 - Math.floor(i / 9);
        expect(filters[2].data[i]).toBeCloseTo(127.5 + (127.5 * own[9 * plane + (i % 9)]) / largest, 3);
      }
    }
  });

  it('has grey for 0 and full for the largest of either sign', () => {
    const view = signedView({ width: 3, height: 1, data: Float32Array.of(0, -4, 2, 0, 1, 0, 0, 0, 0) });
    expect([...view.data.subarray(0, 5)]).toEqual([127.5, 0, 191.25, 127.5, 159.375]);
    expect(signedView({ width: 1, height: 1, data: new Float32Array(3) }).data[0]).toBe(127.5);
    const map = positiveView({ width: 3, height: 1, data: Float32Array.of(0, 1, 4) });
    expect([...map.data]).toEqual([0, 63.75, 255, 0, 63.75, 255, 0, 63.75, 255]);
  });

  it('takes for saliency the largest size over the colours', () => {
    const data = Float32Array.of(1, 0, -3, 0.5, 2, -1);
    expect([...saliency({ width: 2, height: 1, data }).data]).toEqual([3, 1]);
  });

  it('cuts out what lies outside as the colour told', () => {
    const picture = noisePicture(5, 4, 1);
    const cut = cutOut(picture, { left: -1, top: 2, size: 3 }, [7, 8, 9]);
    const at = (plane: number, x: number, y: number) => picture.data[(plane * 4 + y) * 5 + x];
    for (let plane = 0; plane < 3; plane++)
      expect([...cut.data.subarray(9 * plane, 9 * plane + 9)]).toEqual([
        ...[7 + plane, at(plane, 0, 2), at(plane, 1, 2)],
        ...[7 + plane, at(plane, 0, 3), at(plane, 1, 3)],
        ...[7 + plane, 7 + plane, 7 + plane],
      ]);
  });

  it('enlarges by rectangles', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const { width, height, data: out } = blocky({ width: 2, height: 1, data }, 4, 2);
    expect([width, height, ...out.subarray(0, 8)]).toEqual([4, 2, 1, 1, 2, 2, 1, 1, 2, 2]);
  });

  it('knows what looks alike', () => {
    const picture = noisePicture(12, 12, 1, 100);
    const brighter = { ...picture, data: picture.data.map((v) => 0.5 * v + 60) };
    expect(alike(picture, brighter)).toBeCloseTo(1, 5);
    expect(alike(picture, { ...picture, data: picture.data.map((v) => -v) })).toBeCloseTo(-1, 5);
    expect(Math.abs(alike(picture, noisePicture(12, 12, 2, 100)))).toBeLessThan(0.2);
    expect(alike(picture, { ...picture, data: new Float32Array(432) })).toBe(0);
  });
});
