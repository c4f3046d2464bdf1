import { describe, expect, test } from 'vitest';
import { COLOUR_SPACES, fromSpace, toSpace } from '../../dist/frames/colour_space.js';
import type { Picture } from '../../dist/picture.js';

const pixel = (...values: number[]): Picture => ({ width: 1, height: 1, data: Float32Array.from(values) });
const [RED, BLUE, WHITE, GREY] = [
  pixel(255, 0, 0),
  pixel(0, 0, 255),
  pixel(255, 255, 255),
  pixel(128, 128, 128),
];

/** All colours whose values are multiples of 15, and those next to black. */
function lattice(): Picture {
  const levels = [...Array.from({ length: 18 }, (_, i) => 15 * i), 1, 2, 7];
  const colours = levels.flatMap((r) => levels.flatMap((g) => levels.map((b) => [r, g, b])));
  const planes = [0, 1, 2].flatMap((c) => colours.map((colour) => colour[c]));
  return { width: colours.length, height: 1, data: Float32Array.from(planes) };
}

describe('colour spaces', () => {
  // YUV and YCbCr: the matrices of PAL and of JPEG; Lab and Luv: sRGB's red and blue as Lindbloom's calculator has them.
  test.each([
    ['yuv', RED, [76.245, -37.519, 156.825]],
    ['yuv', BLUE, [29.07, 111.18, -25.502]],
    ['ycbcr', RED, [76.245, 84.972, 255.5]],
    ['ycbcr', BLUE, [29.07, 255.5, 107.265]],
    ['ycbcr', WHITE, [255, 128, 128]],
    ['lab', RED, [53.2408, 80.0925, 67.2032]],
    ['lab', BLUE, [32.297, 79.1875, -107.8602]],
    ['lab', WHITE, [100, 0, 0]],
    ['luv', RED, [53.2408, 175.0151, 37.7564]],
    ['luv', BLUE, [32.297, -9.4054, -130.3423]],
    ['luv', GREY, [53.585, 0, 0]],
  ] as const)('%s has the published values', (space, colour, values) => {
    const found = toSpace(colour, space).data;
    values.forEach((value, i) => void expect(Math.abs(found[i] - value)).toBeLessThan(0.01));
  });

  test.each(COLOUR_SPACES)('%s there and back is less than a thousandth of a code value', (space) => {
    const colours = lattice();
    const back = fromSpace(toSpace(colours, space), space).data;
    const worst = colours.data.reduce((most, v, i) => Math.max(most, Math.abs(v - back[i])), 0);
    expect(worst).toBeLessThan(1e-3);
  });

  test.each(COLOUR_SPACES)('%s: colours that no display has keep lightness and hue', (space) => {
    const [l, one, other] = toSpace(BLUE, space).data;
    const neutral = toSpace(GREY, space).data[1];
    // Blue's colour at the lightness of a light grey.
    const wanted = pixel(toSpace(pixel(200, 200, 200), space).data[0], one, other);
    const found = fromSpace(wanted, space);
    expect(Math.min(...found.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...found.data)).toBeGreaterThan(254);
    const values = toSpace(found, space).data;
    expect(Math.abs(values[0] - wanted.data[0])).toBeLessThan(0.01 * l);
    const hue = (u: number, v: number) => Math.atan2(v - neutral, u - neutral);
    expect(Math.abs(hue(values[1], values[2]) - hue(one, other))).toBeLessThan(0.01);
  });
});
