import type { Match, WeighedMaps } from './match.js';
import { mapToQuantiles, quantilesOf } from './quantiles.js';

/**
 * Matches histograms channel by channel: Σ_p w_p ‖F_p − T_p‖² / N + constant is the mean over the N channels of the
 * squared Wasserstein-2 distance of their distributions. Differs from Risser et al. 2017 in the map: by ranks instead
 * of 256 bins. The distance is then a continuous function of the features, and its derivative that towards the match.
 *
 * @param painting of which only the quantiles are kept
 * @param normaliser N
 */
export function histogramMatcher(
  painting: WeighedMaps,
  normaliser: number,
): (found: WeighedMaps) => Promise<Match> {
  const quantiles = planes(painting).map((plane) => quantilesOf(plane, painting.weights));
  return async (found) => {
    const { weights, data } = found;
    const places = found.width * found.height;
    const total = weights ? weights.reduce((sum, w) => sum + w, 0) : places;
    const target = new Float32Array(data.length);
    const counts = new Float32Array(places);
    if (total === 0 || quantiles.includes(undefined)) return { target, counts, constant: 0 };
    for (let p = 0; p < places; p++) counts[p] = (weights ? weights[p] : 1) / (total * normaliser);
    let constant = 0;
    for (const [c, values] of planes(found).entries()) {
      const wanted = target.subarray(c * places, (c + 1) * places);
      constant += mapToQuantiles(values, weights, quantiles[c]!, wanted) / normaliser;
    }
    return { target, counts, constant };
  };
}

function planes({ channels, width, height, data }: WeighedMaps): Float32Array[] {
  const n = width * height;
  return Array.from({ length: channels }, (_, c) => data.subarray(c * n, (c + 1) * n));
}
