import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spansOf } from '../../../dist/nst/tiled/windows.js';

describe('windows of an axis', () => {
  test('have one length, lie inside, and their cores cover it once, a halo away from every edge but its own', () => {
    const cases = fc.record({
      extent: fc.integer({ min: 16, max: 700 }),
      count: fc.integer({ min: 1, max: 9 }),
      halo: fc.integer({ min: 0, max: 40 }),
      align: fc.constantFrom(1, 2, 4, 8, 16, 32),
    });
    fc.assert(
      fc.property(cases, ({ extent, count, halo, align }) => {
        const spans = spansOf(extent, count, { halo, align });
        if (!spans) return;
        expect(spans).toHaveLength(count);
        const [{ end: length }] = spans;
        expect(spans[0].core.begin).toBe(0);
        expect(spans.at(-1)!.core.end).toBe(extent);
        expect(spans.at(-1)!.end).toBe(extent);
        for (const [i, { begin, end, core }] of spans.entries()) {
          expect(end - begin).toBe(length);
          expect(begin % align).toBe(0);
          if (i === 0) continue;
          expect(core.begin).toBe(spans[i - 1].core.end);
          expect(core.begin % align).toBe(0);
          expect(core.begin - begin).toBeGreaterThanOrEqual(halo);
          const before = spans[i - 1];
          const whole = before.begin + Math.floor(length / align) * align;
          expect(whole - before.core.end).toBeGreaterThanOrEqual(halo);
        }
      }),
    );
  });

  test('are refused where they would be no shorter than the axis', () => {
    expect(spansOf(64, 2, { halo: 40, align: 8 })).toBeUndefined();
    expect(spansOf(640, 2, { halo: 40, align: 8 })?.map(({ end, begin }) => end - begin)).toEqual([360, 360]);
  });
});
