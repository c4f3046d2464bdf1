import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { TONE_BLOCK, toneDifference, withoutTone } from '../../dist/temporal/tone.js';
import { picturesOf } from './small_pictures.js';

const [w, h] = [64, 48];
const n = w * h;
const { picture, plane } = picturesOf(w, h);

describe('toneDifference', () => {
  it('is the difference where it is the same everywhere, and counts in proportion where little is certain', () => {
    const one = picture((x, y, c) => ((x * 37 + y * 91) % 60) + 10 * c);
    const other = picture((x, y, c) => ((x * 37 + y * 91) % 60) + 10 * c - 7);
    const all = toneDifference(
      one,
      plane(() => 1),
      other,
    );
    for (const v of all.data) expect(v).toBeCloseTo(7, 4);
    // One row of 16 is certain: an eighth of half a block.
    const little = toneDifference(
      one,
      plane((_, y) => (y % TONE_BLOCK === 0 ? 1 : 0)),
      other,
    );
    for (const v of little.data) expect(v).toBeCloseTo(7 / 8, 4);
  });
});

describe('withoutTone', () => {
  it('leaves no block lighter or darker than 0 where it is asked to, a narrow band at the border too', () => {
    const isNew = (x: number, y: number) => y < 4 || (x > 40 && y > 30);
    const strokes = picture((x, y, c) => ((x + y) % 2 ? 12 : -12) - (y < 4 ? 20 : 5) + x / 4 + 3 * c);
    const level = withoutTone(
      strokes,
      plane((x, y) => (isNew(x, y) ? 1 : 0)),
    );
    for (let left = 0; left < w; left += TONE_BLOCK)
      for (let c = 0; c < 3; c++) {
        const mean = (of: Picture) => {
          let sum = 0;
          for (let y = 0; y < 4; y++)
            for (let x = left; x < left + TONE_BLOCK; x++) sum += of.data[c * n + y * w + x];
          return sum / (4 * TONE_BLOCK);
        };
        expect(Math.abs(mean(level))).toBeLessThan(0.15 * Math.abs(mean(strokes)) + 1);
      }
    const step = (of: Picture) => of.data[1] - of.data[0];
    expect(step(level)).toBeCloseTo(step(strokes), 0);
  });
});
