import { Bands, blockShift } from './bands.js';
import { beginSearch, LINE_SEARCHES, type LineSearchName, MAX_REFUSALS, type Search } from './line_search.js';
import type { Optimiser } from './optimiser.js';
import { vectorSpace } from './vector_space.js';
import { along, dot, replaceAndSubtract, sumOfSizes, updateThenDot } from './vectors.js';

export interface LbfgsOptions {
  /** Curvature pairs remembered; each costs two pictures of memory and two passes over them per step. */
  readonly history?: number;
  /** How the length of a step is found; backtracking unless given. */
  readonly lineSearch?: LineSearchName;
  /** The picture `[3,H,W]` that the variables are; without it they are all alike. */
  readonly shape?: { readonly width: number; readonly height: number };
}

interface Pair {
  /** Step between two accepted pictures, and the change of the gradient over it. */
  readonly s: Float32Array;
  readonly y: Float32Array;
  /** 1 / sᵀy. */
  rho: number;
  /** How much larger s is than y in each band of the picture, |s_b|² and |y_b|², both over |y|²; none without a shape. */
  bands: { readonly s: Float64Array; readonly y: Float64Array } | undefined;
}

export interface LbfgsState {
  /** Gives vectors of one memory, in which the recursion is fast. */
  readonly vector: () => Float32Array;
  readonly bands: Bands | undefined;
  /** Directions that were scaled, each in blocks of its own. */
  steps: number;
  /** Accepted picture and the gradient there. */
  readonly x: Float32Array;
  readonly gradient: Float32Array;
  /** The current search: pictures x + t·direction. Undefined before the first accepted picture. */
  search: Search | undefined;
  readonly direction: Float32Array;
  t: number;
  /** Oldest first. */
  pairs: Pair[];
  /** Pairs that were dropped, their memory taken up again by the next. */
  spares: Pair[];
}

/** Curvature pairs remembered unless told. */
export const DEFAULT_HISTORY = 20;
/** Mean size of the very first move, grey levels. */
export const FIRST_MOVE = 1;
/** A pair counts where sᵀy is more than this share of yᵀy. */
export const LEAST_CURVATURE = 1e-10;

/** How far the scale of a band goes from that of the whole picture towards its own: the power of their ratio. */
const OF_BANDS = 0.7;
/** A band moves so many times as far as the whole picture at most, or as little. */
const BAND_LIMIT = 100;

/**
 * L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with initial inverse Hessian sᵀy/yᵀy of the newest
 * pair (eq. 7.20) and step 1 tried first along each direction. A pair of no or negative curvature is left out.
 *
 * Of a picture whose shape is given the initial inverse Hessian has a scale for each band of detail, block by block, in
 * luma and in chroma: γ_b = γ·(√(Σ|s_b|²/Σ|y_b|²)/γ)^0.7, sums over the pairs remembered, each by 1/|y|². What is broad,
 * and what lies where the energy hardly bends, may go further (`npm run bench:convergence`). Blocks lie otherwise at every
 * step, so that none leaves its border in the picture.
 *
 * Differs from the style-transfer programs that share these conventions in two ways.
 * - Their first step is min(1, 1/Σ|g|)·g, a total change of one grey level spread over the whole picture: below
 *   the resolution of float32 pixels. Ours changes pixels by one grey level on average, a length at which the
 *   first curvature pair measures the energy and not its rounding.
 * - They accept every step (`lineSearch: 'none'`). We look at the energy that the next evaluation brings anyway, and
 *   take back steps that do not lower it.
 */
export function lbfgs({
  history = DEFAULT_HISTORY,
  lineSearch = 'backtracking',
  shape,
}: LbfgsOptions = {}): Optimiser<LbfgsState> {
  const judge = LINE_SEARCHES[lineSearch];
  return {
    init: (size) => {
      const vector = vectorSpace(size, 3 + 2 * history);
      return {
        vector,
        bands: shape && new Bands(shape),
        steps: 0,
        x: vector(),
        gradient: vector(),
        search: undefined,
        direction: vector(),
        t: 0,
        pairs: [],
        spares: [],
      };
    },
    update(state, x, energy, gradient) {
      const { search, direction } = state;
      if (search === undefined) {
        state.x.set(x);
        state.gradient.set(gradient);
        state.search = beginSearch(energy, newDirection(state));
      } else {
        const verdict = judge(search, { t: state.t, energy, slope: () => dot(gradient, direction) });
        if (verdict === 'accepted') {
          remember(state, x, gradient, history);
          state.search = beginSearch(energy, newDirection(state));
        } else if (verdict === 'lost') {
          // The model of the energy is wrong here: forget it, and creep downhill. The next search starts over.
          const { refused } = search;
          state.search = { ...beginSearch(search.energy, steepestDescent(state)), refused };
          state.t *= 0.1 ** (refused - MAX_REFUSALS);
        } else state.t = verdict;
      }
      along(x, state.x, state.t, direction);
    },
    // The curvature found is that of an energy much like the new one; what was accepted says nothing of it.
    renew: (state) => ({ ...state, search: undefined }),
  };
}

/** Turns straight downhill, with no past; returns the slope there. */
function steepestDescent(state: LbfgsState): number {
  const { direction, gradient } = state;
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
  state.spares.push(...state.pairs.splice(0));
  // A gradient of zeros means a minimum: any step length will do.
  state.t = (FIRST_MOVE * gradient.length) / (sumOfSizes(gradient) || 1);
  return -dot(gradient, gradient);
}

/** Accepts `x`: keeps the pair of the step to it unless its curvature is none, and moves the state there. */
function remember(state: LbfgsState, x: Float32Array, gradient: Float32Array, history: number): void {
  const { pairs, spares, vector } = state;
  if (pairs.length >= history) spares.push(pairs.shift()!);
  const pair = spares.pop() ?? { s: vector(), y: vector(), rho: 0, bands: undefined };
  // The step as float32 pixels really took it, not t·direction: far apart where steps are small.
  replaceAndSubtract(pair.s, x, state.x);
  replaceAndSubtract(pair.y, gradient, state.gradient);
  const sy = dot(pair.s, pair.y);
  const yy = dot(pair.y, pair.y);
  if (sy > LEAST_CURVATURE * yy) {
    pair.rho = 1 / sy;
    const squares = (x: Float32Array) => state.bands?.squares(x).map((square) => square / yy);
    const [s, y] = [squares(pair.s), squares(pair.y)];
    pair.bands = s && y && { s, y };
    pairs.push(pair);
  } else spares.push(pair);
}

/** Where the next step goes: by the curvature known, or downhill where none is. Returns the slope there. */
function newDirection(state: LbfgsState): number {
  const slope = state.pairs.length > 0 ? quasiNewtonDirection(state) : 0;
  return slope < 0 ? slope : steepestDescent(state);
}

/** What the scale of each band is more than that of the whole picture. */
function bandFactors(pairs: readonly Pair[], scale: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => {
    let [s, y] = [0, 0];
    for (const { bands } of pairs) {
      s += bands?.s[b] ?? 0;
      y += bands?.y[b] ?? 0;
    }
    const own = Math.sqrt(s / y) / scale;
    // A band that never moved says nothing of itself.
    return own > 0 && own < Number.POSITIVE_INFINITY
      ? Math.min(BAND_LIMIT, Math.max(1 / BAND_LIMIT, own)) ** OF_BANDS
      : 1;
  });
}

/** Writes −H·gradient by the two-loop recursion; returns the slope there, not negative where rounding has spoilt it. */
function quasiNewtonDirection(state: LbfgsState): number {
  const { pairs, gradient, direction: q } = state;
  const last = pairs.length - 1;
  const alpha = new Float64Array(pairs.length);
  q.set(gradient);
  let product = dot(pairs[last].s, q);
  for (let i = last; i > 0; i--) {
    alpha[i] = pairs[i].rho * product;
    product = updateThenDot(q, -alpha[i], pairs[i].y, 1, pairs[i - 1].s);
  }
  alpha[0] = pairs[0].rho * product;
  const { y, rho } = pairs[last];
  const scale = 1 / (rho * dot(y, y));
  product = updateThenDot(q, -alpha[0], pairs[0].y, scale, pairs[0].y);
  if (state.bands) {
    state.bands.scale(q, bandFactors(pairs, scale, state.bands.count), blockShift(state.steps++));
    product = dot(pairs[0].y, q);
  }
  for (let i = 0; i < last; i++) {
    product = updateThenDot(q, alpha[i] - pairs[i].rho * product, pairs[i].s, 1, pairs[i + 1].y);
  }
  const beta = pairs[last].rho * product;
  // The last update also turns the direction downhill; its product is the slope.
  const slope = updateThenDot(q, alpha[last] - beta, pairs[last].s, -1, gradient);
  state.t = 1;
  return slope;
}
