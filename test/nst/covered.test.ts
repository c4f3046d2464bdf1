import { describe, expect, test } from 'vitest';
import { covered, coversAny } from '../../dist/nst/covered.js';
import { noisePicture } from '../../dist/nst/noise.js';

const [width, height] = [6, 4];
const n = width * height;
const source = noisePicture(width, height, 1, 120);
const paint = noisePicture(width, height, 2, 120).data;
const plane = (value: (i: number) => number) => ({
  width,
  height,
  data: Float32Array.from({ length: n }, (_, i) => value(i)),
});
const soft = plane((i) => i / (n - 1));

describe('paint over a source', () => {
  test('is the source where it does not cover, and the paint where it covers all, to the last bit', () => {
    const seen = covered(source, soft).lay(paint);
    for (let c = 0; c < 3; c++) {
      expect(seen[c * n]).toBe(source.data[c * n]);
      expect(seen[c * n + n - 1]).toBe(paint[c * n + n - 1]);
    }
  });

  test('that is lifted off and laid again is seen as before, as far as paint can be of a colour', () => {
    const { lay, lift } = covered(source, soft);
    const inRange = paint.map((v) => Math.min(255, Math.max(0, v)));
    const seen = lay(inRange);
    for (const [i, v] of lay(lift(seen)).entries()) expect(Math.abs(v - seen[i])).toBeLessThan(1e-3);
  });

  test('never starts with more than a picture can hold', () => {
    const thin = covered(
      source,
      plane(() => 0.01),
    );
    const away = source.data.map((v) => (v > 128 ? 0 : 255));
    for (const v of thin.lift(away)) expect(v >= 0 && v <= 255).toBe(true);
  });

  test('has the gradient of what is seen of it', async () => {
    // E = ½ Σ k·x²
    const { under } = covered(source, soft);
    const evaluate = under(async (x) => ({
      energy: x.reduce((sum, v, i) => sum + 0.5 * ((i % 5) + 1) * v * v, 0),
      terms: {},
      gradient: x.map((v, i) => ((i % 5) + 1) * v),
    }));
    const { gradient } = await evaluate(paint);
    for (const i of [0, 7, n - 1, n + 5, 3 * n - 2]) {
      const moved = (step: number) => paint.map((v, k) => (k === i ? v + step : v));
      const [more, less] = [await evaluate(moved(0.5)), await evaluate(moved(-0.5))];
      expect(Math.abs(more.energy - less.energy - gradient[i])).toBeLessThan(
        1 + 1e-2 * Math.abs(gradient[i]),
      );
    }
  });

  test('may be none', () => {
    expect(coversAny(plane(() => 0))).toBe(false);
    expect(coversAny(soft)).toBe(true);
  });
});
