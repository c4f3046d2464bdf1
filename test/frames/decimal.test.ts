import { expect, it } from 'vitest';
import { decimal } from '../../dist/frames/decimal.js';

it.each([
  [2.220446049250313e-16, '0'],
  [-2.220446049250313e-16, '0'],
  [0, '0'],
  [-1.4, '-1.4'],
  [1e-6, '0.000001'],
  [0.1 + 0.2, '0.3'],
  [95443.717644, '95443.717644'],
  [100, '100'],
  [1e20, '100000000000000000000'],
  [1001 / 30000, '0.033367'],
])('%s is %s to ffmpeg', (value, text) => {
  expect(decimal(value)).toBe(text);
});
