import { describe, expect, it } from 'vitest';
import { chainOf, freshStartOf, piecesOf } from '../../../dist/render/paint/chain.js';
import { toRanges } from '../../../dist/render/work/source_frames.js';
import { shotsWithin } from '../../../dist/temporal/shots.js';

const never = () => false;
const range = (first: number, last: number) => ({ first, last });
const cut = (frame: number) => ({ frame, boundary: 'cut' as const });
const one = (...ranges: ReturnType<typeof range>[]) => shotsWithin(ranges, []);

describe('chainOf', () => {
  it('starts afresh once for a whole film of one shot', () => {
    const { links, freshStarts } = chainOf([range(0, 3)], one(range(0, 3)), never);
    expect(links.map((l) => l.first)).toEqual([true, false, false, false]);
    expect(links.map(freshStartOf)[0]).toBe('first');
    expect(freshStarts).toEqual([]);
  });

  it('starts every shot afresh, whatever is stored before it', () => {
    const shots = shotsWithin([range(0, 5)], [cut(2), cut(3)]);
    const { links, freshStarts } = chainOf([range(0, 5)], shots, () => true);
    expect(links.map((l) => l.first)).toEqual([true, false, true, true, false, false]);
    expect(links.filter((l) => l.first).map(freshStartOf)).toEqual(['first', 'cut', 'cut']);
    expect(freshStarts).toEqual([]);
  });

  it('starts a later range like a first frame, and says so, where nothing is stored before it', () => {
    const ranges = [range(0, 1), range(5, 6)];
    const { links, freshStarts } = chainOf(ranges, one(...ranges), never);
    expect(links.map(({ frame, first }) => ({ frame, first }))).toEqual([
      { frame: 0, first: true },
      { frame: 1, first: false },
      { frame: 5, first: true },
      { frame: 6, first: false },
    ]);
    expect(links.map(freshStartOf)[2]).toBe('first');
    expect(freshStarts).toEqual([5]);
  });

  it('has nothing to say of a later range that begins with a shot', () => {
    const { links, freshStarts } = chainOf([range(5, 6)], shotsWithin([range(5, 6)], [cut(5)]), never);
    expect(links.map((l) => l.first)).toEqual([true, false]);
    expect(freshStartOf(links[0])).toBe('cut');
    expect(freshStarts).toEqual([]);
  });

  it('goes on from a stored frame', () => {
    const { links, freshStarts } = chainOf([range(5, 6)], one(range(5, 6)), (i) => i === 4);
    expect(links.map((l) => l.first)).toEqual([false, false]);
    expect(freshStarts).toEqual([]);
  });

  it('goes on from nothing where every frame is painted alone, and need not say so', () => {
    const alone = chainOf([range(0, 2)], one(range(0, 2)), (i) => i === 0, { alone: true });
    expect(alone.links.map((l) => l.first)).toEqual([true, true, true]);
    expect(alone.freshStarts).toEqual([]);
  });

  it('says nothing of a fresh start that is finished already', () => {
    expect(chainOf([range(5, 6)], one(range(5, 6)), (i) => i >= 5).freshStarts).toEqual([]);
  });
});

describe('piecesOf', () => {
  it('parts the frames of a job by shots', () => {
    const shots = shotsWithin([range(0, 9)], [cut(3), cut(8)]);
    const { links } = chainOf([range(1, 4), range(7, 8)], shots, never);
    expect(piecesOf(links).map((piece) => piece.map((l) => l.frame))).toEqual([[1, 2], [3, 4, 7], [8]]);
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
