import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { evaluate } from './interpreter.js';
import { inputsOf, OP_CASES, randomFeeds } from './op_cases.js';
import { Random } from './random.js';

const PROPERTY = { seed: 20160919, numRuns: 25 };

const size = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 2, max: 5 }),
  width: fc.integer({ min: 2, max: 5 }),
});

/** Largest difference between the derivative and central differences, relative to the larger of 1 and the value. */
function derivativeError(energy: e.Expr, feeds: e.Tensors): number {
  const inputs = inputsOf(energy);
  const gradients = e.gradient(energy, inputs);
  const h = 1e-5;
  let worst = 0;
  inputs.forEach(({ attrs: { name }, shape }, i) => {
    expect(gradients[i].shape).toEqual(shape);
    const exact = evaluate({ gradient: gradients[i] }, feeds).gradient;
    for (let k = 0; k < exact.length; k++) {
      const at = (delta: number) => {
        const moved = Float64Array.from(feeds[name]);
        moved[k] += delta;
        return evaluate({ energy }, { ...feeds, [name]: moved }).energy[0];
      };
      const difference = (at(h) - at(-h)) / (2 * h);
      worst = Math.max(worst, Math.abs(exact[k] - difference) / Math.max(1, Math.abs(exact[k])));
    }
  });
  return worst;
}

/** The op's result weighted element by element: its derivative shows every element of the rule's result. */
function weighted(expr: e.Expr, random: Random): e.Expr {
  return e.sum(e.mul(expr, e.constant(expr.shape, random.normal(e.elementCount(expr.shape)))));
}

describe('derivative against central differences', () => {
  it.each(Object.keys(OP_CASES) as e.OpName[])('%s', (op) => {
    fc.assert(
      fc.property(size, fc.integer(), (extents, seed) => {
        const random = new Random(seed);
        const energy = weighted(OP_CASES[op](extents, random), random);
        expect(derivativeError(energy, randomFeeds(inputsOf(energy), random))).toBeLessThan(1e-6);
      }),
      PROPERTY,
    );
  });

  it.each(['max', 'average'])('a small energy with every term, %s pooling, odd sizes', (pooling) => {
    fc.assert(
      fc.property(size, fc.integer(), ({ height, width }, seed) => {
        const random = new Random(seed);
        const [h, w] = [height + 3, width + 3];
        const x = e.input('x', [1, 3, h, w]);
        const layer = (from: e.Expr, cout: number) => {
          const cin = from.shape[1];
          const weights = e.constant(
            [cout, cin, 3, 3],
            random.normal(cout * cin * 9).map((v) => v / 3),
          );
          return e.relu(e.conv2d(from, weights, e.constant([cout], random.normal(cout))));
        };
        const first = layer(x, 4);
        const second = layer(pooling === 'max' ? e.maxPool2(first) : e.avgPool2(first), 3);
        const features = e.reshape(first, [4, h * w]);
        const gram = e.scale(e.gemm(features, features, { transB: true }), 1 / (4 * h * w));
        const style = e.meanSquares(e.sub(gram, e.input('gram', [4, 4])));
        const content = e.meanSquares(e.sub(second, e.input('content', second.shape)));
        const difference = e.sub(x, e.input('warped', x.shape));
        const temporal = e.mean(e.mul(e.input('certainty', [1, 1, h, w]), e.square(difference)));
        const dx = e.sub(e.slice(x, [0, 0, 0, 1], [1, 3, h, w]), e.slice(x, [0, 0, 0, 0], [1, 3, h, w - 1]));
        const terms = [style, content, temporal, e.sumSquares(dx)];
        const energy = terms.map((term, i) => e.mul(e.input(`weight${i}`, []), term)).reduce(e.add);
        expect(derivativeError(energy, randomFeeds(inputsOf(energy), random))).toBeLessThan(1e-5);
      }),
      { ...PROPERTY, numRuns: 5 },
    );
  });
});

describe('gradient', () => {
  it('adds up over all uses of a node', () => {
    const x = e.input('x', []);
    const [byX] = e.gradient(e.mul(e.add(x, e.square(x)), x), [x]);
    expect(evaluate({ byX }, { x: [3] }).byX[0]).toBe(2 * 3 + 3 * 9);
  });

  it('is zero where the energy does not depend on the node', () => {
    const [byY] = e.gradient(e.sum(e.input('x', [2])), [e.input('y', [2, 2])]);
    expect(byY.shape).toEqual([2, 2]);
    expect([...evaluate({ byY }, {}).byY]).toEqual([0, 0, 0, 0]);
  });

  it('is one for the energy itself', () => {
    const x = e.input('x', [1]);
    expect([...evaluate({ byX: e.gradient(x, [x])[0] }, { x: [7] }).byX]).toEqual([1]);
  });

  it('guided, cuts off what is negative at relus, and there alone', () => {
    const x = e.input('x', [4]);
    const y = e.relu(x);
    const energy = e.sum(e.mul(y, e.constant([4], [3, -2, 5, -1])));
    const at = { x: [1, 1, -1, -1] };
    const byX = (guided: boolean) =>
      [...evaluate({ g: e.gradient(energy, [x], { guided })[0] }, at).g].map((v) => v + 0);
    expect(byX(false)).toEqual([3, -2, 0, 0]);
    expect(byX(true)).toEqual([3, 0, 0, 0]);
    // The relu's own value is above the cut, and a graph without relus has none.
    expect([...evaluate({ g: e.gradient(energy, [y], { guided: true })[0] }, at).g]).toEqual([3, -2, 5, -1]);
    const plain = e.sum(e.scale(x, -2));
    expect([...evaluate({ g: e.gradient(plain, [x], { guided: true })[0] }, at).g]).toEqual([-2, -2, -2, -2]);
  });

  it('takes what is held for a constant', () => {
    const x = e.input('x', [2]);
    const [byX] = e.gradient(e.sum(e.mul(x, e.stopGradient(e.square(x)))), [x]);
    expect([...evaluate({ byX }, { x: [3, -2] }).byX]).toEqual([9, 4]);
  });

  it('wants a scalar', () => {
    const x = e.input('x', [2]);
    expect(() => e.gradient(x, [x])).toThrow('gradient: expected a scalar energy, found [2]');
  });

  it('has none by the weights of a convolution', () => {
    const weights = e.constant([1, 1, 1, 1], [2]);
    const energy = e.sum(e.conv2d(e.input('x', [1, 1, 2, 2]), weights));
    expect(() => e.gradient(energy, [weights])).toThrow('no derivative by weights');
  });

  it('shares the derivative of a maximum equally among ties', () => {
    const x = e.input('x', [1, 1, 2, 7]);
    const [byX] = e.gradient(e.sum(e.maxPool2(x)), [x]);
    const values = [...[255, 255, 0, 3, 5, 1, 9], ...[255, 255, 3, 3, 2, 5, 9]];
    const third = 1 / 3;
    const expected = [...[0.25, 0.25, 0, third, 0.5, 0, 0], ...[0.25, 0.25, third, third, 0, 0.5, 0]];
    [...evaluate({ byX }, { x: values }).byX].forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 12);
    });
  });
});
