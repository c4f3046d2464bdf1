import { ascending } from './ascending.js';

/**
 * A distribution of values by its quantile function Q: the integrals of Q and of Q² from 0 to each of the knots
 * `[n]`, which ascend from 0 to 1. Between knots Q is constant.
 */
export interface Quantiles {
  readonly knots: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** Most steps that a quantile function is kept in: finer ones change no picture and fill memory. */
const MOST_STEPS = 4096;

/** The quantile function of values that count by `weights`, all alike where absent; none where nothing counts. */
export function quantilesOf(values: Float32Array, weights?: Float32Array): Quantiles | undefined {
  const total = weights ? weights.reduce((sum, w) => sum + w, 0) : values.length;
  if (!(total > 0)) return undefined;
  const knots = [0];
  const sums = [0];
  const squares = [0];
  let mass = 0;
  let sum = 0;
  let square = 0;
  for (const place of ascending(values)) {
    const share = (weights ? weights[place] : 1) / total;
    if (share === 0) continue;
    mass += share;
    sum += share * values[place];
    square += share * values[place] ** 2;
    // Never more steps than there are values, which then are the steps.
    if (values.length > MOST_STEPS && mass - knots[knots.length - 1] < 1 / MOST_STEPS) continue;
    knots.push(mass);
    sums.push(sum);
    squares.push(square);
  }
  knots[knots.length - 1] = 1;
  sums[sums.length - 1] = sum;
  squares[squares.length - 1] = square;
  return {
    knots: Float64Array.from(knots),
    sums: Float64Array.from(sums),
    squares: Float64Array.from(squares),
  };
}

/**
 * Histogram matching by ranks: each value's target is the mean of Q over the ranks that the value has, equal values
 * sharing theirs. Many features are exactly 0; without sharing, where in the picture they stand would decide.
 *
 * This is the optimal transport of one distribution to the other: Σ w (x − target)² + `rest` is the square of their
 * Wasserstein-2 distance, weights having the sum 1.
 *
 * @param target filled in; where nothing counts the value itself
 * @returns rest
 */
export function mapToQuantiles(
  values: Float32Array,
  weights: Float32Array | undefined,
  { knots, sums, squares }: Quantiles,
  target: Float32Array,
): number {
  const n = values.length;
  const total = weights ? weights.reduce((sum, w) => sum + w, 0) : n;
  const order = ascending(values);
  let rest = 0;
  let step = 1;
  let mass = 0;
  let sum = 0;
  let square = 0;
  for (let first = 0; first < n; ) {
    const value = values[order[first]];
    let last = first;
    let share = 0;
    for (; last < n && values[order[last]] === value; last++)
      share += weights ? weights[order[last]] / total : 1 / total;
    const end = Math.min(1, mass + share);
    while (step < knots.length - 1 && knots[step] < end) step++;
    const along = (end - knots[step - 1]) / (knots[step] - knots[step - 1]);
    const endSum = sums[step - 1] + along * (sums[step] - sums[step - 1]);
    const endSquare = squares[step - 1] + along * (squares[step] - squares[step - 1]);
    const mean = end > mass ? (endSum - sum) / (end - mass) : value;
    rest += Math.max(0, endSquare - square - mean * (endSum - sum));
    for (let k = first; k < last; k++) target[order[k]] = mean;
    [first, mass, sum, square] = [last, end, endSum, endSquare];
  }
  return rest;
}
