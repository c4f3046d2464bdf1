import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { colourDetail, holdColourDetail } from '../../dist/temporal/hold_detail.js';

const [w, h] = [64, 48];
const n = w * h;
const all = { width: w, height: h, data: new Float32Array(n).fill(1) };
const luma = ({ data }: Picture, p: number) =>
  0.299 * data[p] + 0.587 * data[n + p] + 0.114 * data[2 * n + p];

/** Grey strokes with a coloured chequerboard on them, `strength(x)` grey levels. */
function dotted(strength: (x: number) => number): Picture {
  const data = new Float32Array(3 * n);
  for (let p = 0; p < n; p++) {
    const [x, y] = [p % w, Math.floor(p / w)];
    const grey = 120 + ((x * 37 + y * 91) % 40);
    const dot = ((x + y) % 2 ? 1 : -1) * strength(x);
    for (const [c, v] of [grey + dot, grey, grey - dot].entries()) data[c * n + p] = v;
  }
  return { width: w, height: h, data };
}

describe('colourDetail', () => {
  it('is of colours alone, block by block, and none where nothing is certain', () => {
    expect(
      colourDetail(
        dotted(() => 0),
        all,
      ).blocks.every((v) => v < 1e-6),
    ).toBe(true);
    const { blocks, usual } = colourDetail(
      dotted((x) => (x < 16 ? 10 : 0)),
      all,
    );
    expect(blocks[0]).toBeGreaterThan(100);
    expect(blocks[2]).toBeLessThan(1e-6);
    expect(usual).toBeLessThan(50);
    const unsure = { ...all, data: all.data.map((_, p) => (p % w < 16 ? 0 : 1)) };
    expect(
      colourDetail(
        dotted(() => 10),
        unsure,
      ).blocks[0],
    ).toBe(0);
  });
});

describe('holdColourDetail', () => {
  const before = dotted(() => 6);
  const carried = colourDetail(before, all);

  it('takes away what has grown, where it has, and leaves the luma', () => {
    const grown = dotted((x) => (x < 32 ? 6 : 14));
    const held = holdColourDetail(grown, carried);
    const found = colourDetail(held, all).blocks;
    for (const energy of found) expect(energy).toBeLessThan(1.25 * carried.usual);
    for (let p = 0; p < n; p++) expect(luma(held, p)).toBeCloseTo(luma(grown, p), 2);
    // Far from what grew nothing changes.
    for (let y = 0; y < h; y++) expect(held.data[y * w + 3]).toBe(grown.data[y * w + 3]);
  });

  it('lets detail grow that is less than usual, and keeps what a block had before', () => {
    const rich = colourDetail(
      dotted((x) => (x < 16 ? 20 : 6)),
      all,
    );
    const same = dotted((x) => (x < 16 ? 20 : 5));
    expect(holdColourDetail(same, rich).data).toEqual(same.data);
    const young = { ...rich, blocks: rich.blocks.map(() => 0) };
    const growing = dotted(() => 5);
    expect(holdColourDetail(growing, young).data).toEqual(growing.data);
  });
});
