import { describe, expect, it } from 'vitest';
import { joinLists, rangesWithout } from '../../../dist/render/shots/shot_list.js';

const range = (first: number, last: number) => ({ first, last });
const cut = (frame: number) => ({ frame, boundary: 'cut' as const });

describe('rangesWithout', () => {
  it('leaves what is not known', () => {
    expect(rangesWithout([range(0, 9)], [])).toEqual([range(0, 9)]);
    expect(rangesWithout([range(0, 9)], [range(0, 9)])).toEqual([]);
    expect(rangesWithout([range(0, 9)], [range(2, 3), range(9, 20)])).toEqual([range(0, 1), range(4, 8)]);
    expect(rangesWithout([range(0, 4), range(8, 9)], [range(3, 8)])).toEqual([range(0, 2), range(9, 9)]);
  });
});

describe('joinLists', () => {
  it('puts together what two runs found', () => {
    const one = { frames: [range(0, 4)], starts: [cut(2)] };
    const other = { frames: [range(5, 9)], starts: [cut(5), cut(7)] };
    expect(joinLists(one, other)).toEqual({ frames: [range(0, 9)], starts: [cut(2), cut(5), cut(7)] });
  });

  it('believes the first where both looked', () => {
    const one = { frames: [range(0, 4)], starts: [cut(2)] };
    const other = { frames: [range(0, 6)], starts: [cut(3), cut(6)] };
    expect(joinLists(one, other)).toEqual({ frames: [range(0, 6)], starts: [cut(2), cut(6)] });
  });
});
