import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { carryPainting, type Grounds, lightChange } from '../../dist/temporal/light_change.js';
import { picturesOf } from './small_pictures.js';

const [w, h] = [64, 48];
const n = w * h;
const { picture, plane } = picturesOf(w, h);
const certain = plane(() => 1);
const rest = { width: w, height: h, u: new Float32Array(n), v: new Float32Array(n) };
const strokes = picture((x, y, c) => 110 + ((x * 37 + y * 91 + c * 53) % 60));
const ground = picture((x, y) => 100 + ((x * 13 + y * 7) % 40) + (x < 32 ? 20 : 0));
const by = (gain: number, of: Picture, level = 0): Picture => ({
  ...of,
  data: of.data.map((v) => gain * v + level),
});
const alike = (of: Picture): Grounds => ({ own: of, other: of });
const mean = ({ data }: Picture, from = 0, to = w) => {
  let [sum, count] = [0, 0];
  for (let p = 0; p < n; p++)
    if (p % w >= from && p % w < to) {
      sum += data[p];
      count++;
    }
  return sum / count;
};

describe('carryPainting', () => {
  it('is the painting itself where nothing moves and the light stays', () => {
    const carried = carryPainting(strokes, rest, lightChange(rest, certain, alike(ground), alike(ground)));
    for (let i = 0; i < 3 * n; i++) expect(carried.data[i]).toBeCloseTo(strokes.data[i], 3);
  });

  it('follows the light: a shadow darkens the paint where it falls, at once', () => {
    const shadow = (x: number) => (x >= 32 ? 30 : 0);
    const now = picture((x, y, c) => ground.data[c * n + y * w + x] - shadow(x));
    const carried = carryPainting(strokes, rest, lightChange(rest, certain, alike(ground), alike(now)));
    const change = (from: number, to: number) => mean(carried, from, to) - mean(strokes, from, to);
    expect(change(0, 16)).toBeCloseTo(0, 1);
    expect(change(48, 64)).toBeCloseTo(-30, 1);
    expect(change(32, 48)).toBeLessThan(-20);
  });
});

describe('lightChange', () => {
  // A frame of a fade: its own map gives it the painting's colours, that of the frame before a fifth more of them.
  const brighter: Grounds = { own: ground, other: by(1.2, ground) };
  const darker: Grounds = { own: ground, other: by(1 / 1.2, ground) };

  it('is none where all light changes, as frames painted afresh have none', () => {
    const { change, certainty } = lightChange(rest, certain, darker, brighter);
    expect(Math.max(...change.data.map(Math.abs))).toBeLessThan(0.01);
    expect(certainty).toBe(certain);
  });

  it('is the same both ways of time but for its sign, of a part and of all', () => {
    const lit = picture((x, y, c) => ground.data[c * n + y * w + x] + (x < 24 ? 35 : 0));
    const faint = by(0.6, ground, 40);
    for (const [one, other] of [
      [alike(ground), alike(lit)],
      [
        { own: faint, other: by(0.5, faint) },
        { own: ground, other: by(2, ground) },
      ],
    ]) {
      const there = lightChange(rest, certain, one, other).change.data;
      const back = lightChange(rest, certain, other, one).change.data;
      expect(Math.max(...there.map(Math.abs))).toBeGreaterThan(5);
      for (let i = 0; i < there.length; i += 97) expect(there[i]).toBeCloseTo(-back[i], 3);
    }
  });

  it('leaves nothing certain where a part changes by more than paint can follow, and all elsewhere', () => {
    const lightning = picture((x, y, c) => ground.data[c * n + y * w + x] + (x < 32 ? 120 : 0));
    const { certainty } = lightChange(rest, certain, alike(ground), alike(lightning));
    expect(certainty.data[10]).toBe(0);
    expect(certainty.data[56]).toBe(1);
  });
});
