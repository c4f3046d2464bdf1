import { describe, expect, it } from 'vitest';
import { certainty } from '../../dist/flow/certainty.js';
import { estimateFlow } from '../../dist/flow/estimator.js';
import { createFlowField, meanEndPointError } from '../../dist/flow/flow_field.js';
import { grainOf } from '../../dist/flow/noise.js';
import type { Plane } from '../../dist/picture.js';
import { random, render, texture } from './texture.js';

/** Adds grain of standard deviation `sigma`, another for every seed. */
function grainy(frame: Plane, sigma: number, seed: number): Plane {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { ...frame, data: frame.data.map((value) => value + sigma * normal()) };
}

const grey = texture(2);
/** A pale sky that grows lighter downwards over a textured ground. */
const landscape = (shift: number) =>
  render(192, 108, (x, y) => (y < 70 ? 150 + 0.4 * y + 4 * Math.sin((x - shift) / 25) : grey(x - shift, y)));

describe('grain', () => {
  it.each([0, 1, 4, 10])('of %i grey levels is told from what moves with the picture', (sigma) => {
    const found = grainOf(grainy(landscape(0), sigma, 3));
    expect(found).toBeGreaterThanOrEqual(0.75 * sigma);
    expect(found).toBeLessThanOrEqual(1.15 * sigma + 0.2);
  });

  it('counts for no more than 12 grey levels: white noise is a texture', () => {
    expect(grainOf(grainy(landscape(0), 60, 3))).toBe(12);
    expect(grainOf(render(6, 200, () => 3))).toBe(0);
  });

  it('is seen between black bars', () => {
    const bars = grainy(landscape(0), 4, 3);
    bars.data.fill(0, 0, 24 * bars.width).fill(0, (bars.height - 24) * bars.width);
    expect(grainOf(bars)).toBeGreaterThan(3);
  });

  it('is not what a clean picture has of texture nearly everywhere', () => {
    const leaves = render(192, 108, (x, y) => (x < 40 ? 120 + x : grey(x, y)));
    expect(grainOf(leaves)).toBeLessThan(0.3);
  });

  it.each([
    ['strong', 0],
    ['strong', 0.8],
    ['medium', 0],
    ['medium', 0.8],
  ] as const)('does not move a sky: %s, a pan of %f px', (estimator, shift) => {
    for (const sigma of estimator === 'strong' ? [1.5, 4, 8] : [4, 8]) {
      const before = grainy(landscape(0), sigma, 10 + sigma);
      const now = grainy(landscape(shift), sigma, 20 + sigma);
      const backward = estimateFlow(now, before, estimator);
      const truth = createFlowField(192, 108);
      truth.u.fill(-shift);
      // Without regard to grain: 0.2 to 1.4 px, and certainty 0.3 to 0.75.
      expect(meanEndPointError(backward, truth)).toBeLessThan(estimator === 'strong' ? 0.15 : 0.35);
      const sure = certainty(backward, estimateFlow(before, now, estimator)).data;
      expect(sure.reduce((a, b) => a + b) / sure.length).toBeGreaterThan(
        estimator === 'strong' ? 0.95 : 0.75,
      );
    }
  });
});
