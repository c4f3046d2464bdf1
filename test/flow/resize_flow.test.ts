import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { resizeFlow, resizePlane } from '../../dist/flow/resize_flow.js';

const plane = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

describe('resizePlane', () => {
  it('returns the plane itself at its own size', () => {
    const same = plane(3, 2, (x) => x);
    expect(resizePlane(same, 3, 2)).toBe(same);
  });

  it('keeps a constant and never leaves the range, whatever the sizes', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(side, side, side, side, (a, b, c, d) => {
        const flat = resizePlane(
          plane(a, b, () => 0.7),
          c,
          d,
        ).data;
        expect(flat.length).toBe(c * d);
        for (const v of flat) expect(v).toBeCloseTo(0.7, 5);
        for (const v of resizePlane(
          plane(a, b, (x, y) => (x + y) % 2),
          c,
          d,
        ).data) {
          expect(v).toBeGreaterThanOrEqual(0);
          expect(v).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a ramp a ramp, by pixel centres', () => {
    const ramp = plane(16, 8, (x) => x + 0.5);
    const half = resizePlane(ramp, 8, 4);
    for (let x = 1; x < 7; x++) expect(half.data[8 + x]).toBeCloseTo(2 * (x + 0.5), 4);
    const double = resizePlane(ramp, 32, 16);
    for (let x = 2; x < 30; x++) expect(double.data[5 * 32 + x]).toBeCloseTo((x + 0.5) / 2, 4);
  });
});

describe('resizeFlow', () => {
  it('scales each component with its axis', () => {
    const flow = createFlowField(8, 6);
    flow.u.fill(4);
    flow.v.fill(-3);
    const small = resizeFlow(flow, 4, 2);
    expect([small.width, small.height]).toEqual([4, 2]);
    for (const u of small.u) expect(u).toBeCloseTo(2, 5);
    for (const v of small.v) expect(v).toBeCloseTo(-1, 5);
    expect(resizeFlow(flow, 8, 6)).toBe(flow);
  });
});
