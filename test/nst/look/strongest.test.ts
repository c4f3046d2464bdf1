import { describe, expect, it } from 'vitest';
import { largestFirst, peaks, strongestPlaces } from '../../../dist/nst/look/strongest.js';
import { Random } from '../../engine/random.js';

const [width, height] = [9, 7];
const all = { left: 0, right: width, top: 0, bottom: height };
const plane = new Random(4).normal(width * height);

describe('strongest neurons', () => {
  it('of each channel, the first of equals', () => {
    const responses = Float32Array.from([...plane, ...plane.map(() => 2)]);
    const at = plane.indexOf(Math.max(...plane));
    expect(strongestPlaces(responses, width, height, all)).toEqual([
      { x: at % width, y: Math.floor(at / width), value: plane[at] },
      { x: 0, y: 0, value: 2 },
    ]);
  });

  it('keep apart, and none that is left over could be added', () => {
    const apart = 3;
    const found = peaks(plane, width, all, { count: 99, apart });
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
    const every = peaks(plane, width, all, { count: 99, apart: 1 });
    expect(every.map(({ value }) => value)).toEqual([...plane].filter((v) => v > 0).sort((a, b) => b - a));
    expect(peaks(plane, width, all, { count: 2, apart: 1 })).toEqual(every.slice(0, 2));
    expect(peaks(plane, width, all, { count: 99, apart: 1, above: every[4].value })).toEqual(
      every.slice(0, 4),
    );
    expect(
      peaks(new Float32Array(12), 4, { left: 0, right: 4, top: 0, bottom: 3 }, { count: 3, apart: 1 }),
    ).toEqual([]);
  });

  it('are looked for within a block', () => {
    const block = { left: 2, right: 5, top: 3, bottom: 6 };
    const within = (_: number, i: number) =>
      i % width >= 2 && i % width < 5 && Math.floor(i / width) >= 3 && Math.floor(i / width) < 6;
    const values = [...plane].filter(within).sort((a, b) => b - a);
    expect(strongestPlaces(plane, width, height, block)[0].value).toBe(values[0]);
    const found = peaks(plane, width, block, { count: 99, apart: 1 });
    expect(found.map(({ value }) => value)).toEqual(values.filter((v) => v > 0));
  });

  it('are put in order, the earlier of equals first', () => {
    expect(largestFirst([1, 5, 5, 9], 3)).toEqual([3, 1, 2]);
  });
});
