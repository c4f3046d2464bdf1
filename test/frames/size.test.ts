import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSize } from '../../dist/frames/size.js';

describe('fitSize', () => {
  it('reduces to the long side and keeps the aspect', () => {
    expect(fitSize(1920, 1080, { longSide: 640 })).toMatchObject({ width: 640, height: 360 });
    expect(fitSize(1080, 1920, { longSide: 640 })).toMatchObject({ width: 360, height: 640 });
    expect(fitSize(720, 480, { longSide: 640 })).toMatchObject({ width: 640, height: 426 });
  });

  it('leaves a film that fits as it is, without a note', () => {
    expect(fitSize(320, 180, { longSide: 640 })).toEqual({ width: 320, height: 180 });
  });

  it('enlarges only when asked', () => {
    expect(fitSize(320, 180, { longSide: 640, enlarge: true })).toMatchObject({ width: 640, height: 360 });
  });

  it('makes odd sides even and says so', () => {
    const { width, height, note } = fitSize(321, 179, { longSide: 640 });
    expect([width, height]).toEqual([320, 178]);
    expect(note).toContain('321x179');
    expect(note).toContain('even');
    expect(fitSize(321, 179, { longSide: 640, even: false })).toEqual({ width: 321, height: 179 });
  });

  it('never goes below 2 pixels', () => {
    expect(fitSize(4000, 3, { longSide: 640 })).toMatchObject({ width: 640, height: 2 });
  });

  it('refuses a long side that is no size', () => {
    for (const longSide of [0, 1, -4, 12.5, Number.NaN]) {
      expect(() => fitSize(320, 180, { longSide })).toThrow(/size: expected/);
    }
  });

  it('is even, within the bound, not enlarged and near the aspect for any film', () => {
    const side = fc.integer({ min: 16, max: 5000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 16, max: 4096 }), (w, h, longSide) => {
        const { width, height } = fitSize(w, h, { longSide });
        expect((width % 2) + (height % 2)).toBe(0);
        expect(Math.max(width, height)).toBeLessThanOrEqual(longSide);
        expect(width).toBeLessThanOrEqual(w);
        expect(height).toBeLessThanOrEqual(h);
        const scale = Math.min(1, longSide / Math.max(w, h));
        expect(Math.abs(width - w * scale)).toBeLessThanOrEqual(2);
        expect(Math.abs(height - h * scale)).toBeLessThanOrEqual(2);
      }),
    );
  });
});
