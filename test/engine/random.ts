/** Seeded numbers for tests (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Whole number from 0 to below `n`. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  normal(count: number): Float32Array {
    const one = () => Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
    return Float32Array.from({ length: count }, one);
  }

  /**
   * Numbers of either sign, magnitudes in 0.3..2, no two closer than 1.7/count: far from every kink of relu, abs, step
   * and maximum, so that differences can be taken.
   */
  apart(count: number): Float32Array {
    const ranks = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [ranks[i], ranks[j]] = [ranks[j], ranks[i]];
    }
    return Float32Array.from(
      ranks,
      (rank) => (this.uniform() < 0.5 ? -1 : 1) * (0.3 + (1.7 * (rank + 0.5)) / count),
    );
  }
}
