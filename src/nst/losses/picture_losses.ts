import { add, type Expr, mul, scale, slice, square, sub, sum, sumSquares } from '../../engine/index.js';
import { type Border, wrapped } from '../torus.js';

/**
 * Temporal: (1/3HW) Σ c·(x − ω)², image and warped previous frame `[1,3,H,W]`, certainty `[1,1,H,W]` in 0..1 (Ruder,
 * Dosovitskiy & Brox 2016, eq. 7). Its derivative has the factor c, not √c as in the authors' program.
 */
export function temporalLoss(image: Expr, warped: Expr, certainty: Expr): Expr {
  const [, , h, w] = image.shape;
  return scale(sum(mul(certainty, square(sub(image, warped)))), 1 / (3 * h * w));
}

/**
 * Total variation: ½ Σ (Δx² + Δy²) over all pixels and channels (Mahendran & Vedaldi 2015, eq. 4 with β = 2; differs
 * in the factor ½, which the gradient of Johnson's program implies). Pairs across the edge count for `wrap`.
 */
export function totalVariation(image: Expr, border: Border = 'zero'): Expr {
  if (border === 'wrap') {
    // The outermost pixels are there twice, so that each pair of neighbours is met once.
    const [, , h, w] = image.shape;
    const grown = slice(wrapped(image), [0, 0, 1, 1], [1, 3, h + 2, w + 2]);
    const rows = slice(difference(grown, 2), [0, 0, 0, 0], [1, 3, h, w]);
    const columns = slice(difference(grown, 3), [0, 0, 0, 0], [1, 3, h, w]);
    return scale(add(sumSquares(rows), sumSquares(columns)), 0.5);
  }
  return scale(add(sumSquares(difference(image, 2)), sumSquares(difference(image, 3))), 0.5);
}

/** Each pixel's successor along the axis minus the pixel. */
function difference(image: Expr, axis: 2 | 3): Expr {
  const begin = [0, 0, 0, 0];
  const end = [...image.shape];
  begin[axis] = 1;
  const next = slice(image, begin, image.shape);
  end[axis] -= 1;
  return sub(next, slice(image, [0, 0, 0, 0], end));
}
