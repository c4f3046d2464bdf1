import { describe, expect, it } from 'vitest';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { photometricDifference } from '../../dist/flow/photometric.js';

const plane = (width: number, height: number, grey: (x: number, y: number) => number) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => grey(i % width, Math.floor(i / width))),
});

describe('photometricDifference', () => {
  it('is nothing where the flow is true, to a fraction of a pixel', () => {
    const flow = createFlowField(20, 12);
    flow.u.fill(1.5);
    flow.v.fill(-0.5);
    const frames = {
      previous: plane(20, 12, (x, y) => 3 * x + 5 * y),
      current: plane(20, 12, (x, y) => 3 * (x + 1.5) + 5 * (y - 0.5)),
    };
    for (const d of photometricDifference(flow, frames).data) expect(d).toBeLessThan(1e-4);
  });

  it('is the mean over the 5x5 pixels that there are', () => {
    const current = plane(9, 7, (x, y) => (x === 4 && y === 3 ? 50 : x === 0 && y === 0 ? 18 : 0));
    const { data } = photometricDifference(createFlowField(9, 7), {
      previous: plane(9, 7, () => 0),
      current,
    });
    expect(data[3 * 9 + 4]).toBeCloseTo(2, 6);
    expect(data[4 * 9 + 6]).toBeCloseTo(2, 6);
    expect(data[3 * 9 + 7]).toBe(0);
    expect(data[0]).toBeCloseTo(18 / 9, 6);
    expect(data[2 * 9 + 1]).toBeCloseTo(18 / 20, 6);
  });

  it('leaves out what leaves the frame or is no number', () => {
    const flow = createFlowField(6, 6);
    flow.u.fill(Number.NaN, 0, 6);
    flow.v.fill(10, 6, 12);
    const frames = { previous: plane(6, 6, () => 0), current: plane(6, 6, (_, y) => (y < 2 ? 200 : 3)) };
    for (const d of photometricDifference(flow, frames).data.subarray(12)) expect(d).toBe(3);
    const nowhere = createFlowField(6, 6);
    nowhere.u.fill(-99);
    expect(Math.max(...photometricDifference(nowhere, frames).data)).toBe(0);
  });
});
