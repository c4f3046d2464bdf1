import { type Expr, node } from './expr.js';
import { scale } from './ops_elementwise.js';
import { elementCount, formatShape, graphError } from './shape.js';

/** Sum of all elements (shape `[]`), or over the given axes, which stay with extent 1. */
export function sum(x: Expr, axes?: readonly number[]): Expr {
  if (!axes) return node('sum', [x], { axes: 'all' }, []);
  if (!axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
    throw graphError('sum', `axes of ${formatShape(x.shape)}`, formatShape(axes));
  }
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return node('sum', [x], { axes }, shape);
}

/** Σ x² over all elements: shape `[]`. */
export function sumSquares(x: Expr): Expr {
  return node('sumSquares', [x], {}, []);
}

/** Average over all elements: shape `[]`. */
export function mean(x: Expr): Expr {
  return scale(sum(x), 1 / elementCount(x.shape));
}

/** Average of x² over all elements: shape `[]`. */
export function meanSquares(x: Expr): Expr {
  return scale(sumSquares(x), 1 / elementCount(x.shape));
}
