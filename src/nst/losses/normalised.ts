import {
  abs,
  add,
  constant,
  div,
  type Expr,
  gradient,
  meanSquares,
  mul,
  scale,
  sqrt,
  stopGradient,
  sum,
} from '../../engine/index.js';
import type { LayerLoss, Measures } from './loss.js';
import { isMatched, type MatchedLoss } from './matched.js';

/**
 * How the style layers are brought to one size. Without it (`none`) the layer of the strongest features decides most of
 * a picture: relu4_1's term of Gram matrices is ten thousand times relu5_1's and relu1_1's.
 */
export type Normalisation = 'none' | 'layers' | 'gradients';

/**
 * What a painting's own measures are brought to: the mean size of a painting's Gram matrices over the five usual
 * layers, so that a style weight means about what it means without normalisation.
 */
const PAINTING_SIZE = 1e5;
/** Likewise for the sum of a gradient's magnitudes. */
const GRADIENT_SIZE = 1e5;
/** Johnson's, for where there is nothing to divide by: a target reached, a mask that is empty. */
const LEAST = 1e-8;

/**
 * A loss divided by its painting's own size: how far the painting's measures are from none at all. All layers, and all
 * losses, then begin near 1, times a constant. Of several paintings the sizes are averaged as the measures are; the
 * size of a matched loss is that of what the frame was matched with.
 */
export function perPainting(loss: LayerLoss): LayerLoss {
  const divided = (distance: Expr, size: Expr) => scale(div(distance, atLeast(size)), PAINTING_SIZE);
  if (isMatched(loss)) {
    const matched: MatchedLoss = {
      ...loss,
      distance: (found, target, channels) =>
        divided(loss.distance(found, target, channels), loss.distance(none(target), target, channels)),
    };
    return matched;
  }
  return {
    ...loss,
    measure(tap, channels, weights) {
      const measures = loss.measure(tap, channels, weights);
      return { ...measures, size: loss.distance(none(measures), measures, channels) };
    },
    distance: (found, target, channels) => divided(loss.distance(found, target, channels), target.size),
  };
}

function none(measures: Measures): Measures {
  return Object.fromEntries(
    Object.entries(measures).map(([name, { shape }]) => [
      name,
      constant(shape, new Float32Array(shape.reduce((count, extent) => count * extent, 1))),
    ]),
  );
}

/**
 * A term divided by the sum of the magnitudes of its gradient by the layer's features, which is not differentiated:
 * every layer pulls as hard as every other, however near its target it is (`-normalize_gradients` of Johnson's
 * neural-style, after andersbll's). Differs in three ways.
 * - Features count in units of their own root mean square: a network whose layers are scaled in another way, as the one
 *   that ships, gives the same.
 * - The term gets the factor too, not its gradient alone, so that the energy falls as it is followed.
 * - Content is left alone: its gradient is 0 at a start from the film's own frame.
 */
export function perGradient(term: Expr, features: Expr): Expr {
  const pull = mul(sum(abs(gradient(term, [features])[0])), sqrt(meanSquares(features)));
  const factor = div(constant([], [GRADIENT_SIZE]), atLeast(pull));
  return mul(term, stopGradient(factor));
}

function atLeast(size: Expr): Expr {
  return add(size, constant([], [LEAST]));
}
