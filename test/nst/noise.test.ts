import { expect, test } from 'vitest';
import { noisePicture, randomNumbers } from '../../dist/nst/noise.js';

test('numbers are uniform in [0,1) and those of their seed', () => {
  const random = randomNumbers(7);
  const numbers = Array.from({ length: 20000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const counts = new Array(10).fill(0);
  for (const v of numbers) counts[Math.floor(10 * v)]++;
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200); // 4.7 standard deviations
  const again = randomNumbers(7);
  expect(numbers.slice(0, 5)).toEqual(Array.from({ length: 5 }, again));
  expect(randomNumbers(8)()).not.toBe(numbers[0]);
});

test('a noise picture is grey on average, inside its amplitude, and repeats', () => {
  const { data } = noisePicture(40, 30, 3, 20);
  expect(data).toHaveLength(3600);
  expect(data.reduce((a, b) => a + b) / data.length).toBeCloseTo(127.5, -1);
  expect(Math.min(...data)).toBeGreaterThanOrEqual(107.5);
  expect(Math.max(...data)).toBeLessThanOrEqual(147.5);
  expect(noisePicture(40, 30, 3, 20).data).toEqual(data);
});
