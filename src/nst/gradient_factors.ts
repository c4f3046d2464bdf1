import { sumOfSizes } from './vectors.js';

/**
 * What every layer's gradient is brought to, in sum over the picture: with five layers about what the Gram matrices of
 * a film's frame and a painting begin with.
 */
const GRADIENT_SIZE = 1e4;
/** A smaller gradient is none: the picture it is taken at is the painting. */
const LEAST = 1;

/**
 * The factors under which all terms pull a picture equally hard: one divided by the L1 norm of each one's gradient, up
 * to a constant (`-normalize_gradients` of Johnson's neural-style, after andersbll's). Differs in three ways.
 * - The picture is the film's own frame, once for each frame. Divided anew at each evaluation, the gradients are those
 *   of no energy: L-BFGS, which compares energies, stopped after a dozen steps with Gram matrices.
 * - The norm is that of the derivative by the picture, not by the layer's features, which networks scale as they like.
 * - Content is left alone: its gradient is 0 there.
 *
 * @param gradientOf d term / d pixel at that picture
 */
export async function gradientFactors(
  terms: readonly string[],
  gradientOf: (term: string) => Promise<Float32Array>,
): Promise<Record<string, number>> {
  const factors: Record<string, number> = {};
  for (const term of terms)
    factors[term] = GRADIENT_SIZE / Math.max(LEAST, sumOfSizes(await gradientOf(term)));
  return factors;
}
