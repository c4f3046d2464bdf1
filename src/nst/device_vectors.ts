import {
  add,
  type Device,
  type DeviceFeeds,
  type DeviceResults,
  type DeviceSession,
  div,
  type Expr,
  elementCount,
  input,
  mul,
  type Shape,
  scalar,
  scale,
  sqrt,
  square,
  sub,
  sum,
} from '../engine/index.js';

/** a·b, summed over everything. */
const dot = (a: Expr, b: Expr): Expr => sum(mul(a, b));

/**
 * The optimisers' arithmetic as graphs over pictures of one shape, compiled when first used. Sums are made in float32,
 * row by row; a processor's optimiser sums in float64.
 */
export class DeviceVectors {
  readonly #device: Device;
  /** Of the pictures. */
  readonly shape: Shape;
  /** Elements of a picture. */
  readonly size: number;
  readonly #sessions = new Map<string, Promise<DeviceSession>>();

  constructor(device: Device, shape: Shape) {
    this.#device = device;
    this.shape = shape;
    this.size = elementCount(shape);
  }

  /** x + t·d as `point`. */
  along(feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#run('along', ['point'], feeds, (vector) => ({
      point: add(vector('x'), mul(input('t', []), vector('direction'))),
    }));
  }

  /** Σ gradient·direction as `slope`. */
  slope(feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#run('slope', [], feeds, (vector) => ({
      slope: dot(vector('gradient'), vector('direction')),
    }));
  }

  /** The pair of a step: `s` = x1 − x0 and `y` = g1 − g0, with their products `sy` and `yy`. */
  pair(feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#run('pair', ['s', 'y'], feeds, (vector) => {
      const s = sub(vector('x1'), vector('x0'));
      const y = sub(vector('g1'), vector('g0'));
      return { s, y, sy: dot(s, y), yy: dot(y, y) };
    });
  }

  /**
   * −H·gradient by the two-loop recursion (Nocedal & Wright 2006, algorithm 7.4) as `direction`, and the `slope` there;
   * straight downhill without a pair. Pairs are fed oldest first as `s_I`, `y_I` and `rho_I`, the initial inverse
   * Hessian as `gamma`.
   */
  direction(pairs: number, feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#run(`direction ${pairs}`, ['direction'], feeds, (vector) => {
      const gradient = vector('gradient');
      const history = Array.from({ length: pairs }, (_, i) => ({
        s: vector(`s_${i}`),
        y: vector(`y_${i}`),
        rho: input(`rho_${i}`, []),
      }));
      const alphas: Expr[] = [];
      let q: Expr = gradient;
      for (const { s, y, rho } of history.toReversed()) {
        const alpha = mul(rho, dot(s, q));
        alphas.unshift(alpha);
        q = sub(q, mul(alpha, y));
      }
      if (pairs > 0) q = mul(input('gamma', []), q);
      history.forEach(({ s, y, rho }, i) => {
        const beta = mul(rho, dot(y, q));
        q = add(q, mul(sub(alphas[i], beta), s));
      });
      const direction = scale(q, -1);
      return { direction, slope: dot(gradient, direction) };
    });
  }

  /** One step of Adam with its moments `mean` and `square`; `meanScale` and `squareScale` hold rate and corrections. */
  adam(beta1: number, beta2: number, epsilon: number, feeds: DeviceFeeds): Promise<DeviceResults> {
    return this.#run(`adam ${beta1} ${beta2} ${epsilon}`, ['point', 'mean', 'square'], feeds, (vector) => {
      const gradient = vector('gradient');
      const mean = add(scale(vector('mean0'), beta1), scale(gradient, 1 - beta1));
      const squares = add(scale(vector('square0'), beta2), scale(square(gradient), 1 - beta2));
      const size = add(sqrt(mul(input('squareScale', []), squares)), scalar(epsilon));
      const point = sub(vector('x'), div(mul(input('meanScale', []), mean), size));
      return { point, mean, square: squares };
    });
  }

  async #run(
    name: string,
    kept: readonly string[],
    feeds: DeviceFeeds,
    graph: (vector: (name: string) => Expr) => Record<string, Expr>,
  ): Promise<DeviceResults> {
    let session = this.#sessions.get(name);
    if (!session) {
      session = this.#device.compile(
        graph((vector) => input(vector, this.shape)),
        kept,
      );
      this.#sessions.set(name, session);
    }
    return (await session).runOnDevice(feeds);
  }

  /** Frees the compiled graphs. */
  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).dispose();
    this.#sessions.clear();
  }
}
