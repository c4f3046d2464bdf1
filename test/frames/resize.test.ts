import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../dist/frames/contact_sheet.js';
import { enlargePainting, resizePicture } from '../../dist/frames/resize.js';
import { randomNumbers } from '../../dist/nst/noise.js';
import { createPicture, type Picture } from '../../dist/picture.js';

function drawn(
  width: number,
  height: number,
  paint: (x: number, y: number, plane: number) => number,
): Picture {
  const picture = createPicture(width, height);
  for (let p = 0; p < 3; p++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) picture.data[(p * height + y) * width + x] = paint(x, y, p);
  return picture;
}

const side = fc.integer({ min: 1, max: 40 });

describe('resizePicture', () => {
  it('returns the picture itself at its own size', () => {
    const picture = drawn(7, 5, (x) => x);
    expect(resizePicture(picture, 7, 5)).toBe(picture);
  });

  it('keeps a flat picture flat at any size', () => {
    fc.assert(
      fc.property(side, side, side, side, (w, h, width, height) => {
        const out = resizePicture(
          drawn(w, h, (_x, _y, p) => 40 + 90 * p),
          width,
          height,
        );
        expect(out.data.length).toBe(3 * width * height);
        out.data.forEach((value, i) => {
          expect(value).toBeCloseTo(40 + 90 * Math.floor(i / (width * height)), 3);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a slope in place: no shift of half a pixel', () => {
    for (const width of [20, 30, 120]) {
      const out = resizePicture(
        drawn(60, 4, (x) => x + 0.5),
        width,
        4,
      );
      const scale = 60 / width;
      for (let x = Math.ceil(width / 5); x < width - width / 5; x++) {
        expect(out.data[width + x]).toBeCloseTo((x + 0.5) * scale, 1);
      }
    }
  });

  it('averages what is too fine when shrinking', () => {
    const out = resizePicture(
      drawn(200, 200, (x, y) => ((x + y) % 2) * 255),
      40,
      40,
    );
    for (let i = 0; i < 1600; i++) expect(Math.abs(out.data[i] - 127.5)).toBeLessThan(3);
  });
});

describe('contactSheet', () => {
  it('sets pictures in rows on white', () => {
    const red = drawn(20, 10, (_x, _y, p) => (p === 0 ? 200 : 0));
    const blue = drawn(40, 40, (_x, _y, p) => (p === 2 ? 100 : 0));
    const sheet = contactSheet([[red, red], [blue]], { gap: 2 });
    expect([sheet.width, sheet.height]).toEqual([46, 36]);
    const at = (x: number, y: number) =>
      [0, 1, 2].map((p) => Math.round(sheet.data[(p * sheet.height + y) * sheet.width + x]));
    expect(at(0, 0)).toEqual([255, 255, 255]);
    expect(at(2, 2)).toEqual([200, 0, 0]);
    expect(at(43, 11)).toEqual([200, 0, 0]);
    expect(at(12, 24)).toEqual([0, 0, 100]);
    expect(at(34, 24)).toEqual([255, 255, 255]);
  });

  it('needs a picture', () => {
    expect(() => contactSheet([[]])).toThrow(/contact sheet: expected/);
  });
});

describe('enlargePainting', () => {
  /** Mean step into even columns by that into odd ones. */
  const evenByOdd = ({ width, data }: Picture) => {
    const sums = [0, 0];
    for (let i = 0; i < data.length; i++) if (i % width > 0) sums[i % 2] += Math.abs(data[i] - data[i - 1]);
    return (sums[0] * (width / 2)) / (sums[1] * (width / 2 - 1));
  };

  it('makes no columns that stand out, of paint as fine as its pixels', () => {
    const random = randomNumbers(5);
    const paint = drawn(60, 40, () => 255 * random());
    expect(Math.abs(evenByOdd(enlargePainting(paint, 120, 80)) - 1)).toBeLessThan(0.01);
    // A photograph is enlarged more sharply, and has them.
    expect(evenByOdd(resizePicture(paint, 120, 80))).toBeGreaterThan(1.05);
  });

  it('keeps a flat painting flat and broad strokes as they are', () => {
    enlargePainting(
      drawn(9, 7, () => 77),
      20,
      16,
    ).data.forEach((v) => {
      expect(v).toBeCloseTo(77, 3);
    });
    const wave = (x: number, of: number) => 120 + 60 * Math.sin((2 * Math.PI * (x + 0.5)) / of);
    const { data } = enlargePainting(
      drawn(64, 8, (x) => wave(x, 16)),
      128,
      16,
    );
    for (let x = 30; x < 98; x++) expect(data[8 * 128 + x]).toBeCloseTo(wave(x, 32), 0);
  });
});
