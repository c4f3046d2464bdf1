import type { Match, WeighedMaps } from './match.js';
import type { NearestPatches } from './nearest_patches.js';

/**
 * The energy of patches and those nearest to them as a quadratic of single places: with patches Ψ_i and t_i and
 * weights g_i of sum 1, Σ_i g_i ‖Ψ_i − t_i‖² / 9N = Σ_p n_p ‖F_p − T_p‖² + constant, T_p the mean of what all patches
 * over p want there. Exact as long as the nearest patches stay the nearest (Li & Wand 2016, eq. 2; differs in the
 * normalisation: a mean over the 9·N numbers of a patch and over patches, instead of a sum).
 *
 * @param normaliser N
 */
export function patchTargets(
  { channels, width, height, weights }: WeighedMaps,
  { view, place }: NearestPatches,
  views: readonly WeighedMaps[],
  normaliser: number,
): Match {
  const n = width * height;
  const share = new Float64Array(n);
  for (let p = 0; p < n; p++) if (place[p] >= 0) share[p] = weights ? weights[p] : 1;
  const total = share.reduce((sum, g) => sum + g, 0);
  const target = new Float32Array(channels * n);
  if (total === 0) return { target, counts: new Float32Array(n), constant: 0 };
  for (let p = 0; p < n; p++) share[p] /= total * 9 * normaliser;

  const counts = new Float64Array(n);
  overPatches(width, share, (_, at, g) => {
    counts[at] += g;
  });
  let constant = 0;
  const sums = new Float64Array(n);
  for (let c = 0; c < channels; c++) {
    sums.fill(0);
    overPatches(width, share, (middle, at, g, down, right) => {
      const { width: w, height: h, data } = views[view[middle]];
      const wanted = data[c * w * h + place[middle] + down * w + right];
      sums[at] += g * wanted;
      constant += g * wanted * wanted;
    });
    for (let p = 0; p < n; p++) {
      if (counts[p] === 0) continue;
      const mean = sums[p] / counts[p];
      target[c * n + p] = mean;
      constant -= sums[p] * mean;
    }
  }
  return { target, counts: Float32Array.from(counts), constant };
}

/** Calls for each of the nine places `at` of every patch that has a share, by its middle. */
function overPatches(
  width: number,
  share: Float64Array,
  each: (middle: number, at: number, share: number, down: number, right: number) => void,
): void {
  for (let middle = 0; middle < share.length; middle++) {
    if (share[middle] === 0) continue;
    for (let down = -1; down <= 1; down++)
      for (let right = -1; right <= 1; right++)
        each(middle, middle + down * width + right, share[middle], down, right);
  }
}
