import { gemm, input, type Runtime, type Session } from '../../engine/index.js';
import type { Products } from './match.js';

/** Shapes kept ready: one frame against one painting at two layers, and the painting's features at other sizes. */
const KEPT = 4;

/** Inner products of features by the runtime's matrix product, which uses all its threads. */
export class ProductSessions {
  readonly #runtime: Runtime;
  /** Least recently used first. */
  readonly #sessions = new Map<string, Session>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  readonly products: Products = async (a, b, channels) => {
    const session = await this.#session(channels, a.length / channels, b.length / channels);
    const { products } = await session.run({ a, b });
    return products;
  };

  async #session(k: number, m: number, n: number): Promise<Session> {
    const key = `${k}·${m}·${n}`;
    const kept = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (!kept && this.#sessions.size >= KEPT) {
      const [[oldest, session]] = this.#sessions;
      this.#sessions.delete(oldest);
      await session.dispose();
    }
    const products = () => gemm(input('a', [k, m]), input('b', [k, n]), { transA: true });
    const session = kept ?? (await this.#runtime.compile({ products: products() }));
    this.#sessions.set(key, session);
    return session;
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await session.dispose();
    this.#sessions.clear();
  }
}
