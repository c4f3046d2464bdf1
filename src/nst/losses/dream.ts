import { abs, add, div, type Expr, meanSquares, relu, scalar, scale, sqrt, sub } from '../../engine/index.js';
import { NstError } from '../../error.js';
import type { LayerView } from './layer_view.js';

/** What is dreamt of: all of a layer, or one of its feature maps. */
export interface Dream {
  readonly layer: string;
  readonly channel?: number;
}

/** `relu4_1`, or `relu4_1/12` for feature map 12. */
export function dreamOf(text: string): Dream {
  const [layer, channel] = text.split('/');
  return channel === undefined ? { layer } : { layer, channel: Number(channel) };
}

/** Added to mean squares, so that there is a root's derivative and a quotient where features are 0 throughout. */
const EPSILON = 1e-6;

/**
 * Minus the root mean square of the network's own features, in units of that of the source frame's at the layer: what
 * minimises it shows more of what the network sees in a picture already (DeepDream; Mordvintsev, Olah & Tyka 2015). A
 * layer's term is −1 for the source frame itself. In these units a weight means the same for all layers and networks.
 *
 * Differs from DeepDream's ½ Σ F² in the root. The derivative has the same direction, but the term grows only as the
 * picture's contrast does, so that squares outweigh it: those of content, and those of `rangeTerm` where content does
 * not look. The sum has a least value then, where squares would run away for every weight above content's.
 *
 * @param width K, how many feature maps the layer has
 * @param unit `[]`, mean square of the source frame's features there
 * @throws NstError usage CHANNEL_UNKNOWN
 */
export function dreamTerm(view: LayerView, width: number, unit: Expr, { layer, channel }: Dream): Expr {
  if (channel !== undefined && channel >= width)
    throw new NstError(
      'usage',
      'CHANNEL_UNKNOWN',
      `Layer ${layer} of the network has feature maps 0 to ${width - 1}, found ${channel}`,
    );
  const share = div(view.meanSquare(channel), add(unit, scalar(EPSILON)));
  return scale(sqrt(add(share, scalar(EPSILON))), -1);
}

/** How far beyond black and white a pixel counts as much as a feature of the unit's size, grey levels. */
export const BEYOND = 8;
/** Middle of 0..255. */
export const MIDDLE = 127.5;

/**
 * Mean square of how far a picture `[1,3,H,W]` leaves 0..255, in units of 8 grey levels: nothing that is dreamt there
 * could be seen.
 */
export function rangeTerm(image: Expr): Expr {
  const half = scalar(MIDDLE);
  return meanSquares(scale(relu(sub(abs(sub(image, half)), half)), 1 / BEYOND));
}
