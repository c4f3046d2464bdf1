import type { DeviceTensor } from '../engine/index.js';
import type { DeviceEnergy, DeviceEvaluation } from './device_energy.js';
import type { DeviceOptimiser } from './device_optimiser.js';
import type { DeviceScope } from './device_scope.js';
import { DEFAULT_HISTORY, FIRST_MOVE, type LbfgsOptions, LEAST_CURVATURE } from './lbfgs.js';
import { beginSearch, LINE_SEARCHES, MAX_REFUSALS, type Search } from './line_search.js';

interface DevicePair {
  readonly s: DeviceTensor;
  readonly y: DeviceTensor;
  readonly rho: number;
  /** sᵀy/yᵀy. */
  readonly gamma: number;
}

/** The accepted picture, and what was found there. */
interface Accepted {
  readonly x: DeviceTensor;
  readonly gradient: DeviceTensor;
  readonly gradientSize: number;
}

/**
 * L-BFGS as `lbfgs`, step for step, its history on the device: the two-loop recursion is one graph, and products of
 * vectors are all that comes back. They are summed in float32, so steps differ from a processor's in their last digits.
 * The scales of a picture's bands (`shape`) are not here yet: it takes as many steps as `lbfgs` without them.
 */
export class DeviceLbfgs implements DeviceOptimiser {
  readonly #energy: DeviceEnergy;
  readonly #scope: DeviceScope;
  readonly #history: number;
  readonly #lineSearch: NonNullable<LbfgsOptions['lineSearch']>;
  #accepted: Accepted | undefined;
  #search: Search | undefined;
  #direction: DeviceTensor | undefined;
  #t = 0;
  /** Oldest first. */
  #pairs: DevicePair[] = [];

  constructor(
    energy: DeviceEnergy,
    scope: DeviceScope,
    { history = DEFAULT_HISTORY, lineSearch = 'backtracking' }: LbfgsOptions = {},
  ) {
    this.#energy = energy;
    this.#scope = scope;
    this.#history = history;
    this.#lineSearch = lineSearch;
  }

  async next(x: DeviceTensor, found: DeviceEvaluation): Promise<DeviceTensor> {
    const { energy } = found;
    const search = this.#search;
    if (!search) {
      this.#accepted = { ...found, x };
      this.#search = beginSearch(energy, await this.#newDirection());
    } else {
      const slope = await this.#slopeAt(found);
      const verdict = LINE_SEARCHES[this.#lineSearch](search, { t: this.#t, energy, slope: () => slope });
      if (verdict === 'accepted') {
        await this.#remember(x, found);
        this.#search = beginSearch(energy, await this.#newDirection());
      } else if (verdict === 'lost') {
        const { refused } = search;
        this.#search = { ...beginSearch(search.energy, await this.#steepestDescent()), refused };
        this.#t *= 0.1 ** (refused - MAX_REFUSALS);
      } else this.#t = verdict;
    }
    const { kept } = await this.#energy.vectors.along({
      x: this.#accepted!.x,
      t: Float32Array.of(this.#t),
      direction: this.#direction!,
    });
    return this.#scope.add(kept).point;
  }

  *needed(): Iterable<DeviceTensor> {
    if (this.#accepted) yield* [this.#accepted.x, this.#accepted.gradient];
    if (this.#direction) yield this.#direction;
    for (const { s, y } of this.#pairs) yield* [s, y];
  }

  /** The slope at a trial; only the strong Wolfe conditions ask for it, and it costs a round trip. */
  async #slopeAt({ gradient }: DeviceEvaluation): Promise<number> {
    if (this.#lineSearch !== 'strong-wolfe') return Number.NaN;
    const { read } = await this.#energy.vectors.slope({ gradient, direction: this.#direction! });
    return read.slope[0];
  }

  /** Accepts `x`: keeps the pair of the step to it unless its curvature is none. */
  async #remember(x: DeviceTensor, found: DeviceEvaluation): Promise<void> {
    const { x: x0, gradient: g0 } = this.#accepted!;
    this.#accepted = { ...found, x };
    const { read, kept } = await this.#energy.vectors.pair({ x0, x1: x, g0, g1: found.gradient });
    const { s, y } = this.#scope.add(kept);
    const [sy, yy] = [read.sy[0], read.yy[0]];
    if (this.#pairs.length >= this.#history) this.#pairs.shift();
    if (sy > LEAST_CURVATURE * yy) this.#pairs.push({ s, y, rho: 1 / sy, gamma: sy / yy });
  }

  /** Where the next step goes: by the curvature known, or downhill where none is. Returns the slope there. */
  async #newDirection(): Promise<number> {
    if (this.#pairs.length > 0) {
      const slope = await this.#turn();
      this.#t = 1;
      if (slope < 0) return slope;
    }
    return this.#steepestDescent();
  }

  /** Turns straight downhill, with no past; returns the slope there. */
  async #steepestDescent(): Promise<number> {
    this.#pairs = [];
    this.#t = (FIRST_MOVE * this.#energy.vectors.size) / (this.#accepted!.gradientSize || 1);
    return this.#turn();
  }

  async #turn(): Promise<number> {
    const pairs = this.#pairs;
    const { read, kept } = await this.#energy.vectors.direction(pairs.length, {
      gradient: this.#accepted!.gradient,
      ...(pairs.length > 0 && { gamma: Float32Array.of(pairs[pairs.length - 1].gamma) }),
      ...Object.fromEntries(
        pairs.flatMap(({ s, y, rho }, i) => [
          [`s_${i}`, s],
          [`y_${i}`, y],
          [`rho_${i}`, Float32Array.of(rho)],
        ]),
      ),
    });
    this.#direction = this.#scope.add(kept).direction;
    return read.slope[0];
  }
}
