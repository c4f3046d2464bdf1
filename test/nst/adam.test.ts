import { expect, test } from 'vitest';
import { adam } from '../../dist/nst/adam.js';

test('follows the paper’s formulas, step by step in float64', () => {
  const gradients = [
    [3, -0.5, 0],
    [-1, 2, 1e-3],
    [0.2, 2, -4],
    [0, 0, 100],
  ];
  const [eta, b1, b2, eps] = [0.5, 0.8, 0.95, 1e-4];
  const optimiser = adam({ learningRate: eta, beta1: b1, beta2: b2, epsilon: eps });
  const state = optimiser.init(3);
  const x = Float32Array.of(1, 2, 3);
  const expected = [1, 2, 3];
  const m = [0, 0, 0];
  const v = [0, 0, 0];
  gradients.forEach((g, k) => {
    optimiser.update(state, x, 0, Float32Array.from(g));
    for (let i = 0; i < 3; i++) {
      m[i] = b1 * m[i] + (1 - b1) * g[i];
      v[i] = b2 * v[i] + (1 - b2) * g[i] ** 2;
      expected[i] -= (eta * (m[i] / (1 - b1 ** (k + 1)))) / (Math.sqrt(v[i] / (1 - b2 ** (k + 1))) + eps);
      expect(x[i]).toBeCloseTo(expected[i], 5);
    }
  });
});

test('its first step is one learning rate against the sign of the gradient', () => {
  const optimiser = adam({ learningRate: 4 });
  const x = Float32Array.of(10, 10, 10);
  optimiser.update(optimiser.init(3), x, 0, Float32Array.of(1e-3, -5e6, 0));
  expect(x[0]).toBeCloseTo(6, 3);
  expect(x[1]).toBeCloseTo(14, 5);
  expect(x[2]).toBe(10);
});
