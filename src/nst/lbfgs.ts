import type { Optimiser } from './optimiser.js';
import { along, dot, replaceAndSubtract, sumOfSizes, updateThenDot } from './vectors.js';

export interface LbfgsOptions {
  /** Curvature pairs remembered; each costs two pictures of memory and two passes over them per step. */
  readonly history?: number;
}

interface Pair {
  /** Step between two accepted pictures, and the change of the gradient over it. */
  readonly s: Float32Array;
  readonly y: Float32Array;
  /** 1 / sᵀy. */
  rho: number;
}

export interface LbfgsState {
  /** Accepted picture and the energy and gradient there; the energy is undefined before the first. */
  readonly x: Float32Array;
  readonly gradient: Float32Array;
  energy: number | undefined;
  /** The current search: pictures x + t·direction, with slope gᵀ·direction < 0 at t = 0. */
  readonly direction: Float32Array;
  slope: number;
  t: number;
  /** Trials refused since the last accepted picture. */
  refused: number;
  /** Oldest first. */
  pairs: Pair[];
  /** The pair dropped last, its memory taken up again by the next. */
  spare: Pair | undefined;
}

/** Demanded share of the decrease that the slope promises (Armijo's condition; Nocedal & Wright eq. 3.6a). */
const SUFFICIENT_DECREASE = 1e-4;
/** Relative rounding of an energy summed in float32: smaller rises mean nothing. */
const ENERGY_NOISE = 1e-6;
/** Mean size of the very first move, grey levels. */
const FIRST_MOVE = 1;
const MAX_REFUSALS = 10;

/**
 * L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with initial inverse Hessian sᵀy/yᵀy of the newest
 * pair (eq. 7.20) and step 1 along each direction. A pair of no or negative curvature is left out.
 *
 * Differs from the style-transfer programs that share these conventions in two ways.
 * - Their first step is min(1, 1/Σ|g|)·g, a total change of one grey level spread over the whole picture: below
 *   the resolution of float32 pixels. Ours changes pixels by one grey level on average, a length at which the
 *   first curvature pair measures the energy and not its rounding.
 * - They accept every step. We look at the energy that the next evaluation brings anyway: a step that breaks
 *   Armijo's condition is taken back and shortened to the minimum of the parabola through both energies and the
 *   slope, within 0.1..0.5 of its length. No evaluation is spent on steps that are good, nearly all of them.
 */
export function lbfgs({ history = 10 }: LbfgsOptions = {}): Optimiser<LbfgsState> {
  return {
    init: (size) => ({
      x: new Float32Array(size),
      gradient: new Float32Array(size),
      energy: undefined,
      direction: new Float32Array(size),
      slope: 0,
      t: 0,
      refused: 0,
      pairs: [],
      spare: undefined,
    }),
    update(state, x, energy, gradient) {
      if (state.energy === undefined) {
        state.x.set(x);
        state.gradient.set(gradient);
        if (state.pairs.length === 0 || !quasiNewtonDirection(state)) steepestDescent(state);
      } else if (isRefused(state, energy)) {
        shorten(state, energy);
        along(x, state.x, state.t, state.direction);
        return;
      } else {
        remember(state, x, gradient, history);
        if (state.pairs.length === 0 || !quasiNewtonDirection(state)) steepestDescent(state);
      }
      state.energy = energy;
      state.refused = 0;
      along(x, state.x, state.t, state.direction);
    },
    // The curvature found is that of an energy much like the new one; what was accepted says nothing of it.
    renew: (state) => ({ ...state, energy: undefined, refused: 0 }),
  };
}

function isRefused({ energy: before, t, slope }: LbfgsState, energy: number): boolean {
  const bound = before! + SUFFICIENT_DECREASE * t * slope + ENERGY_NOISE * Math.abs(before!);
  return !(energy <= bound);
}

function shorten(state: LbfgsState, energy: number): void {
  const { t, slope } = state;
  if (++state.refused > MAX_REFUSALS) {
    // The model of the energy is wrong here: forget it, and creep downhill. The next search starts over.
    steepestDescent(state);
    state.t *= 0.1 ** (state.refused - MAX_REFUSALS);
    return;
  }
  const vertex = (-slope * t * t) / (2 * (energy - state.energy! - slope * t));
  state.t = Math.min(0.5 * t, Math.max(0.1 * t, vertex));
}

function steepestDescent(state: LbfgsState): void {
  const { direction, gradient } = state;
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
  state.pairs = [];
  state.slope = -dot(gradient, gradient);
  // A gradient of zeros means a minimum: any step length will do.
  state.t = (FIRST_MOVE * gradient.length) / (sumOfSizes(gradient) || 1);
}

/** Accepts `x`: keeps the pair of the step to it unless its curvature is none, and moves the state there. */
function remember(state: LbfgsState, x: Float32Array, gradient: Float32Array, history: number): void {
  const size = x.length;
  const { pairs } = state;
  const oldest = pairs.length >= history ? pairs.shift() : undefined;
  const pair = state.spare ?? oldest ?? { s: new Float32Array(size), y: new Float32Array(size), rho: 0 };
  state.spare = undefined;
  // The step as float32 pixels really took it, not t·direction: far apart where steps are small.
  replaceAndSubtract(pair.s, x, state.x);
  replaceAndSubtract(pair.y, gradient, state.gradient);
  const sy = dot(pair.s, pair.y);
  if (sy > 1e-10 * dot(pair.y, pair.y)) {
    pair.rho = 1 / sy;
    pairs.push(pair);
  } else state.spare = pair;
}

/** Writes −H·gradient by the two-loop recursion; false where rounding has made it no descent direction. */
function quasiNewtonDirection(state: LbfgsState): boolean {
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
  for (let i = 0; i < last; i++) {
    product = updateThenDot(q, alpha[i] - pairs[i].rho * product, pairs[i].s, 1, pairs[i + 1].y);
  }
  const beta = pairs[last].rho * product;
  // The last update also turns the direction downhill; its product is the slope.
  state.slope = updateThenDot(q, alpha[last] - beta, pairs[last].s, -1, gradient);
  state.t = 1;
  return state.slope < 0;
}
