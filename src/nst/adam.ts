import type { Optimiser } from './optimiser.js';

export interface AdamState {
  steps: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export interface AdamOptions {
  /** Size of a typical step, in grey levels 0..255. */
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** All of Adam's options. */
export function adamOptions({
  learningRate = 10,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamOptions = {}): Required<AdamOptions> {
  return { learningRate, beta1, beta2, epsilon };
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 * x ← x − η·m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
 * Differs from the paper in η: 10 grey levels, because the variables run over 0..255.
 */
export function adam(options?: AdamOptions): Optimiser<AdamState> {
  const { learningRate, beta1, beta2, epsilon } = adamOptions(options);
  return {
    init: (size) => ({ steps: 0, mean: new Float32Array(size), square: new Float32Array(size) }),
    update(state, x, _energy, gradient) {
      const { mean, square } = state;
      const t = ++state.steps;
      const meanScale = learningRate / (1 - beta1 ** t);
      const squareScale = 1 / (1 - beta2 ** t);
      for (let i = 0; i < x.length; i++) {
        const g = gradient[i];
        const m = beta1 * mean[i] + (1 - beta1) * g;
        const v = beta2 * square[i] + (1 - beta2) * g * g;
        mean[i] = m;
        square[i] = v;
        x[i] -= (meanScale * m) / (Math.sqrt(squareScale * v) + epsilon);
      }
    },
    // Its moments forget by themselves; started anew its first step would be a full one for every pixel.
    renew: (state) => state,
  };
}
