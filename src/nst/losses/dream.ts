import { add, type Expr, scalar, scale, slice, sqrt, sumSquares } from '../../engine/index.js';
import { NstError } from '../../error.js';
import { projected, type Tap } from '../features.js';

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

/** Mean squares are this much more than they are: at 0 a root has no derivative. */
const EPSILON = 1e-6;

/**
 * Minus the root mean square of features: what minimises it shows more of what the network sees in a picture already
 * (DeepDream; Mordvintsev, Olah & Tyka 2015). Of a layer, features as energies see them, the mean over N·h·w; of one
 * feature map, what the network itself computes there.
 *
 * Differs from DeepDream's ½ Σ F² in the root. The derivative has the same direction, but the term grows only as the
 * picture's contrast does: content, a mean of squares, outweighs it where features become large, so that the sum of
 * both has a least value. Their squares would have it run away for every weight above content's.
 *
 * @param tap features `[1,K,h,w]`
 * @param channels N
 * @throws NstError usage CHANNEL_UNKNOWN
 */
export function dreamTerm(tap: Tap, channels: number, { layer, channel }: Dream): Expr {
  const [, k, h, w] = tap.own.shape;
  if (channel === undefined) return minusRoot(projected(tap), channels * h * w);
  if (channel >= k)
    throw new NstError(
      'usage',
      'CHANNEL_UNKNOWN',
      `Layer ${layer} of the network has feature maps 0 to ${k - 1}, found ${channel}`,
    );
  return minusRoot(slice(tap.own, [0, channel, 0, 0], [1, channel + 1, h, w]), h * w);
}

function minusRoot(features: Expr, count: number): Expr {
  return scale(sqrt(add(scale(sumSquares(features), 1 / count), scalar(EPSILON))), -1);
}
