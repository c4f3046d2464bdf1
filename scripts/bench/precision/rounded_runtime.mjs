// A runtime's bfloat16, where it has none: what convolutions and matrix products multiply is rounded to 8 bits, their
// sums stay float32. For what low precision does to pictures, not for how fast it is.

import { node } from '../../../dist/engine/expr.js';
import { constant, constantValues, scale, sub, topologicalOrder } from '../../../dist/engine/index.js';

/** 2^16 + 1: Veltkamp's splitting (Dekker 1971) leaves 24 − 16 bits of a float32. */
const SPLITTER = 65537;

function roundedNumber(x) {
  const c = Math.fround(x * SPLITTER);
  return Math.fround(c - Math.fround(c - x));
}

/** The graph with the operands of every convolution and matrix product rounded. */
export function rounded(outputs) {
  const made = new Map();
  const known = new Map();
  const round = (x) => {
    if (!known.has(x)) {
      const c = scale(x, SPLITTER);
      known.set(
        x,
        x.op === 'constant' ? constant(x.shape, constantValues(x).map(roundedNumber)) : sub(c, sub(c, x)),
      );
    }
    return known.get(x);
  };
  for (const expr of topologicalOrder(Object.values(outputs))) {
    const operands = expr.inputs.map((operand) => made.get(operand));
    // A bias is added to the sums.
    const inputs =
      expr.op === 'conv2d' || expr.op === 'gemm'
        ? operands.map((operand, i) => (i < 2 ? round(operand) : operand))
        : operands;
    made.set(expr, node(expr.op, inputs, expr.attrs, expr.shape));
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, expr]) => [name, made.get(expr)]));
}

/** `runtime` with bfloat16 as it would be. */
export function roundedRuntime(runtime) {
  return {
    name: `${runtime.name}, bfloat16 by rounding`,
    precisions: ['float32', 'bfloat16'],
    compile: (outputs, { precision } = {}) =>
      runtime.compile(precision === 'bfloat16' ? rounded(outputs) : outputs),
  };
}
