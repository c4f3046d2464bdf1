import { describe, expect, it } from 'vitest';
import { shotOf, shotsWithin } from '../../dist/temporal/shots.js';

const starts = [
  { frame: 4, boundary: 'cut' as const },
  { frame: 7, boundary: 'fade' as const },
];

describe('shotsWithin', () => {
  it('cuts a film where shots begin', () => {
    expect(shotsWithin([{ first: 0, last: 9 }], starts)).toEqual([
      { first: 0, last: 3, begin: 'start' },
      { first: 4, last: 6, begin: 'cut' },
      { first: 7, last: 9, begin: 'fade' },
    ]);
  });

  it('knows a range that begins with a shot from one that begins in its middle', () => {
    const ranges = [
      { first: 2, last: 2 },
      { first: 4, last: 5 },
      { first: 9, last: 9 },
    ];
    expect(shotsWithin(ranges, starts)).toEqual([
      { first: 2, last: 2, begin: 'start' },
      { first: 4, last: 5, begin: 'cut' },
      { first: 9, last: 9, begin: 'start' },
    ]);
  });

  it('takes the film as it is for one shot', () => {
    expect(shotsWithin([{ first: 0, last: 0 }], [])).toEqual([{ first: 0, last: 0, begin: 'start' }]);
  });
});

describe('shotOf', () => {
  const shots = shotsWithin([{ first: 0, last: 9 }], starts);
  it('finds the shot of every frame', () => {
    const firsts = Array.from({ length: 10 }, (_, i) => shotOf(shots, i).first);
    expect(firsts).toEqual([0, 0, 0, 0, 4, 4, 4, 7, 7, 7]);
  });

  it('refuses a frame that was not looked at', () => {
    expect(() => shotOf(shots, 10)).toThrow(RangeError);
    expect(() => shotOf([], 0)).toThrow(RangeError);
  });
});
