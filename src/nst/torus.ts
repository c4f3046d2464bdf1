import { add, type Expr, pad, slice } from '../engine/index.js';

/**
 * What lies beyond a picture's edge: zeros, as networks were trained with, or the picture's other side, so that it can
 * be laid side by side with itself (a torus).
 */
export type Border = 'zero' | 'wrap';

/** Rows or columns taken from `begin` to `end` of the axis and put where `before` says, in an extent grown by two. */
function placed(x: Expr, axis: 2 | 3, begin: number, end: number, before: number): Expr {
  const zeros = x.shape.map(() => 0);
  const part = slice(x, zeros.with(axis, begin), x.shape.with(axis, end));
  const after = x.shape[axis] + 2 - before - (end - begin);
  return pad(part, zeros.with(axis, before), zeros.with(axis, after));
}

/** `[N,C,H,W]` with one pixel of its other side around it: `[N,C,H+2,W+2]`. */
export function wrapped(x: Expr): Expr {
  return ([2, 3] as const).reduce((grown: Expr, axis) => {
    const extent = grown.shape[axis];
    const ends = add(placed(grown, axis, extent - 1, extent, 0), placed(grown, axis, 0, 1, extent + 1));
    return add(placed(grown, axis, 0, extent, 1), ends);
  }, x);
}

/** `[N,C,H+2,W+2]` without its outermost pixels. */
export function unwrapped(x: Expr): Expr {
  const [n, c, h, w] = x.shape;
  return slice(x, [0, 0, 1, 1], [n, c, h - 1, w - 1]);
}
