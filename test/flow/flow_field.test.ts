import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFlowField,
  endPointError,
  meanEndPointError,
  sampleBilinear,
  squaredGradient,
} from '../../dist/flow/flow_field.js';
import { render } from './texture.js';

describe('sampleBilinear', () => {
  it('is exact on a plane a·x + b·y + c, inside the frame', () => {
    const slope = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        slope,
        slope,
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (a, b, x, y) => {
          const plane = render(9, 6, (px, py) => a * px + b * py + 7);
          expect(sampleBilinear(plane.data, 9, 6, x, y)).toBeCloseTo(a * x + b * y + 7, 4);
        },
      ),
    );
  });

  it('takes the nearest border value outside', () => {
    const plane = render(3, 2, (x, y) => 10 * y + x);
    expect(sampleBilinear(plane.data, 3, 2, -4, 0.5)).toBe(5);
    expect(sampleBilinear(plane.data, 3, 2, 7, 9)).toBe(12);
    expect(sampleBilinear(plane.data, 3, 2, 1.5, -1)).toBe(1.5);
  });
});

describe('end-point error', () => {
  it('measures the distance of the tips and skips unknown truth', () => {
    const truth = createFlowField(2, 2);
    const estimate = createFlowField(2, 2);
    estimate.u.set([3, 0, 1, 5]);
    estimate.v.set([4, 2, 0, 5]);
    truth.u[3] = 1.6e9;
    expect([...endPointError(estimate, truth).data]).toEqual([5, 2, 1, Number.NaN]);
    expect(meanEndPointError(estimate, truth)).toBeCloseTo(8 / 3, 6);
  });

  it('refuses fields of different size', () => {
    expect(() => endPointError(createFlowField(3, 2), createFlowField(2, 3))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'truth: expected 3x2 pixels, found "2x3"',
      }),
    );
  });
});

describe('squaredGradient', () => {
  it('sums squared central differences; the border takes half the one-sided one', () => {
    const flow = createFlowField(4, 3);
    for (let i = 0; i < 12; i++) {
      flow.u[i] = 2 * (i % 4);
      flow.v[i] = 3 * Math.floor(i / 4);
    }
    const { data } = squaredGradient(flow);
    expect(data[5]).toBe(4 + 9);
    expect(data[4]).toBe(1 + 9);
    expect(data[1]).toBe(4 + 2.25);
    expect(data[11]).toBe(1 + 2.25);
  });
});
