import { describe, expect, test } from 'vitest';
import { Bands, blockShift } from '../../dist/nst/bands.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';
import { randomNumbers } from '../../dist/nst/noise.js';

// Odd sides, so that blocks at the edges are of fewer pixels.
const [width, height] = [45, 37];
const n = width * height;
const random = randomNumbers(3);
const picture = Float32Array.from({ length: 3 * n }, () => 255 * random() - 100);

/** M_l written out: every pixel the mean of its block of 2^l px, in float64. */
function means(x: ArrayLike<number>, l: number): Float64Array {
  const out = new Float64Array(3 * n);
  const side = 2 ** l;
  for (let c = 0; c < 3; c++)
    for (let top = 0; top < height; top += side)
      for (let left = 0; left < width; left += side) {
        const at: number[] = [];
        for (let y = top; y < Math.min(height, top + side); y++)
          for (let x0 = left; x0 < Math.min(width, left + side); x0++) at.push(c * n + y * width + x0);
        const mean = at.reduce((sum, i) => sum + x[i], 0) / at.length;
        for (const i of at) out[i] = mean;
      }
  return out;
}

/** Blocks of 8 px, and how many there are in a row. */
const blocks = Array.from({ length: 6 * 5 }, (_, block) => block);
const IN_ROW = 6;

/** The parts of a picture in the order of the bands: block by block, each with luma and chroma of four sizes. */
function parts(x: ArrayLike<number>): Float64Array[] {
  const whole = wholeParts(x);
  return blocks.flatMap((block) =>
    whole.map((part) =>
      part.map((v, i) => {
        const [px, py] = [i % width, Math.floor((i % n) / width)];
        return IN_ROW * (py >> 3) + (px >> 3) === block ? v : 0;
      }),
    ),
  );
}

function wholeParts(x: ArrayLike<number>): Float64Array[] {
  const levels = Array.from({ length: 4 }, (_, l) => means(x, l));
  return levels.flatMap((level, l) => {
    const detail = level.map((v, i) => v - (levels[l + 1]?.[i] ?? 0));
    const luma = detail.map((_, i) => (detail[i % n] + detail[(i % n) + n] + detail[(i % n) + 2 * n]) / 3);
    return [luma, detail.map((v, i) => v - luma[i])];
  });
}

const square = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v * v, 0);

describe('the bands of a picture', () => {
  const bands = new Bands({ width, height });

  test('have the squares of block means written out, which add up to those of the picture', () => {
    const found = bands.squares(picture);
    const expected = parts(picture).map(square);
    expect(found).toHaveLength(expected.length);
    const all = square(picture);
    // Differences of float32 sums: small bands have the rounding of large ones.
    for (const [b, value] of expected.entries()) expect(Math.abs(found[b] - value) / all).toBeLessThan(1e-6);
    expect(found.reduce((a, b) => a + b) / all).toBeCloseTo(1, 5);
  });

  test('are scaled each by its factor', () => {
    const factors = Array.from({ length: bands.count }, () => 0.1 + 3 * random());
    const each = parts(picture);
    const x = picture.slice();
    bands.scale(x, factors);
    const expected = new Float64Array(x.length);
    for (const [b, part] of each.entries())
      for (let i = 0; i < x.length; i++) expected[i] += factors[b] * part[i];
    for (let i = 0; i < x.length; i++) expect(x[i]).toBeCloseTo(expected[i], 2);
  });

  test('of factors 1 are the picture', () => {
    const x = picture.slice();
    bands.scale(x, new Float64Array(bands.count).fill(1));
    for (let i = 0; i < x.length; i++) expect(x[i]).toBeCloseTo(picture[i], 3);
  });
});

describe('blocks that are moved', () => {
  const bands = new Bands({ width, height });
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);

  test('lie on every column and row alike in eight steps', () => {
    for (const first of [0, 8, 16])
      for (const side of ['x', 'y'] as const)
        expect([...Array(8).keys()].map((k) => blockShift(first + k)[side]).sort()).toEqual([
          0, 1, 2, 3, 4, 5, 6, 7,
        ]);
  });

  test('of factors 1 are the picture, and of one factor that much of it', () => {
    for (let k = 0; k < 8; k++) {
      const x = picture.slice();
      bands.scale(x, new Float64Array(bands.count).fill(2.5), blockShift(k));
      for (let i = 0; i < x.length; i++) expect(x[i]).toBeCloseTo(2.5 * picture[i], 2);
    }
  });

  test('scale symmetrically and never turn a gradient round: L-BFGS stays one', () => {
    const factors = Array.from({ length: bands.count }, () => 0.1 + 3 * random());
    for (const k of [1, 6, 11]) {
      const scaled = (x: Float32Array) => {
        const out = x.slice();
        bands.scale(out, factors, blockShift(k));
        return out;
      };
      const other = Float32Array.from(picture, () => random() - 0.5);
      const [a, b] = [dot(other, scaled(picture)), dot(scaled(other), picture)];
      expect(Math.abs(a - b)).toBeLessThan(1e-4 * Math.sqrt(dot(other, other) * dot(picture, picture)));
      expect(dot(picture, scaled(picture))).toBeGreaterThan(0.09 * dot(picture, picture));
    }
  });
});

test('L-BFGS that knows the shape needs fewer evaluations where fine detail is bent more sharply', async () => {
  const bands = new Bands({ width, height });
  // ½ xᵀBx with B of one curvature for each band of detail, 1 for the broadest, 1000 for the finest, the mean over blocks
  // however they lie.
  const curvature = Array.from({ length: bands.count }, (_, b) => 1000 ** (1 - Math.floor((b % 8) / 2) / 3));
  const evaluate = async (x: Float32Array) => {
    const gradient = new Float32Array(x.length);
    for (let k = 0; k < 8; k++) {
      const part = x.slice();
      bands.scale(part, curvature, blockShift(k));
      for (let i = 0; i < x.length; i++) gradient[i] += part[i] / 8;
    }
    return { energy: x.reduce((sum, v, i) => sum + 0.5 * v * gradient[i], 0), terms: {}, gradient };
  };
  const never = { every: 1000, relativeChange: 0 };
  const energyAfter = async (shape?: { width: number; height: number }) => {
    const optimiser = lbfgs({ history: 5, shape });
    return (await minimise({ start: picture, evaluate, optimiser, iterations: 40, stop: never })).energy!;
  };
  expect(await energyAfter({ width, height })).toBeLessThan(0.5 * (await energyAfter()));
});
