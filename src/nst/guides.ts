import type { Plane } from '../picture.js';

/** How much each place counts at every scale of a network, block 1 first: `[h,w]` each, with the sum 1. */
export type GuideWeights = readonly Float32Array[];

/**
 * A mask brought to the scales of a network: halved as the pictures are between blocks, 2×2 means with odd edges
 * dropped, and divided by its sum. Where a mask is nowhere more than 0, so are the weights.
 *
 * Of the ways that Gatys et al. 2017 ("Controlling perceptual factors in neural style transfer", section 5) compare
 * this is the plain one: features near the mask's edge see across it as far as their receptive field reaches.
 *
 * @param mask `[H,W]`, 0 or more
 * @param blocks how many scales
 */
export function guideWeights(mask: Plane, blocks: number): GuideWeights {
  const scales: Float32Array[] = [];
  let plane = mask;
  for (let block = 1; block <= blocks; block++) {
    if (block > 1) plane = halved(plane);
    const sum = plane.data.reduce((total, value) => total + value, 0);
    scales.push(sum > 0 ? plane.data.map((value) => value / sum) : new Float32Array(plane.data.length));
  }
  return scales;
}

/** The mean of a plane's values: the share of the frame that a mask takes. */
export function shareOf({ data }: Plane): number {
  return data.reduce((total, value) => total + value, 0) / data.length;
}

function halved({ width, height, data }: Plane): Plane {
  const w = width >> 1;
  const h = height >> 1;
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      out[y * w + x] = (data[at] + data[at + 1] + data[at + width] + data[at + width + 1]) / 4;
    }
  return { width: w, height: h, data: out };
}

/** A mask as graphs take it, `guide_GOAL_BLOCK`: the weights of places at the scales of these blocks. */
export function guideFeeds(
  goal: number,
  mask: Plane,
  blocks: readonly number[],
): Record<string, Float32Array> {
  const scales = guideWeights(mask, Math.max(...blocks));
  return Object.fromEntries(blocks.map((block) => [`guide_${goal}_${block}`, scales[block - 1]]));
}
