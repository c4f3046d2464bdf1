/** How L-BFGS judges the lengths it tries along a direction d: φ(t) = f(x + t·d), φ'(t) = gradient·d. */

/** `none` takes every step; `backtracking` shortens those that do not lower the energy; `strong-wolfe` lengthens too. */
export type LineSearchName = 'none' | 'backtracking' | 'strong-wolfe';

/** A length that was tried, and what was found there. */
export interface Trial {
  readonly t: number;
  readonly energy: number;
  /** φ'(t). */
  readonly slope: number;
}

/** One search: where it began, and what it knows. */
export interface Search {
  /** φ(0). */
  readonly energy: number;
  /** φ'(0) < 0. */
  readonly slope: number;
  /** Lengths refused so far. */
  refused: number;
  /** Strong Wolfe: the best length so far, 0 at first, and beyond it the end of the interval that holds a good one. */
  low?: Trial;
  high?: Trial;
}

/** A search that begins at φ(0) with φ'(0). */
export function beginSearch(energy: number, slope: number): Search {
  return { energy, slope, refused: 0 };
}

/** A trial whose slope is computed only where it is asked for. */
export interface TriedLength {
  readonly t: number;
  readonly energy: number;
  readonly slope: () => number;
}

/** What becomes of a trial: it is accepted, another length is tried next, or no length will do. */
export type Verdict = 'accepted' | 'lost' | number;

/** Judges a trial and takes note of it in `search`. */
export type LineSearch = (search: Search, trial: TriedLength) => Verdict;

/** Demanded share of the decrease that the slope promises (Armijo's condition; Nocedal & Wright eq. 3.6a). */
const SUFFICIENT_DECREASE = 1e-4;
/** Demanded flattening of the slope, Nocedal & Wright's value for quasi-Newton directions (eq. 3.7b). */
const CURVATURE = 0.9;
/** Relative rounding of an energy summed in float32: smaller rises mean nothing. */
const ENERGY_NOISE = 1e-6;
/** Lengths refused before a search is given up. */
export const MAX_REFUSALS = 10;

function decreases({ energy: before, slope }: Search, { t, energy }: Pick<Trial, 't' | 'energy'>): boolean {
  // Written so that an energy that is no number does not.
  return energy <= before + SUFFICIENT_DECREASE * t * slope + ENERGY_NOISE * Math.abs(before);
}

/**
 * A length that breaks Armijo's condition is shortened to the minimum of the parabola through both energies and the
 * slope, within 0.1..0.5 of it. No evaluation is spent on steps that are good, nearly all of a quasi-Newton method.
 */
const backtracking: LineSearch = (search, trial) => {
  if (decreases(search, trial)) return 'accepted';
  if (++search.refused > MAX_REFUSALS) return 'lost';
  const { t } = trial;
  const vertex = (-search.slope * t * t) / (2 * (trial.energy - search.energy - search.slope * t));
  return Math.min(0.5 * t, Math.max(0.1 * t, vertex));
};

/**
 * The strong Wolfe conditions by bracketing and zooming (Nocedal & Wright 2006, algorithms 3.5 and 3.6), a trial at a
 * time: φ falls as promised, and |φ'| to 0.9 of what it was, so that every step gives a pair of positive curvature.
 *
 * Differs from them where float32 ends: rises within the rounding of an energy do not count, and a search that has
 * refused ten lengths goes back to the best of them.
 */
const strongWolfe: LineSearch = (search, tried) => {
  const { t, energy } = tried;
  const low = (search.low ??= { t: 0, energy: search.energy, slope: search.slope });
  // Gone back to on purpose: nothing better was found.
  if (t === low.t) return 'accepted';
  const trial = { t, energy, slope: tried.slope() };
  const noise = ENERGY_NOISE * Math.abs(search.energy);
  if (!decreases(search, trial) || (low.t > 0 && energy > low.energy + noise)) search.high = trial;
  else if (Math.abs(trial.slope) <= -CURVATURE * search.slope) return 'accepted';
  else {
    // The minimum lies where φ falls: ahead of the trial, or between it and the best so far.
    const rises = search.high ? trial.slope * (search.high.t - low.t) >= 0 : trial.slope >= 0;
    if (rises) search.high = low;
    search.low = trial;
  }
  if (++search.refused > MAX_REFUSALS) return search.low.t > 0 ? search.low.t : 'lost';
  return search.high ? between(search.low, search.high) : 2 * t;
};

/** Minimum of the cubic through two values and slopes (Nocedal & Wright eq. 3.59), not nearer the ends than a tenth. */
function between(low: Trial, high: Trial): number {
  const span = high.t - low.t;
  const d1 = low.slope + high.slope - (3 * (high.energy - low.energy)) / span;
  const root = Math.sqrt(Math.max(0, d1 * d1 - low.slope * high.slope));
  const d2 = Math.sign(span) * root;
  const cubic = high.t - (span * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  const share = (cubic - low.t) / span;
  // An energy that is no number leaves no cubic: halve then.
  return low.t + span * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}

/** The line searches by name. */
export const LINE_SEARCHES: Readonly<Record<LineSearchName, LineSearch>> = {
  none: () => 'accepted',
  backtracking,
  'strong-wolfe': strongWolfe,
};
