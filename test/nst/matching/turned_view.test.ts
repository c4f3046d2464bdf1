import { describe, expect, test } from 'vitest';
import { turnedMask, turnedPicture, turns } from '../../../dist/nst/matching/turned_view.js';
import { noisePicture } from '../../../dist/nst/noise.js';

const painting = noisePicture(24, 16, 1, 60);

describe('a turned view', () => {
  test('by nothing is the picture', () => {
    expect(turnedPicture(painting, { degrees: 0, scale: 1 }).data).toBe(painting.data);
  });

  test('by a quarter has its rows for columns, cut to its shape', () => {
    const quarter = turnedPicture(painting, { degrees: 90, scale: 1 });
    expect([quarter.width, quarter.height]).toEqual([16, 10]);
    // Anticlockwise: what was on the right is at the top.
    for (const [x, y] of [
      [0, 0],
      [15, 9],
      [5, 3],
    ]) {
      const fromX = 11.5 - (y - 4.5);
      const fromY = 7.5 + (x - 7.5);
      expect(quarter.data[y * 16 + x]).toBeCloseTo(painting.data[fromY * 24 + fromX], 3);
    }
  });

  test('shows nothing from outside the picture', () => {
    // Beyond the edge border pixels repeat: a bright frame would be seen as more than its own width of 3 px.
    const plane = (inside: number, edge: number) =>
      Float32Array.from({ length: 60 * 40 }, (_, i) => {
        const [x, y] = [i % 60, Math.floor(i / 60)];
        return x < 1 || y < 1 || x > 58 || y > 38 ? edge : inside;
      });
    for (const degrees of [10, 37, 60, -25]) {
      const { data } = turnedMask({ width: 60, height: 40, data: plane(0, 1) }, { degrees, scale: 1 });
      expect(data.reduce((a, b) => a + b) / data.length).toBeLessThan(0.02);
    }
  });

  test('at another scale shows the same larger', () => {
    const wave = {
      width: 60,
      height: 40,
      data: Float32Array.from({ length: 2400 }, (_, i) => 0.5 + 0.4 * Math.sin((i % 60) / 3)),
    };
    const large = turnedMask(wave, { degrees: 0, scale: 1.5 });
    expect([large.width, large.height]).toEqual([90, 60]);
    const x = 30;
    expect(large.data[20 * 90 + x]).toBeCloseTo(0.5 + 0.4 * Math.sin(((x - 44.5) / 1.5 + 29.5) / 3), 2);
  });

  test('masks stay within 0 and 1', () => {
    const hard = { width: 20, height: 20, data: Float32Array.from({ length: 400 }, (_, i) => (i % 20) & 1) };
    const { data } = turnedMask(hard, { degrees: 20, scale: 1.3 });
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });

  test('are asked for in all pairs, the painting itself first', () => {
    const all = turns([-15, 15], [0.9]);
    expect(all[0]).toEqual({ degrees: 0, scale: 1 });
    expect(all).toHaveLength(6);
    expect(turns([], [])).toEqual([{ degrees: 0, scale: 1 }]);
    expect(turns([0], [1])).toHaveLength(1);
  });
});
