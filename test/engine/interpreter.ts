import { constantValues } from '../../dist/engine/constant.js';
import { type Expr, elementCount, type Shape, topologicalOrder } from '../../dist/engine/index.js';

export type Values = Float64Array;

/**
 * Evaluates a graph in float64, op by op and element by element, straight from the ops' definitions: the oracle for
 * forward values and derivatives.
 */
export function evaluate<Name extends string>(
  outputs: Readonly<Record<Name, Expr>>,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Record<Name, Values> {
  const values = new Map<Expr, Values>();
  const exprs = Object.values<Expr>(outputs);
  for (const expr of topologicalOrder(exprs)) {
    const operands = expr.inputs.map((operand) => values.get(operand)!);
    values.set(
      expr,
      expr.op === 'input' ? Float64Array.from(feeds[expr.attrs.name]) : opValue(expr, operands),
    );
  }
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, values.get(exprs[i])])) as never;
}

function opValue(expr: Expr, operands: Values[]): Values {
  const [x, y] = operands;
  switch (expr.op) {
    case 'input':
      throw new Error('inputs are fed');
    case 'constant':
      return Float64Array.from(constantValues(expr));
    case 'add':
      return elementwise(expr, operands, (a, b) => a + b);
    case 'sub':
      return elementwise(expr, operands, (a, b) => a - b);
    case 'mul':
      return elementwise(expr, operands, (a, b) => a * b);
    case 'div':
      return elementwise(expr, operands, (a, b) => a / b);
    case 'equal':
      return elementwise(expr, operands, (a, b) => Number(a === b));
    case 'expand':
      return elementwise(expr, operands, (a) => a);
    case 'scale':
      return x.map((v) => v * expr.attrs.factor);
    case 'relu':
      return x.map((v) => Math.max(v, 0));
    case 'step':
      return x.map((v) => Number(v > 0));
    case 'square':
      return x.map((v) => v * v);
    case 'sqrt':
      return x.map(Math.sqrt);
    case 'abs':
      return x.map(Math.abs);
    case 'conv2d':
      return conv2d(expr, operands);
    case 'maxPool2':
      return pool(expr, x, (block) => Math.max(...block));
    case 'avgPool2':
      return pool(expr, x, (block) => (block[0] + block[1] + block[2] + block[3]) / 4);
    case 'upsample2':
      return build(expr.shape, ([n, c, h, w]) => x[offset(expr.inputs[0].shape, [n, c, h >> 1, w >> 1])]);
    case 'gemm':
      return gemm(expr, x, y);
    case 'transpose':
      return build(expr.shape, ([i, j]) => x[j * expr.shape[0] + i]);
    case 'sum':
      return sum(expr, x);
    case 'sumSquares':
      return Float64Array.of(x.reduce((total, v) => total + v * v, 0));
    case 'reshape':
    case 'stopGradient':
      return x;
    case 'slice':
      return build(
        expr.shape,
        (at) =>
          x[
            offset(
              expr.inputs[0].shape,
              at.map((p, axis) => p + expr.attrs.begin[axis]),
            )
          ],
      );
    case 'pad':
      return build(expr.shape, (at) => {
        const from = at.map((p, axis) => p - expr.attrs.before[axis]);
        const inside = from.every((p, axis) => p >= 0 && p < expr.inputs[0].shape[axis]);
        return inside ? x[offset(expr.inputs[0].shape, from)] : 0;
      });
  }
}

function offset(shape: Shape, at: readonly number[]): number {
  return at.reduce((sum, p, axis) => sum * shape[axis] + p, 0);
}

/** A tensor from a function of the position. */
function build(shape: Shape, value: (at: number[]) => number): Values {
  const at = shape.map(() => 0);
  return Float64Array.from({ length: elementCount(shape) }, () => {
    const v = value(at);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
    return v;
  });
}

function elementwise(expr: Expr, operands: Values[], f: (a: number, b: number) => number): Values {
  const shapes = expr.inputs.map((operand) => operand.shape);
  return build(expr.shape, (at) => {
    const [a, b] = operands.map((values, i) => {
      const own = at.slice(at.length - shapes[i].length).map((p, axis) => (shapes[i][axis] === 1 ? 0 : p));
      return values[offset(shapes[i], own)];
    });
    return f(a, b);
  });
}

function conv2d(expr: Expr, [x, weights, bias]: Values[]): Values {
  const [, cin, h, w] = expr.inputs[0].shape;
  const k = expr.inputs[1].shape[2];
  const r = (k - 1) / 2;
  return build(expr.shape, ([n, o, i, j]) => {
    let total = bias ? bias[o] : 0;
    for (let c = 0; c < cin; c++) {
      for (let di = 0; di < k; di++) {
        for (let dj = 0; dj < k; dj++) {
          const [p, q] = [i + di - r, j + dj - r];
          if (p < 0 || q < 0 || p >= h || q >= w) continue;
          total += x[((n * cin + c) * h + p) * w + q] * weights[((o * cin + c) * k + di) * k + dj];
        }
      }
    }
    return total;
  });
}

function pool(expr: Expr, x: Values, reduce: (block: number[]) => number): Values {
  const shape = expr.inputs[0].shape;
  return build(expr.shape, ([n, c, i, j]) => {
    const at = (di: number, dj: number) => x[offset(shape, [n, c, 2 * i + di, 2 * j + dj])];
    return reduce([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]);
  });
}

function gemm({ shape, inputs, attrs }: Expr<'gemm'>, a: Values, b: Values): Values {
  const { transA, transB, alpha } = attrs;
  const [p, q] = [inputs[0].shape[1], inputs[1].shape[1]];
  const inner = inputs[0].shape[transA ? 0 : 1];
  return build(shape, ([i, j]) => {
    let total = 0;
    for (let k = 0; k < inner; k++)
      total += a[transA ? k * p + i : i * p + k] * b[transB ? j * q + k : k * q + j];
    return alpha * total;
  });
}

function sum(expr: Expr<'sum'>, x: Values): Values {
  const out = new Float64Array(elementCount(expr.shape));
  const { axes } = expr.attrs;
  build(expr.inputs[0].shape, (at) => {
    const to =
      axes === 'all'
        ? 0
        : offset(
            expr.shape,
            at.map((p, axis) => (axes.includes(axis) ? 0 : p)),
          );
    out[to] += x[offset(expr.inputs[0].shape, at)];
    return 0;
  });
  return out;
}
