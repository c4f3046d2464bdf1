import type { Tensors } from '../../engine/index.js';
import { BEYOND, MIDDLE } from '../losses/dream.js';

/** Terms of the picture itself, before their weights. */
export interface PictureTerms {
  readonly temporal: number;
  readonly tv: number;
  readonly range: number;
}

/** Their weights. */
export type PictureWeights = PictureTerms;

/**
 * The terms of a picture `[3,H,W]` that need no network, as `temporalLoss`, `totalVariation` and `rangeTerm` say them,
 * and their gradient, which is added. In plain loops, because a graph would hold ten copies of a large picture.
 *
 * @param weights the gradient's; a term of weight 0 is told all the same
 */
export function addPictureTerms(
  { image, warped, certainty }: Readonly<Tensors>,
  { width, height }: { readonly width: number; readonly height: number },
  weights: PictureWeights,
  gradient: Float32Array,
): PictureTerms {
  const places = width * height;
  let temporal = 0;
  let tv = 0;
  let range = 0;
  const byTemporal = (2 * weights.temporal) / (3 * places);
  const byRange = (2 * weights.range) / (3 * places * BEYOND ** 2);
  for (let y = 0, i = 0; y < 3 * height; y++) {
    const isLast = (y + 1) % height === 0;
    for (let x = 0; x < width; x++, i++) {
      const here = image[i];
      const off = here - warped[i];
      const pull = certainty[i % places] * off;
      temporal += pull * off;
      const right = x + 1 < width ? image[i + 1] - here : 0;
      const below = isLast ? 0 : image[i + width] - here;
      tv += right * right + below * below;
      const left = x > 0 ? here - image[i - 1] : 0;
      const above = y % height > 0 ? here - image[i - width] : 0;
      const side = here - MIDDLE;
      const beyond = Math.max(0, Math.abs(side) - MIDDLE) * Math.sign(side);
      range += beyond * beyond;
      gradient[i] += byTemporal * pull + weights.tv * (left + above - right - below) + byRange * beyond;
    }
  }
  return { temporal: temporal / (3 * places), tv: tv / 2, range: range / (3 * places * BEYOND ** 2) };
}
