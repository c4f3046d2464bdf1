import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CERTAIN, certainty, DISOCCLUDED, UNCERTAIN, verdicts } from '../../dist/flow/certainty.js';
import { createFlowField, type FlowField } from '../../dist/flow/flow_field.js';

interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

const holds = (r: Rectangle, x: number, y: number) =>
  x >= r.left && y >= r.top && x < r.left + r.width && y < r.top + r.height;

/** A field whose vector is `u, v` in the rectangle and `bu, bv` around it. */
function movingRectangle(
  width: number,
  height: number,
  rectangle: Rectangle,
  [u, v]: [number, number],
  [bu, bv]: [number, number] = [0, 0],
): FlowField {
  const flow = createFlowField(width, height);
  for (let i = 0; i < width * height; i++) {
    const inside = holds(rectangle, i % width, Math.floor(i / width));
    flow.u[i] = inside ? u : bu;
    flow.v[i] = inside ? v : bv;
  }
  return flow;
}

function constantFlow(width: number, height: number, u: number, v: number): FlowField {
  const flow = createFlowField(width, height);
  flow.u.fill(u);
  flow.v.fill(v);
  return flow;
}

describe('a square that moves over a texture', () => {
  const [width, height] = [60, 50];
  const now: Rectangle = { left: 25, top: 18, width: 16, height: 16 };

  it.each([
    [7, 0],
    [-5, 0],
    [4, 6],
    [-3, -8],
  ])('by (%i, %i): exactly the uncovered band is disoccluded', (dx, dy) => {
    const before = { ...now, left: now.left - dx, top: now.top - dy };
    const backward = movingRectangle(width, height, now, [-dx, -dy]);
    const forward = movingRectangle(width, height, before, [dx, dy]);
    const verdict = verdicts(backward, forward).data;
    const sure = certainty(backward, forward).data;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        const uncovered = holds(before, x, y) && !holds(now, x, y);
        // Central differences see the square's edge from the pixels on both sides of it.
        const edge = [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ].some(([ox, oy]) => holds(now, x, y) !== holds(now, x + ox, y + oy));
        expect(verdict[i]).toBe(uncovered ? DISOCCLUDED : edge ? UNCERTAIN : CERTAIN);
        if (uncovered || edge) expect(sure[i]).toBeLessThan(0.5);
        if (uncovered && !edge) expect(sure[i]).toBeLessThan(0.26);
      }
    }
    // Two pixels of blur beyond the last rejected one, certainty is whole again.
    const clear = (x: number, y: number) => {
      for (let oy = -2; oy <= 2; oy++) {
        for (let ox = -2; ox <= 2; ox++) {
          const [px, py] = [x + ox, y + oy];
          if (px < 0 || py < 0 || px >= width || py >= height) continue;
          if (verdict[py * width + px] !== CERTAIN) return false;
        }
      }
      return true;
    };
    let count = 0;
    for (let i = 0; i < width * height; i++) {
      if (!clear(i % width, Math.floor(i / width))) continue;
      expect(sure[i]).toBe(1);
      count++;
    }
    expect(count).toBeGreaterThan(1500);
  });

  it('is unsure of what the square covers in neither frame only along its edge', () => {
    const backward = movingRectangle(width, height, now, [-1, 0], [-1, 0]);
    const forward = constantFlow(width, height, 1, 0);
    expect(verdicts(backward, forward).data.filter((value) => value !== CERTAIN).length).toBe(height);
  });
});

describe('a camera pan', () => {
  it.each([
    [5, 0],
    [-4, 3],
    [0, -6.5],
    [2.25, 2.75],
  ])('by (%d, %d): exactly the entering band is rejected', (dx, dy) => {
    const [width, height] = [40, 30];
    // The scene moves by (dx, dy): what enters has no place in the frame before.
    const verdict = verdicts(constantFlow(width, height, -dx, -dy), constantFlow(width, height, dx, dy)).data;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const enters = x - dx < 0 || x - dx > width - 1 || y - dy < 0 || y - dy > height - 1;
        expect(verdict[y * width + x]).toBe(enters ? UNCERTAIN : CERTAIN);
      }
    }
  });

  it('blurs the band by two pixels: the Gaussian of σ 0.8 summed', () => {
    const taps = [-2, -1, 0, 1, 2].map((d) => Math.exp(-(d * d) / 1.28));
    const whole = taps.reduce((a, b) => a + b);
    const share = (...d: number[]) => d.reduce((sum, k) => sum + taps[k + 2], 0) / whole;
    const { data } = certainty(constantFlow(12, 3, -4, 0), constantFlow(12, 3, 4, 0));
    const expected = [0, 0, share(2), share(1, 2), share(0, 1, 2), share(-1, 0, 1, 2), 1, 1, 1, 1, 1, 1];
    for (const [x, value] of expected.entries()) expect(data[12 + x]).toBeCloseTo(value, 6);
  });
});

describe('certainty', () => {
  it('is one everywhere for zero flow, to the border, at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (width, height) => {
        const rest = createFlowField(width, height);
        expect(certainty(rest, rest).data.every((value) => value === 1)).toBe(true);
      }),
    );
  });

  it('stays within 0..1 whatever the fields, NaN and unknown vectors included', () => {
    const value = fc.oneof(
      fc.float({ min: -20, max: 20, noNaN: true }),
      fc.constantFrom(Number.NaN, Infinity, 1.6e9),
    );
    const plane = fc.array(value, { minLength: 30, maxLength: 30 }).map((v) => Float32Array.from(v));
    const flow = fc.record({ width: fc.constant(6), height: fc.constant(5), u: plane, v: plane });
    fc.assert(
      fc.property(flow, flow, (backward, forward) => {
        expect(certainty(backward, forward).data.every((c) => c >= 0 && c <= 1)).toBe(true);
      }),
    );
  });

  it('draws the line of the forward-backward check at 0.01·(|w|² + |ŵ|²) + 0.5', () => {
    const at = (back: number) =>
      verdicts(constantFlow(60, 9, -10, 0), constantFlow(60, 9, back, 0)).data[4 * 60 + 30];
    // (10 − back)² against 0.01·(100 + back²) + 0.5: equal at 8.5087
    expect(at(8.51)).toBe(CERTAIN);
    expect(at(8.507)).toBe(DISOCCLUDED);
  });

  it('draws the line of the motion boundary at 0.01·|w|² + 0.002', () => {
    const at = (slope: number) => {
      const backward = createFlowField(41, 9);
      const forward = createFlowField(41, 9);
      for (let i = 0; i < backward.u.length; i++) {
        backward.u[i] = 1 + slope * ((i % 41) - 20);
        forward.u[i] = -backward.u[i];
      }
      return verdicts(backward, forward).data[4 * 41 + 20];
    };
    // At the middle |w| = 1 and |∇u| = slope: the line is at √0.012 = 0.1095.
    expect(at(0.109)).toBe(CERTAIN);
    expect(at(0.11)).toBe(UNCERTAIN);
  });

  it('refuses fields of different size', () => {
    expect(() => certainty(createFlowField(3, 2), createFlowField(2, 3))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('the photometric gate', () => {
  const [width, height] = [30, 20];
  const rest = createFlowField(width, height);
  const plane = (grey: (x: number, y: number) => number) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => grey(i % width, Math.floor(i / width))),
  });
  const object: Rectangle = { left: 10, top: 6, width: 10, height: 8 };
  const previous = plane(() => 100);

  it('rejects what looks different although both directions agree, as a disocclusion', () => {
    const current = plane((x, y) => (holds(object, x, y) ? 130 : 100));
    expect(new Set(verdicts(rest, rest).data)).toEqual(new Set([CERTAIN]));
    const verdict = verdicts(rest, rest, { previous, current }).data;
    expect(verdict[10 * width + 15]).toBe(DISOCCLUDED);
    // Half of the window and more must differ: 15 of 25 pixels times 30 grey levels is 18 on average, 10 are 12.
    expect(verdict[10 * width + 10]).toBe(DISOCCLUDED);
    expect(verdict[10 * width + 9]).toBe(CERTAIN);
    expect(certainty(rest, rest, { previous, current }).data[10 * width + 15]).toBe(0);
  });

  it('lets brightness change by 12 grey levels, and no more', () => {
    const gate = (by: number) => verdicts(rest, rest, { previous, current: plane(() => 100 + by) }).data[0];
    expect(gate(12)).toBe(CERTAIN);
    expect(gate(-12.5)).toBe(DISOCCLUDED);
  });

  it('needs frames of the size of the flow', () => {
    const small = { width: 1, height: 1, data: new Float32Array(1) };
    expect(() => certainty(rest, rest, { previous, current: small })).toThrow(
      /current frame: expected 30x20/,
    );
  });
});
