import { describe, expect, it } from 'vitest';
import { countFrames, frameNumbers, isWhole, parseRanges } from '../../dist/frames/ranges.js';

describe('parseRanges', () => {
  it('reads closed, open and single ranges', () => {
    expect(parseRanges('0-99,120-', 200)).toEqual([
      { first: 0, last: 99 },
      { first: 120, last: 199 },
    ]);
    expect(parseRanges(' 7 , 3 - 4', 10)).toEqual([
      { first: 3, last: 4 },
      { first: 7, last: 7 },
    ]);
  });

  it('sorts, joins what overlaps or touches, and counts', () => {
    const ranges = parseRanges('5-9,0-2,3,8-11', 20);
    expect(ranges).toEqual([
      { first: 0, last: 3 },
      { first: 5, last: 11 },
    ]);
    expect(countFrames(ranges)).toBe(11);
    expect([...frameNumbers(ranges)]).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each(['', 'a-b', '-5', '3-1', '0-10', '10', '1.5', '0--2'])('refuses "%s" of 10 frames', (text) => {
    expect(() => parseRanges(text, 10)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => parseRanges(text, 10)).toThrow(/^--frames: expected/);
  });

  it('knows the whole film', () => {
    expect(isWhole(undefined, 10)).toBe(true);
    expect(isWhole([{ first: 0, last: 9 }], 10)).toBe(true);
    expect(isWhole(parseRanges('0-4,5-', 10), 10)).toBe(true);
    expect(isWhole(parseRanges('0-4,6-', 10), 10)).toBe(false);
  });
});
