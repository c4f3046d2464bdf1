import { type Expr, node } from './expr.js';
import { broadcastShapes, elementCount, formatShape, graphError, type Shape, sameShape } from './shape.js';

/** The same elements in row-major order under another shape of as many elements. */
export function reshape(x: Expr, shape: Shape): Expr {
  if (elementCount(shape) !== elementCount(x.shape)) {
    throw graphError('reshape', `as many elements as ${formatShape(x.shape)}`, formatShape(shape));
  }
  return node('reshape', [x], {}, shape);
}

/** The block from `begin` (included) to `end` (excluded), one number per axis. */
export function slice(x: Expr, begin: readonly number[], end: readonly number[]): Expr {
  const fits = (from: number, axis: number) => from >= 0 && from < end[axis] && end[axis] <= x.shape[axis];
  if (begin.length !== x.shape.length || end.length !== begin.length || !begin.every(fits)) {
    throw graphError(
      'slice',
      `a block inside ${formatShape(x.shape)}`,
      `${formatShape(begin)} to ${formatShape(end)}`,
    );
  }
  return node(
    'slice',
    [x],
    { begin, end },
    begin.map((from, axis) => end[axis] - from),
  );
}

/** Zeros added along every axis, `before` and `after` the elements, one number per axis. */
export function pad(x: Expr, before: readonly number[], after: readonly number[]): Expr {
  const counts = [...before, ...after];
  const rank = x.shape.length;
  if (
    before.length !== rank ||
    after.length !== rank ||
    !counts.every((n) => Number.isInteger(n) && n >= 0)
  ) {
    throw graphError(
      'pad',
      `a count per axis of ${formatShape(x.shape)}`,
      `${formatShape(before)}, ${formatShape(after)}`,
    );
  }
  return node(
    'pad',
    [x],
    { before, after },
    x.shape.map((extent, axis) => before[axis] + extent + after[axis]),
  );
}

/** x repeated along its axes of extent 1 (and along new leading axes) until it has the given shape. */
export function expand(x: Expr, shape: Shape): Expr {
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape)) {
    throw graphError('expand', `a shape that ${formatShape(x.shape)} broadcasts to`, formatShape(shape));
  }
  return node('expand', [x], {}, shape);
}
