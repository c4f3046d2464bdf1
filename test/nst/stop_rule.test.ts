import { describe, expect, test } from 'vitest';
import { hasConverged } from '../../dist/nst/stop_rule.js';

const rule = { every: 50, relativeChange: 5e-3 };

/** Least energies that fall from 1000 by `step` at every iteration. */
const falling = (iterations: number, step: number) =>
  Array.from({ length: iterations + 1 }, (_, k) => 1000 - k * step);

describe('when a minimisation has come to rest', () => {
  test('over 50 iterations it fell by less than its share', () => {
    expect(hasConverged([...falling(20, 10), ...new Array(49).fill(800)], rule)).toBe(false);
    expect(hasConverged([...falling(20, 10), ...new Array(50).fill(800)], rule)).toBe(true);
  });

  test('it crept for ten, in a frame of few iterations', () => {
    // A share of 1e-3 in ten iterations.
    expect(hasConverged(falling(10, 0.09), rule)).toBe(true);
    expect(hasConverged(falling(10, 0.11), rule)).toBe(false);
    expect(hasConverged(falling(9, 0.01), rule)).toBe(false);
  });

  test('never while the energy falls fast, nor while a step length is looked for', () => {
    for (let k = 0; k < 50; k++) expect(hasConverged(falling(k, 5), rule)).toBe(false);
    expect(hasConverged([...falling(10, 20), ...new Array(10).fill(800)], rule)).toBe(false);
  });

  test('not by the past of an energy that was renewed', () => {
    expect(hasConverged([...falling(6, 0.01), ...falling(6, 0.01)], rule)).toBe(false);
  });

  test('a share of 0 asks for no change at all', () => {
    const never = { every: 50, relativeChange: 0 };
    expect(hasConverged(falling(60, 1e-6), never)).toBe(false);
    expect(hasConverged(new Array(51).fill(3), never)).toBe(true);
  });
});
