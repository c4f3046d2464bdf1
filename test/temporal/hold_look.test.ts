import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { carriedContrast, holdLook } from '../../dist/temporal/hold_look.js';
import { warpNearest } from '../../dist/temporal/warp.js';
import { picturesOf } from './small_pictures.js';

const [w, h] = [64, 48];
const n = w * h;
const { picture, plane } = picturesOf(w, h);
const certain = plane(() => 1);
const rest = { width: w, height: h, u: new Float32Array(n), v: new Float32Array(n) };
const strokes = picture((x, y, c) => 110 + ((x * 37 + y * 91 + c * 53) % 60));
const means = ({ data }: Picture, from = 0, to = w) =>
  [0, 1, 2].map((c) => {
    let [sum, count] = [0, 0];
    for (let p = 0; p < n; p++)
      if (p % w >= from && p % w < to) {
        sum += data[c * n + p];
        count++;
      }
    return sum / count;
  });

describe('holdLook', () => {
  it('gives the tone of ω back, near and far, and keeps the strokes', () => {
    const painted = picture((x, y, c) => {
      const i = c * n + y * w + x;
      return strokes.data[i] + 12 * Math.sin(x / 7) - 4 * c + (((x + y) % 2) - 0.5) * 8;
    });
    const held = holdLook(painted, { warped: strokes, certainty: certain });
    for (let c = 0; c < 3; c++) expect(means(held)[c]).toBeCloseTo(means(strokes)[c], 1);
    for (let x = 0; x < w; x += 16) {
      const drift = Math.abs(means(painted, x, x + 16)[0] - means(strokes, x, x + 16)[0]);
      const left = Math.abs(means(held, x, x + 16)[0] - means(strokes, x, x + 16)[0]);
      expect(left).toBeLessThan(0.1 * drift + 0.1);
    }
    // The new strokes, a chequerboard of 8 levels, stand as they were painted.
    const step = (p: Picture) => p.data[1] - p.data[0] - (strokes.data[1] - strokes.data[0]);
    expect(step(held)).toBeCloseTo(step(painted), 0);
  });

  it('leaves alone what nothing is known of', () => {
    const painted = picture((x, y, c) => strokes.data[c * n + y * w + x] - 20);
    const held = holdLook(painted, { warped: strokes, certainty: plane((x) => (x < 16 ? 1 : 0)) });
    expect(means(held, 0, 8)[0]).toBeGreaterThan(means(painted, 0, 8)[0] + 15);
    for (let x = 32; x < w; x++) expect(held.data[x]).toBe(painted.data[x]);
  });

  it('holds what is new to the tone that it began with, and keeps the strokes there', () => {
    const certainty = plane((x) => (x < 32 ? 1 : 0));
    const newness = plane((x) => (x < 32 ? 0 : 1));
    const began = picture((x) => (x < 32 ? 90 : 120));
    const painted = picture((x, y) => (x < 32 ? 90 : 145) + ((x + y) % 2) * 8 - 4);
    const held = holdLook(painted, { warped: began, certainty, begun: { picture: began, newness } });
    expect(means(held, 32)[0]).toBeCloseTo(120, 0);
    expect(means(held, 0, 32)[0]).toBeCloseTo(90, 0);
    expect(held.data[w - 1] - held.data[w - 2]).toBeCloseTo(painted.data[w - 1] - painted.data[w - 2], 0);
  });

  it('makes up for lights that clipping darkens', () => {
    const bright = picture((x) => (x % 4 === 0 ? 250 : 120));
    const painted = picture((x) => (x % 4 === 0 ? 290 : 120 - 40 / 3));
    const held = holdLook(painted, { warped: bright, certainty: certain });
    expect(Math.max(...held.data)).toBeLessThanOrEqual(255);
    expect(means(held)[0]).toBeCloseTo(means(bright)[0], 0);
  });
});

describe('carriedContrast', () => {
  it('does not shrink when a flow moves by half pixels, and holdLook gives it back to stronger strokes', () => {
    const half = { ...rest, u: new Float32Array(n).fill(0.5) };
    const contrast = carriedContrast(warpNearest(strokes, half), certain);
    const [before] = carriedContrast(strokes, certain);
    expect(contrast[0] / before).toBeCloseTo(1, 1);
    const mean = means(strokes)[0];
    const painted = picture((x, y, c) => mean + 1.03 * (strokes.data[c * n + y * w + x] - mean));
    const held = holdLook(painted, {
      warped: strokes,
      certainty: certain,
      contrast: carriedContrast(strokes, certain),
    });
    expect(carriedContrast(painted, certain)[0] / before).toBeGreaterThan(1.02);
    expect(carriedContrast(held, certain)[0] / before).toBeCloseTo(1, 2);
  });
});
