import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../dist/picture.js';
import { CarriedMasks } from '../../../dist/render/masks/carried_masks.js';
import type { Shot } from '../../../dist/temporal/shots.js';
import { scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const [width, height] = [24, 10];
const plane = (value: (x: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => value(i % width)),
});
const frame = { width, height, data: new Float32Array(3 * width * height).fill(90) };
const shots: Shot[] = [
  { first: 0, last: 4, begin: 'start' },
  { first: 5, last: 7, begin: 'cut' },
];

/** Everything moves by a pixel to the right from frame to frame, and nothing is doubtful but what comes in. */
const motion = (from: number, to: number) => ({
  flow: {
    width,
    height,
    u: new Float32Array(width * height).fill(to - from),
    v: new Float32Array(width * height),
  },
  certainty: plane((x) => (x + to - from >= 0 && x + to - from < width ? 1 : 0)),
});
const band = (at: number) => plane((x) => (x >= at && x < at + 6 ? 1 : 0));

function carrying(name: string, keys: { frame: number; mask: Plane }[]) {
  const asked: string[] = [];
  mkdirSync(join(folder, name), { recursive: true });
  const file = (i: number, way: string, what: string) => join(folder, name, `${i}.${way}.${what}.png`);
  const masks = new CarriedMasks(keys, {
    flows: {
      get: async (from, to) => {
        asked.push(`${from}-${to}`);
        return motion(from, to);
      },
    },
    sources: { get: async () => frame },
    shotOf: (i) => shots.find(({ first, last }) => i >= first && i <= last)!,
    files: (i, way) => ({ mask: file(i, way, 'mask'), certainty: file(i, way, 'certainty') }),
    distances: [1],
  });
  return { masks, asked, file };
}

describe('masks given of some frames', () => {
  it('go on and back from one, as the motion goes, and no further than its shot', async () => {
    const { masks } = carrying('one', [{ frame: 2, mask: band(8) }]);
    for (const i of [4, 0, 3]) {
      const expected = band(6 + i).data;
      const { data } = (await masks.get(i))!;
      expect(data.reduce((sum, v, p) => sum + Math.abs(v - expected[p]), 0)).toBeLessThan(0.1 * 6 * height);
    }
    expect((await masks.get(2))!.data).toEqual(band(8).data);
    expect(await masks.get(5)).toBeUndefined();
  });

  it('between two of them are mixed by nearness', async () => {
    // The second is given three pixels off the way of the first.
    const { masks } = carrying('two', [
      { frame: 0, mask: band(4) },
      { frame: 4, mask: band(11) },
    ]);
    const { data } = (await masks.get(1))!;
    expect(data[6]).toBeCloseTo(0.75, 3);
    expect(data[9]).toBeCloseTo(1, 3);
    expect(data[12]).toBeCloseTo(0.25, 3);
  });

  it('are stored and not made again', async () => {
    const keys = [{ frame: 0, mask: band(4) }];
    const first = carrying('stored', keys);
    const there = await first.masks.get(3);
    expect(first.asked).toEqual(['1-0', '2-1', '3-2']);
    expect(existsSync(first.file(2, 'on', 'mask'))).toBe(true);
    const again = carrying('stored', keys);
    expect(await again.masks.get(3)).toEqual(there);
    expect(again.asked).toEqual([]);
    await again.masks.get(4);
    expect(again.asked).toEqual(['4-3']);
  });
});
