import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { relativeError } from './closeness.js';
import { evaluate } from './interpreter.js';
import { inputsOf, randomFeeds } from './op_cases.js';
import { Random } from './random.js';
import { randomGraph } from './random_graph.js';

/** The ops of a graph after simplification, sorted. */
function opsOf(...outputs: e.Expr[]): string[] {
  const simplified = Object.values(e.simplify(Object.fromEntries(outputs.map((expr, i) => [`o${i}`, expr]))));
  return e
    .topologicalOrder(simplified)
    .map(({ op }) => op)
    .filter((op) => op !== 'input' && op !== 'constant')
    .sort();
}

const x = e.input('x', [1, 2, 5, 7]);
const weights = e.constant([2, 2, 3, 3], new Random(1).normal(36));

describe('simplify', () => {
  it('keeps all values and shapes', () => {
    fc.assert(
      fc.property(randomGraph, fc.integer(), ({ outputs }, seed) => {
        const feeds = randomFeeds(inputsOf(...Object.values(outputs)), new Random(seed));
        const simplified = e.simplify(outputs);
        const before = evaluate(outputs, feeds);
        const after = evaluate(simplified, feeds);
        for (const name of Object.keys(outputs)) {
          expect(simplified[name].shape).toEqual(outputs[name].shape);
          expect(relativeError(after[name], before[name])).toBeLessThan(1e-10);
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('computes equal expressions once', () => {
    expect(opsOf(e.add(e.relu(x), e.relu(x)))).toEqual(['add', 'relu']);
    expect(opsOf(e.conv2d(x, weights), e.conv2d(x, weights))).toEqual(['conv2d']);
    expect(opsOf(e.scale(x, 2), e.scale(x, 3))).toEqual(['scale', 'scale']);
  });

  it('folds the quarter of average pooling into the weights of the convolution before it', () => {
    const energy = e.sumSquares(e.conv2d(e.avgPool2(e.relu(x)), weights));
    const [g] = e.gradient(energy, [x]);
    // 2·conv(…) carries the factor of the square as well: no scale is left.
    expect(opsOf(g)).toEqual(['avgPool2', 'conv2d', 'conv2d', 'mul', 'pad', 'relu', 'step', 'upsample2']);
  });

  it('leaves a convolution alone that is used without the factor too', () => {
    const y = e.conv2d(x, weights);
    expect(opsOf(e.scale(y, 0.5), y)).toEqual(['conv2d', 'scale']);
  });

  it('gates the derivative of a max-pooling at the pooled size', () => {
    const y = e.maxPool2(e.relu(x));
    const [g] = e.gradient(e.sum(e.mul(y, e.constant(y.shape, new Random(2).normal(12)))), [x]);
    const gates = e
      .topologicalOrder(Object.values(e.simplify({ g })))
      .filter(({ op }) => op === 'step')
      .map(({ shape }) => shape);
    expect(gates).toEqual([y.shape]);
  });

  it('transposes within the matrix product', () => {
    const a = e.input('a', [3, 4]);
    expect(opsOf(e.gemm(e.transpose(a), a))).toEqual(['gemm']);
  });

  it('lets elementwise ops stretch their operands', () => {
    const s = e.input('s', []);
    expect(opsOf(e.mul(e.expand(s, x.shape), x))).toEqual(['mul']);
    expect(opsOf(e.mul(e.expand(e.scalar(3), x.shape), x))).toEqual(['scale']);
    expect(opsOf(e.mul(e.expand(e.scalar(1), x.shape), x))).toEqual([]);
    expect(opsOf(e.add(e.expand(s, [4]), e.expand(e.scalar(1), [4])))).toEqual(['add', 'expand']);
  });
});
