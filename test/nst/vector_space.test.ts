import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../dist/nst/noise.js';
import { spaceOf, vectorSpace } from '../../dist/nst/vector_space.js';
import { along, dot, replaceAndSubtract, updateThenDot } from '../../dist/nst/vectors.js';

const random = randomNumbers(11);
/** Numbers of very different sizes, as gradients have them. */
const numbers = (n: number) =>
  Float32Array.from({ length: n }, () => (random() - 0.5) * 10 ** (8 * random() - 4));

/** The same vectors in one space and as plain arrays. */
function twins(n: number, count: number) {
  const vector = vectorSpace(n, count);
  const plain = Array.from({ length: count }, () => numbers(n));
  const spaced = plain.map((values) => {
    const v = vector();
    v.set(values);
    return v;
  });
  return { plain, spaced };
}

// Lengths that leave a rest of each kind.
describe.each([1, 2, 3, 4, 1001, 1002, 1003, 1004])(
  '%i numbers: the kernels give the bits of the loops',
  (n) => {
    const { plain, spaced } = twins(n, 4);

    test('inner products and updates', () => {
      expect(spaceOf(spaced[0], spaced[1])).toBeDefined();
      const run = ([q, p, r, u]: Float32Array[]) => [
        dot(q, p),
        updateThenDot(q, 0.3, p, -1.7, r),
        updateThenDot(q, -1e3, u, 1, u),
        dot(q, q),
      ];
      expect(run(spaced)).toEqual(run(plain));
      expect(spaced).toEqual(plain);
    });

    test('differences and steps, from and to arrays that lie elsewhere', () => {
      const now = numbers(n);
      const run = ([difference, before, d]: Float32Array[]) => {
        const out = new Float32Array(n);
        replaceAndSubtract(difference, now, before);
        along(out, before, 0.77, d);
        return out;
      };
      expect(run(spaced)).toEqual(run(plain));
      expect(spaced).toEqual(plain);
    });
  },
);

test('what a space has no room for are plain arrays', () => {
  const vector = vectorSpace(5, 1);
  const [inside, outside] = [vector(), vector()];
  expect(spaceOf(inside)).toBeDefined();
  expect(spaceOf(outside)).toBeUndefined();
  expect(spaceOf(inside, outside)).toBeUndefined();
  outside.fill(2);
  inside.fill(3);
  expect(dot(inside, outside)).toBe(30);
  // More than 32-bit addresses reach.
  expect(spaceOf(vectorSpace(2, 2 ** 31)())).toBeUndefined();
});
