import { scaledConstant } from './constant.js';
import { type Expr, node } from './expr.js';
import { upsample2 } from './ops_conv.js';
import { scale } from './ops_elementwise.js';
import { gemm } from './ops_matrix.js';
import { expand, pad, reshape } from './ops_shape.js';
import { broadcastShapes, sameShape } from './shape.js';

/**
 * Gives a cheaper equal of `expr`, or nothing. A rule that swallows an operand into its user asks `only` whether
 * nobody else uses it: otherwise the operand would be computed twice.
 */
export type Rule = (expr: Expr, only: (operand: Expr) => boolean) => Expr | undefined;

/** k·x for another k, no factor, or a product that can take the factor in. */
const scaleRule: Rule = (expr, only) => {
  if (expr.op !== 'scale') return;
  const { factor } = expr.attrs;
  const [x] = expr.inputs;
  if (factor === 1) return x;
  if (x.op === 'constant') return scaledConstant(x, factor);
  if (x.op === 'scale') return scale(x.inputs[0], factor * x.attrs.factor);
  if (x.op === 'expand') return expand(scale(x.inputs[0], factor), expr.shape);
  if (x.op === 'reshape' && only(x)) return reshape(scale(x.inputs[0], factor), expr.shape);
  if (!only(x)) return;
  if (x.op === 'upsample2') return upsample2(scale(x.inputs[0], factor));
  if (x.op === 'pad') return pad(scale(x.inputs[0], factor), x.attrs.before, x.attrs.after);
  if (x.op === 'conv2d') {
    const [image, ...weights] = x.inputs;
    return node(
      'conv2d',
      [image, ...weights.map((w) => scaledConstant(w as Expr<'constant'>, factor))],
      {},
      x.shape,
    );
  }
  if (x.op === 'gemm' && x.inputs.length === 2) {
    return gemm(x.inputs[0], x.inputs[1], { ...x.attrs, alpha: x.attrs.alpha * factor });
  }
  return;
};

/** A product with a constant number is a scale; elementwise ops stretch their operands themselves. */
const elementwiseRule: Rule = (expr) => {
  if (expr.op !== 'add' && expr.op !== 'sub' && expr.op !== 'mul' && expr.op !== 'div') return;
  const [x, y] = expr.inputs;
  if (expr.op === 'mul') {
    const byX = constantNumber(x);
    if (byX !== undefined && sameShape(y.shape, expr.shape)) return scale(y, byX);
    const byY = constantNumber(y);
    if (byY !== undefined && sameShape(x.shape, expr.shape)) return scale(x, byY);
  }
  if (x.op === 'expand' && sameShape(broadcastShapes(expr.op, x.inputs[0].shape, y.shape), expr.shape)) {
    return node(expr.op, [x.inputs[0], y], {}, expr.shape);
  }
  if (y.op === 'expand' && sameShape(broadcastShapes(expr.op, x.shape, y.inputs[0].shape), expr.shape)) {
    return node(expr.op, [x, y.inputs[0]], {}, expr.shape);
  }
  return;
};

/** The value of a constant that is one number in every place. */
function constantNumber(x: Expr): number | undefined {
  if (x.op === 'expand') return constantNumber(x.inputs[0]);
  return x.op === 'constant' && x.attrs.values.length === 1 ? x.attrs.values[0] * x.attrs.factor : undefined;
}

/** Matrix products do the transposition of an operand, and the addition of their result, for free. */
const gemmRule: Rule = (expr, only) => {
  if (expr.op === 'gemm') {
    const [a, b, plus] = expr.inputs;
    const { transA, transB } = expr.attrs;
    if (a.op === 'transpose') return gemm(a.inputs[0], b, { ...expr.attrs, transA: !transA, plus });
    if (b.op === 'transpose') return gemm(a, b.inputs[0], { ...expr.attrs, transB: !transB, plus });
  }
  if (expr.op === 'add') {
    for (const [product, other] of [expr.inputs, [...expr.inputs].reverse()]) {
      if (!only(product) || !sameShape(product.shape, other.shape)) continue;
      const plain = product.op === 'reshape' && only(product.inputs[0]) ? product.inputs[0] : product;
      if (plain.op !== 'gemm' || plain.inputs.length !== 2) continue;
      const plus = reshape(other, plain.shape);
      return reshape(gemm(plain.inputs[0], plain.inputs[1], { ...plain.attrs, plus }), expr.shape);
    }
  }
  return;
};

/** Changes of shape that change nothing, or that follow one another. */
const shapeRule: Rule = (expr) => {
  const [x] = expr.inputs;
  if (expr.op === 'reshape') {
    if (sameShape(x.shape, expr.shape)) return x;
    if (x.op === 'reshape') return reshape(x.inputs[0], expr.shape);
  }
  if (expr.op === 'expand') {
    if (sameShape(x.shape, expr.shape)) return x;
    if (x.op === 'expand') return expand(x.inputs[0], expr.shape);
  }
  if (expr.op === 'transpose' && x.op === 'transpose') return x.inputs[0];
  if (expr.op === 'slice' && sameShape(x.shape, expr.shape)) return x;
  if (expr.op === 'pad' && sameShape(x.shape, expr.shape)) return x;
  return;
};

export const RULES: readonly Rule[] = [shapeRule, scaleRule, elementwiseRule, gemmRule];
