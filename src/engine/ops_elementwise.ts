import { type Expr, node } from './expr.js';
import { broadcastShapes } from './shape.js';

/** x + y; shapes broadcast (a scalar `[]`, a per-channel `[1,C,1,1]`, a certainty mask `[1,1,H,W]`). */
export function add(x: Expr, y: Expr): Expr {
  return node('add', [x, y], {}, broadcastShapes('add', x.shape, y.shape));
}

/** x − y; shapes broadcast. */
export function sub(x: Expr, y: Expr): Expr {
  return node('sub', [x, y], {}, broadcastShapes('sub', x.shape, y.shape));
}

/** x · y; shapes broadcast. */
export function mul(x: Expr, y: Expr): Expr {
  return node('mul', [x, y], {}, broadcastShapes('mul', x.shape, y.shape));
}

/** x / y; shapes broadcast. */
export function div(x: Expr, y: Expr): Expr {
  return node('div', [x, y], {}, broadcastShapes('div', x.shape, y.shape));
}

/** x times a number known when the graph is built. */
export function scale(x: Expr, factor: number): Expr {
  return node('scale', [x], { factor }, x.shape);
}

/** max(x, 0). Its derivative at 0 is taken as 0. */
export function relu(x: Expr): Expr {
  return node('relu', [x], {}, x.shape);
}

/** 1 where x > 0, else 0. Its derivative is taken as 0 everywhere. */
export function step(x: Expr): Expr {
  return node('step', [x], {}, x.shape);
}

/** 1 where x = y, else 0; shapes broadcast. Its derivative is taken as 0 everywhere. */
export function equal(x: Expr, y: Expr): Expr {
  return node('equal', [x, y], {}, broadcastShapes('equal', x.shape, y.shape));
}

/** x². */
export function square(x: Expr): Expr {
  return node('square', [x], {}, x.shape);
}

/** √x, for x > 0 (the derivative is infinite at 0). */
export function sqrt(x: Expr): Expr {
  return node('sqrt', [x], {}, x.shape);
}

/** |x|. Its derivative at 0 is taken as 0. */
export function abs(x: Expr): Expr {
  return node('abs', [x], {}, x.shape);
}

/** x, with a derivative of 0: what depends on it is differentiated as if it were a constant. */
export function stopGradient(x: Expr): Expr {
  return node('stopGradient', [x], {}, x.shape);
}
