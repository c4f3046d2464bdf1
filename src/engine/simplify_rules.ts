import { scaledConstant } from './constant.js';
import { type Expr, node } from './expr.js';
import { upsample2 } from './ops_conv.js';
import { mul, scale, step } from './ops_elementwise.js';
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
  if (x.op === 'gemm') {
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

/** A matrix product transposes its operands for free. */
const gemmRule: Rule = (expr) => {
  if (expr.op !== 'gemm') return;
  const [a, b] = expr.inputs;
  const { transA, transB } = expr.attrs;
  if (a.op === 'transpose') return gemm(a.inputs[0], b, { ...expr.attrs, transA: !transA });
  if (b.op === 'transpose') return gemm(a, b.inputs[0], { ...expr.attrs, transB: !transB });
  return;
};

/**
 * The gate of a relu behind a max-pooling's derivative moves to the pooled size, a quarter of the work: where the
 * derivative is not zero, the value is the pooled one, so the gate of the pooled value is its gate.
 */
const pooledGateRule: Rule = (expr, only) => {
  if (expr.op !== 'mul') return;
  const [x, gate] = expr.inputs;
  const spread = x.op === 'pad' ? x.inputs[0] : x;
  if (gate.op !== 'step' || !only(x) || spread.op !== 'mul' || !only(spread)) return;
  const [isLargest, enlarged] = spread.inputs;
  if (isLargest.op !== 'equal' || enlarged.op !== 'upsample2') return;
  const [covered, largest] = isLargest.inputs;
  const pooled = largest.op === 'upsample2' ? largest.inputs[0] : largest;
  const whole = covered.op === 'slice' ? covered.inputs[0] : covered;
  if (pooled.op !== 'maxPool2' || pooled.inputs[0] !== whole || gate.inputs[0] !== whole) return;
  const gated = mul(isLargest, upsample2(mul(enlarged.inputs[0], step(pooled))));
  return x.op === 'pad' ? pad(gated, x.attrs.before, x.attrs.after) : gated;
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

export const RULES: readonly Rule[] = [shapeRule, scaleRule, elementwiseRule, gemmRule, pooledGateRule];
