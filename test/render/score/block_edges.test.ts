import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../dist/nst/noise.js';
import { BlockEdgeMeasure } from '../../../dist/render/score/block_edges.js';
import { picturesOf } from '../../temporal/small_pictures.js';

const { picture } = picturesOf(72, 56);

const ratiosOf = (value: (x: number, y: number, c: number) => number) => {
  const measure = new BlockEdgeMeasure();
  measure.add(picture(value));
  return measure.ratios();
};

describe('the measure of a grid of 8 px', () => {
  it('is 1 of a slope, and of noise nearly', () => {
    expect(ratiosOf((x, y) => 2 * x + y)).toEqual({
      columns: expect.closeTo(1, 5),
      rows: expect.closeTo(1, 5),
    });
    const random = randomNumbers(2);
    const { columns, rows } = ratiosOf(() => 255 * random())!;
    expect(Math.abs(columns - 1)).toBeLessThan(0.06);
    expect(Math.abs(rows - 1)).toBeLessThan(0.06);
  });

  it('tells steps at columns from steps at rows', () => {
    const { columns, rows } = ratiosOf((x, y) => x + y + 3 * (x >> 3))!;
    expect(columns).toBeCloseTo(4, 3);
    expect(rows).toBeCloseTo(1, 3);
  });

  it('is nothing of a flat picture, or of one without blocks', () => {
    expect(ratiosOf(() => 90)).toBeUndefined();
    const small = new BlockEdgeMeasure();
    small.add({ width: 6, height: 6, data: Float32Array.from({ length: 108 }, (_, i) => i) });
    expect(small.ratios()).toBeUndefined();
  });
});
