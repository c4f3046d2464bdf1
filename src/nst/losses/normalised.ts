import { add, constant, div, type Expr, scale } from '../../engine/index.js';
import type { LayerLoss, Measures } from './loss.js';
import { isMatched, type MatchedLoss } from './matched.js';

/**
 * What a painting's own measures are brought to: the mean size of a painting's Gram matrices over the five usual
 * layers, so that a style weight means about what it means without normalisation.
 */
const PAINTING_SIZE = 1e5;
/** For where there is nothing to divide by: the place of a mask that is empty. */
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
    measure(layer, channels) {
      const measures = loss.measure(layer, channels);
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

function atLeast(size: Expr): Expr {
  return add(size, constant([], [LEAST]));
}
