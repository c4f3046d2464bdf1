/**
 * Things that are costly to make and to keep, such as compiled graphs: the ones used last stay, at most so many, and
 * room is made before another is made. Not for concurrent use.
 */
export class RecentlyUsed<T> {
  /** Least recently used first. */
  readonly #kept = new Map<string, T>();
  readonly #most: number;
  readonly #dispose: (thing: T) => Promise<void>;

  constructor(most: number, dispose: (thing: T) => Promise<void>) {
    this.#most = most;
    this.#dispose = dispose;
  }

  /** The one kept under this name, or a new one. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      // Last in the map is most recently used.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    for (const [oldest, unused] of this.#kept) {
      if (this.#kept.size < this.#most) break;
      this.#kept.delete(oldest);
      await this.#dispose(unused);
    }
    const made = await make();
    this.#kept.set(key, made);
    return made;
  }

  /** Frees all. */
  async dispose(): Promise<void> {
    for (const thing of this.#kept.values()) await this.#dispose(thing);
    this.#kept.clear();
  }
}
