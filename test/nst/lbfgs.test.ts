import { describe, expect, test } from 'vitest';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';
import { randomNumbers } from '../../dist/nst/noise.js';
import { dot, updateThenDot } from '../../dist/nst/vectors.js';

type Energy = (x: Float32Array) => { energy: number; gradient: Float32Array };

/** Runs L-BFGS with no early stop. */
function run(f: Energy, start: number[], iterations: number, history?: number) {
  return minimise({
    start: Float32Array.from(start),
    evaluate: async (x) => ({ ...f(x), terms: {} }),
    optimiser: lbfgs({ history }),
    iterations,
    stop: { every: 1000, relativeChange: 0 },
  });
}

/** ½ Σ d_i (x_i − c_i)²: minimum 0 at c. */
const bowl =
  (d: number[], c: number[]): Energy =>
  (x) => {
    const gradient = Float32Array.from(x, (v, i) => d[i] * (v - c[i]));
    return { energy: x.reduce((sum, v, i) => sum + 0.5 * d[i] * (v - c[i]) ** 2, 0), gradient };
  };

const rosenbrock: Energy = ([a, b]) => ({
  energy: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
  gradient: Float32Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
});

/** The same energy, with every picture it is asked about shown to `see`. */
const watched =
  (f: Energy, see: (x: Float32Array) => void): Energy =>
  (x) => {
    see(x);
    return f(x);
  };

describe('known minima', () => {
  test('a quadratic in 50 variables with condition number 1000', async () => {
    const random = randomNumbers(4);
    const d = Array.from({ length: 50 }, (_, i) => 10 ** ((3 * i) / 49));
    const c = d.map(() => 255 * random());
    const { image, energy } = await run(bowl(d, c), new Array(50).fill(128), 250);
    expect(energy).toBeLessThan(1e-5);
    for (let i = 0; i < 50; i++) expect(image[i]).toBeCloseTo(c[i], 2);
  });

  test('Rosenbrock’s valley from its classic start', async () => {
    const { image, energy, evaluations } = await run(rosenbrock, [-1.2, 1], 80);
    expect(energy).toBeLessThan(1e-8);
    expect(image[0]).toBeCloseTo(1, 3);
    expect(image[1]).toBeCloseTo(1, 3);
    expect(evaluations).toBe(81);
  });

  test('a start in the minimum stays there', async () => {
    const { image } = await run(bowl([1, 2], [7, 9]), [7, 9], 5);
    expect([...image]).toEqual([7, 9]);
  });
});

test('the first steps are those of the two-loop recursion written out with matrices', async () => {
  // Independent oracle: BFGS of the inverse Hessian H as a dense matrix (Nocedal & Wright eq. 6.17), float64, started
  // at every step from sᵀy/yᵀy·I and fed all pairs, which is what L-BFGS with a long memory defines.
  const d = [1, 3, 7, 20];
  const c = [10, -20, 30, 5];
  const seen: Float64Array[] = [];
  await run(
    watched(bowl(d, c), (x) => seen.push(Float64Array.from(x))),
    [0, 0, 0, 0],
    6,
  );
  const gradientAt = (x: Float64Array) => Float64Array.from(x, (v, i) => d[i] * (v - c[i]));
  const inner = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
  for (let k = 1; k + 1 < seen.length; k++) {
    const pairs = Array.from({ length: k }, (_, j) => {
      const [g0, g1] = [gradientAt(seen[j]), gradientAt(seen[j + 1])];
      return { s: seen[j + 1].map((v, i) => v - seen[j][i]), y: g1.map((v, i) => v - g0[i]) };
    });
    const newest = pairs[k - 1];
    let h = d.map((_, i) =>
      d.map((_, j) => (i === j ? inner(newest.s, newest.y) / inner(newest.y, newest.y) : 0)),
    );
    for (const { s, y } of pairs) {
      const rho = 1 / inner(s, y);
      const left = d.map((_, i) => d.map((_, j) => (i === j ? 1 : 0) - rho * s[i] * y[j]));
      const product = left.map((row) =>
        d.map((_, j) =>
          inner(
            row,
            h.map((r) => r[j]),
          ),
        ),
      );
      h = product.map((row, i) => d.map((_, j) => inner(row, left[j]) + rho * s[i] * s[j]));
    }
    const g = gradientAt(seen[k]);
    const expected = seen[k].map((v, i) => v - inner(h[i], g));
    for (let i = 0; i < 4; i++) expect(seen[k + 1][i]).toBeCloseTo(expected[i], 3);
  }
});

describe('steps', () => {
  test('the first one moves variables by one grey level on average', async () => {
    const seen: number[][] = [];
    await run(
      watched(bowl([1, 100, 1e4], [50, 50, 50]), (x) => seen.push([...x])),
      [0, 0, 0],
      1,
    );
    const moved = seen[1].map((v, i) => Math.abs(v - seen[0][i]));
    expect(moved.reduce((a, b) => a + b) / 3).toBeCloseTo(1, 5);
  });

  test('one that raises the energy is taken back and shortened, 0.1 to 0.5 of it', async () => {
    const steep = bowl([1e4, 1e4], [0.01, 0.01]);
    const seen: number[] = [];
    const { energy } = await run(
      watched(steep, (x) => seen.push(x[0])),
      [0, 0],
      12,
    );
    expect(seen[1]).toBeCloseTo(1, 5); // one grey level: far past the minimum at 0.01
    expect(seen[2]).toBeCloseTo(0.1, 5);
    expect(seen[3]).toBeCloseTo(0.01, 4);
    expect(energy).toBeLessThan(1e-6);
  });

  test('through a region of negative curvature', async () => {
    const wave: Energy = ([x]) => ({
      energy: Math.cos(x) + 0.01 * x * x,
      gradient: Float32Array.of(-Math.sin(x) + 0.02 * x),
    });
    const { image } = await run(wave, [0.1], 40);
    expect(Math.abs(-Math.sin(image[0]) + 0.02 * image[0])).toBeLessThan(1e-3);
    expect(image[0]).toBeGreaterThan(2);
  });

  test('repeat bit for bit', async () => {
    const one = await run(rosenbrock, [-1.2, 1], 30, 3);
    const other = await run(rosenbrock, [-1.2, 1], 30, 3);
    expect(other.records).toEqual(one.records);
    expect(other.image).toEqual(one.image);
  });
});

test('vector loops agree with plain sums at lengths that are no multiple of four', () => {
  const random = randomNumbers(2);
  for (const n of [1, 3, 4, 7, 16]) {
    const [q, p, r] = [0, 1, 2].map(() => Float32Array.from({ length: n }, random));
    const moved = q.map((v, i) => -2 * (v + 0.5 * p[i]));
    expect(dot(q, p)).toBeCloseTo(
      q.reduce((sum, v, i) => sum + v * p[i], 0),
      6,
    );
    expect(updateThenDot(q, 0.5, p, -2, r)).toBeCloseTo(
      moved.reduce((sum, v, i) => sum + v * r[i], 0),
      5,
    );
    expect(q).toEqual(moved);
  }
});
