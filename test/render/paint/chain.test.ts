import { describe, expect, it } from 'vitest';
import { chainOf } from '../../../dist/render/paint/chain.js';
import { toRanges } from '../../../dist/render/work/source_frames.js';

const never = () => false;

describe('chainOf', () => {
  it('starts afresh once for a whole film', () => {
    const { links, freshStarts } = chainOf([{ first: 0, last: 3 }], never);
    expect(links.map((l) => l.first)).toEqual([true, false, false, false]);
    expect(freshStarts).toEqual([]);
  });

  it('starts a later range like a first frame, and says so, where nothing is stored before it', () => {
    const ranges = [
      { first: 0, last: 1 },
      { first: 5, last: 6 },
    ];
    const { links, freshStarts } = chainOf(ranges, never);
    expect(links).toEqual([
      { frame: 0, first: true },
      { frame: 1, first: false },
      { frame: 5, first: true },
      { frame: 6, first: false },
    ]);
    expect(freshStarts).toEqual([5]);
  });

  it('goes on from a stored frame', () => {
    const { links, freshStarts } = chainOf([{ first: 5, last: 6 }], (i) => i === 4);
    expect(links.map((l) => l.first)).toEqual([false, false]);
    expect(freshStarts).toEqual([]);
  });

  it('goes on from nothing where every frame is painted alone, and need not say so', () => {
    const { links, freshStarts } = chainOf([{ first: 0, last: 2 }], (i) => i === 0, { alone: true });
    expect(links.map((l) => l.first)).toEqual([true, true, true]);
    expect(freshStarts).toEqual([]);
  });

  it('says nothing of a fresh start that is finished already', () => {
    expect(chainOf([{ first: 5, last: 6 }], (i) => i >= 5).freshStarts).toEqual([]);
  });
});

describe('toRanges', () => {
  it('joins consecutive numbers', () => {
    expect(toRanges([0, 1, 2, 5, 7, 8])).toEqual([
      { first: 0, last: 2 },
      { first: 5, last: 5 },
      { first: 7, last: 8 },
    ]);
    expect(toRanges([])).toEqual([]);
  });
});
