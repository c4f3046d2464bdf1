import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { startPicture } from '../../dist/temporal/start.js';
import { warpPicture } from '../../dist/temporal/warp.js';
import { picturesOf } from './small_pictures.js';

const [w, h] = [64, 40];
const n = w * h;
const { picture } = picturesOf(w, h);
const flow = (u: number, v = 0) => ({
  width: w,
  height: h,
  u: new Float32Array(n).fill(u),
  v: new Float32Array(n).fill(v),
});
const start = (painted: Picture, u: number, content: Picture) => {
  const { picture: warped, inside } = warpPicture(painted, flow(u));
  return startPicture(warped, inside, content);
};
const texture = picture((x, y, c) => (x * 37 + y * 91 + c * 53) % 200);

describe('startPicture', () => {
  it('is the warped picture where the flow is certain', () => {
    const begun = start(
      texture,
      5,
      picture(() => 77),
    );
    for (let y = 0; y < h; y++)
      for (let x = 0; x + 5 < w; x++) expect(begun.data[y * w + x]).toBe(texture.data[y * w + x + 5]);
  });

  it('is the content frame where it does not, when painting changed no colours: no grey band behind a pan', () => {
    // What is painted equals the film itself, seen by a camera that moves 7 px.
    const wide = (x: number, y: number, c: number) => (x * 37 + y * 91 + c * 53) % 200;
    const content = picture((x, y, c) => wide(x + 7, y, c));
    const begun = start(picture(wide), 7, content);
    for (let i = 0; i < 3 * n; i++) expect(begun.data[i]).toBeCloseTo(content.data[i], 3);
  });

  it('carries the tone of the painting into the part that comes into view, and keeps its detail', () => {
    const shift = [-60, 10, 45];
    const content = picture((x, y, c) => 120 + ((x + y) % 2) * 20 + c);
    const painted = picture((x, y, c) => 120 + ((x + y) % 2) * 20 + c + shift[c]);
    const begun = start(painted, 6, content);
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < h; y++)
        for (let x = w - 6; x < w; x++) {
          const i = c * n + y * w + x;
          expect(begun.data[i]).toBeCloseTo(content.data[i] + shift[c], 3);
        }
  });

  it('takes the tone from nearby: a film painted dark on the left and light on the right', () => {
    const content = picture(() => 100);
    const painted = picture((x) => (x < w / 2 ? 40 : 160));
    const right = start(painted, 8, content);
    expect(right.data[20 * w + w - 1]).toBeCloseTo(160, 0);
    const left = start(painted, -8, content);
    expect(left.data[20 * w]).toBeCloseTo(40, 0);
  });

  it('lets the tone fade away from the paint where it is told to', () => {
    const content = picture(() => 100);
    const { picture: warped, inside } = warpPicture(
      picture(() => 140),
      flow(48),
    );
    const tone = (fading: boolean, x: number) =>
      startPicture(warped, inside, content, { fading }).data[20 * w + x] - 100;
    expect(tone(false, 63)).toBeCloseTo(40, 3);
    // The paint ends at column 16: a block of four, and of those around, a quarter and less.
    expect(tone(true, 15)).toBeCloseTo(40, 3);
    expect(tone(true, 63)).toBeLessThan(15);
    expect(tone(true, 20)).toBeGreaterThan(tone(true, 63));
  });

  it('adds strokes to what is new, in the tone beside it, and to nothing else', () => {
    const content = picture(() => 100);
    const strokes = { picture: picture((x, y) => ((x + y) % 2 ? 9 : -9)), block: 16 };
    const { picture: warped, inside } = warpPicture(
      picture(() => 140),
      flow(8),
    );
    const begun = startPicture(warped, inside, content, { strokes });
    const row = 20 * w;
    for (let x = 0; x < w - 8; x++) expect(begun.data[row + x]).toBe(140);
    for (let x = w - 8; x < w; x++) expect(begun.data[row + x]).toBeCloseTo(140 + (x % 2 ? 9 : -9), 3);
  });

  it('is the bare content frame where nothing lands at all', () => {
    const begun = start(
      texture,
      1000,
      picture(() => 77),
    );
    expect(begun.data.every((v) => v === 77)).toBe(true);
  });

  it('leaves no ghost where a thing moved away: uncovered pixels begin as content', () => {
    const certainty = { width: w, height: h, data: new Float32Array(n).fill(1) };
    for (let y = 10; y < 20; y++) for (let x = 10; x < 18; x++) certainty.data[y * w + x] = 0;
    const ghost = picture((x, y) => (certainty.data[y * w + x] === 0 ? 255 : 90));
    const begun = startPicture(
      ghost,
      certainty,
      picture(() => 100),
    );
    for (let i = 0; i < n; i++) expect(begun.data[i]).toBeCloseTo(90, 3);
  });
});
