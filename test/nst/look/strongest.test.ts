import { describe, expect, it } from 'vitest';
import { largestFirst, peaks, strongestPlaces } from '../../../dist/nst/look/strongest.js';
import { Random } from '../../engine/random.js';

const [width, height] = [9, 7];
const plane = new Random(4).normal(width * height);

describe('strongest neurons', () => {
  it('of each channel, the first of equals', () => {
    const responses = Float32Array.from([...plane, ...plane.map(() => 2)]);
    const at = plane.indexOf(Math.max(...plane));
    expect(strongestPlaces(responses, width, height)).toEqual([
      { x: at % width, y: Math.floor(at / width), value: plane[at] },
      { x: 0, y: 0, value: 2 },
    ]);
  });

  it('keep apart, and none that is left over could be added', () => {
    const apart = 3;
    const found = peaks(plane, width, { count: 99, apart });
    const near = (a: { x: number; y: number }, x: number, y: number) =>
      Math.abs(a.x - x) < apart && Math.abs(a.y - y) < apart;
    expect(found.length).toBeGreaterThan(3);
    found.forEach((a, i) => {
      expect(plane[a.y * width + a.x]).toBe(a.value);
      for (const b of found.slice(i + 1))
        expect([near(a, b.x, b.y), a.value >= b.value]).toEqual([false, true]);
    });
    // Each place that answers is near one that answers as strongly or more.
    plane.forEach((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      if (value > 0) expect(found.some((a) => near(a, x, y) && a.value >= value)).toBe(true);
    });
  });

  it('are as many as asked for, and above what is asked', () => {
    const all = peaks(plane, width, { count: 99, apart: 1 });
    expect(all.map(({ value }) => value)).toEqual([...plane].filter((v) => v > 0).sort((a, b) => b - a));
    expect(peaks(plane, width, { count: 2, apart: 1 })).toEqual(all.slice(0, 2));
    expect(peaks(plane, width, { count: 99, apart: 1, above: all[4].value })).toEqual(all.slice(0, 4));
    expect(peaks(new Float32Array(12), 4, { count: 3, apart: 1 })).toEqual([]);
  });

  it('are put in order, the earlier of equals first', () => {
    expect(largestFirst([1, 5, 5, 9], 3)).toEqual([3, 1, 2]);
  });
});
