import { describe, expect, it } from 'vitest';
import { createFlowField } from '../../dist/flow/flow_field.js';
import { flowPicture, flowRange, flowWheel } from '../../dist/flow/flow_picture.js';

/** The colour of one vector at a range of 10 px. */
function colour(u: number, v: number): number[] {
  const flow = createFlowField(1, 1);
  flow.u[0] = u;
  flow.v[0] = v;
  return [...flowPicture(flow, 10).data];
}

describe('flowPicture', () => {
  it('paints rest white, unknown black, and each direction its hue of the wheel', () => {
    expect(colour(0, 0)).toEqual([255, 255, 255]);
    expect(colour(1.6e9, 0)).toEqual([0, 0, 0]);
    const [right, down, left, up] = [colour(10, 0), colour(0, 10), colour(-10, 0), colour(0, -10)];
    expect(right[0]).toBe(255);
    expect(right[1]).toBeLessThan(60);
    expect(down[0]).toBe(255);
    expect(down[1]).toBeGreaterThan(200);
    expect(left[1]).toBeGreaterThan(150);
    expect(left[2]).toBe(255);
    expect(up[2]).toBe(255);
    expect(up[1]).toBeLessThan(60);
  });

  it('grows stronger with length up to the range, then darker', () => {
    const saturation = (rgb: number[]) => Math.max(...rgb) - Math.min(...rgb);
    expect(saturation(colour(3, 2))).toBeLessThan(saturation(colour(6, 4)));
    expect(Math.max(...colour(10, 0))).toBe(255);
    expect(Math.max(...colour(11, 0))).toBeLessThan(200);
  });

  it('takes the range from the known vectors', () => {
    const flow = createFlowField(10, 10);
    flow.u.fill(4);
    flow.u[7] = 1.6e9;
    expect(flowRange(flow)).toBe(4);
    expect(flowRange(createFlowField(3, 3))).toBe(1);
  });

  it('has a legend: the colour at each point is that of the vector to it', () => {
    const { width, height, data } = flowWheel(21);
    const at = (x: number, y: number) => [0, 1, 2].map((c) => data[(c * height + y) * width + x]);
    expect(at(10, 10)).toEqual([255, 255, 255]);
    expect(at(0, 0)).toEqual([255, 255, 255]);
    for (const [u, v] of [
      [10, 0],
      [-6, -8],
      [3, 5],
    ])
      at(10 + u, 10 + v).forEach((value, c) => {
        expect(value).toBeCloseTo(colour(u, v)[c], 2);
      });
  });
});
