/** Features of a picture at one layer as energies measure them: `[K,h,w]`. */
export interface FeatureMaps {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Features, and how much each place counts, `[h,w]`, 0 or more; all alike where absent. */
export interface WeighedMaps extends FeatureMaps {
  readonly weights?: Float32Array;
}

/**
 * What a picture's features were matched with, as a quadratic of them: Σ_p counts_p ‖F_p − target_p‖² + constant. It
 * holds until the next match.
 */
export interface Match {
  /** `[K,h,w]`. */
  readonly target: Float32Array;
  /** `[h,w]`, 0 or more. */
  readonly counts: Float32Array;
  readonly constant: number;
}

/** Inner products of all columns of two matrices `[K,m]` and `[K,n]`: `[m,n]`. */
export type Products = (a: Float32Array, b: Float32Array, channels: number) => Promise<Float32Array>;

/**
 * The mean of several matches of one picture, each with its share: Σ_s b_s (n_s ‖F − T_s‖² + c_s) is a quadratic
 * n ‖F − T‖² + c again, with n = Σ b_s n_s, T = Σ b_s n_s T_s / n.
 *
 * For histograms T is then the painting's value between the paintings' at the same rank: their barycentre.
 *
 * @param shares not negative, with the sum 1
 */
export function meanMatch(matches: readonly Match[], shares: readonly number[]): Match {
  if (matches.length === 1 && shares[0] === 1) return matches[0];
  const places = matches[0].counts.length;
  const size = matches[0].target.length;
  const counts = new Float32Array(places);
  for (let p = 0; p < places; p++)
    counts[p] = matches.reduce((sum, { counts }, s) => sum + shares[s] * counts[p], 0);
  const target = new Float32Array(size);
  let constant = matches.reduce((sum, match, s) => sum + shares[s] * match.constant, 0);
  for (let i = 0; i < size; i++) {
    const p = i % places;
    if (counts[p] === 0) continue;
    let sum = 0;
    let squares = 0;
    for (const [s, match] of matches.entries()) {
      const part = shares[s] * match.counts[p] * match.target[i];
      sum += part;
      squares += part * match.target[i];
    }
    target[i] = sum / counts[p];
    constant += squares - sum * target[i];
  }
  return { target, counts, constant };
}
