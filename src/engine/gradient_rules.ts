import { flippedWeights } from './constant.js';
import type { Expr, OpName } from './expr.js';
import { avgPool2, conv2d, upsample2 } from './ops_conv.js';
import { add, div, equal, mul, scale, step, sub } from './ops_elementwise.js';
import { gemm, transpose } from './ops_matrix.js';
import { sum } from './ops_reduce.js';
import { expand, pad, reshape, slice } from './ops_shape.js';
import { graphError, type Shape, sameShape } from './shape.js';

/** Per operand: derivative of the energy, or nothing where there is none (or `needed` says nobody asks). */
type Parts = (Expr | undefined)[];
type Rule<Op extends OpName> = (expr: Expr<Op>, adjoint: Expr, needed: readonly boolean[]) => Parts;

/**
 * One step of reverse-mode differentiation.
 *
 * @param adjoint derivative of the energy by `expr`, of `expr`'s shape
 * @param needed which operands' derivatives are wanted
 */
export function derivativeOf(expr: Expr, adjoint: Expr, needed: readonly boolean[]): Parts {
  return (RULES[expr.op] as Rule<OpName>)(expr, adjoint, needed);
}

const NONE: Rule<OpName> = () => [];

const RULES: { readonly [Op in OpName]: Rule<Op> } = {
  input: NONE,
  constant: NONE,
  step: NONE,
  equal: NONE,
  stopGradient: NONE,

  add: ({ inputs: [x, y] }, g) => [reduceTo(g, x.shape), reduceTo(g, y.shape)],
  sub: ({ inputs: [x, y] }, g, [, byY]) => [
    reduceTo(g, x.shape),
    byY ? scale(reduceTo(g, y.shape), -1) : undefined,
  ],
  mul: ({ inputs: [x, y] }, g, [byX, byY]) => [
    byX ? reduceTo(mul(g, y), x.shape) : undefined,
    byY ? reduceTo(mul(g, x), y.shape) : undefined,
  ],
  div: (expr, g, [byX, byY]) => {
    const [x, y] = expr.inputs;
    const quotient = div(g, y);
    return [
      byX ? reduceTo(quotient, x.shape) : undefined,
      byY ? scale(reduceTo(mul(quotient, expr), y.shape), -1) : undefined,
    ];
  },
  scale: ({ attrs }, g) => [scale(g, attrs.factor)],
  // The result's sign is the operand's, and the result is what stays in memory.
  relu: (expr, g) => [mul(g, step(expr))],
  square: ({ inputs: [x] }, g) => [mul(g, scale(x, 2))],
  sqrt: (expr, g) => [scale(div(g, expr), 0.5)],
  abs: ({ inputs: [x] }, g) => [mul(g, sub(step(x), step(scale(x, -1))))],

  conv2d: ({ inputs: [, weights] }, g, [, byWeights, byBias]) => {
    if (byWeights || byBias || weights.op !== 'constant') {
      throw graphError('gradient of conv2d', 'no derivative by weights', 'one asked for');
    }
    return [conv2d(g, flippedWeights(weights))];
  },
  maxPool2: maxPoolDerivative,
  avgPool2: ({ inputs: [x] }, g) => [padTo(upsample2(scale(g, 0.25)), x.shape)],
  upsample2: (_, g) => [scale(avgPool2(g), 4)],

  gemm: gemmDerivative,
  transpose: (_, g) => [transpose(g)],

  sum: ({ inputs: [x] }, g) => [expand(g, x.shape)],
  sumSquares: ({ inputs: [x] }, g) => [mul(x, scale(g, 2))],

  reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
  slice: ({ inputs: [x], attrs: { begin, end } }, g) => [
    pad(
      g,
      begin,
      x.shape.map((extent, axis) => extent - end[axis]),
    ),
  ],
  pad: ({ inputs: [x], attrs: { before } }, g) => [
    slice(
      g,
      before,
      x.shape.map((extent, axis) => before[axis] + extent),
    ),
  ],
  expand: ({ inputs: [x] }, g) => [reduceTo(g, x.shape)],
};

/** Sums a derivative over the axes along which its operand was stretched. */
function reduceTo(g: Expr, shape: Shape): Expr {
  if (sameShape(g.shape, shape)) return g;
  if (shape.length === 0) return sum(g);
  const missing = g.shape.length - shape.length;
  const stretched = g.shape.flatMap((extent, axis) =>
    axis < missing || (shape[axis - missing] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(sum(g, stretched), shape);
}

/** Zeros for the odd last row and column that pooling left out. */
function padTo(g: Expr, shape: Shape): Expr {
  if (sameShape(g.shape, shape)) return g;
  return pad(
    g,
    shape.map(() => 0),
    shape.map((extent, axis) => extent - g.shape[axis]),
  );
}

/**
 * Differs from Caffe and PyTorch at ties: they hand the whole derivative to the first of several equal maxima, here
 * it is shared equally among them. Ties are common (blocks of zeros after a relu, clipped whites in the picture), and
 * equal shares keep the derivative symmetric under mirroring. Counting the maxima costs one pooling of the mask; the
 * division happens at the pooled size.
 */
function maxPoolDerivative(expr: Expr<'maxPool2'>, g: Expr): Parts {
  const [x] = expr.inputs;
  const largest = upsample2(expr);
  const covered = sameShape(x.shape, largest.shape) ? x : slice(x, [0, 0, 0, 0], largest.shape);
  const isLargest = equal(covered, largest);
  const share = div(scale(g, 0.25), avgPool2(isLargest));
  return [padTo(mul(isLargest, upsample2(share)), x.shape)];
}

function gemmDerivative({ inputs, attrs }: Expr<'gemm'>, g: Expr, [byA, byB]: readonly boolean[]): Parts {
  const [a, b] = inputs;
  const { transA, transB, alpha } = attrs;
  if (a === b && transA !== transB) {
    // A Gram matrix: both operands' derivatives are one product with the symmetric part of g, half the work.
    const twice = add(g, transpose(g));
    return [transA ? gemm(a, twice, { alpha }) : gemm(twice, a, { alpha })];
  }
  const partA = () =>
    transA ? gemm(b, g, { transA: transB, transB: true, alpha }) : gemm(g, b, { transB: !transB, alpha });
  const partB = () =>
    transB ? gemm(g, a, { transA: true, transB: transA, alpha }) : gemm(a, g, { transA: !transA, alpha });
  return [byA ? partA() : undefined, byB ? partB() : undefined];
}
