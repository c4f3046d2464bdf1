/** A name's characters against one place of a pattern. */
type Place = (character: string) => boolean;

/** Any number of characters. */
const MANY = '*';

/**
 * The shell's `*`, `?` and `[…]`. Matching goes back to the last `*` only, so that its work is at most the product of both
 * lengths, whatever the pattern.
 */
export class Wildcard {
  /** Comparisons made so far. */
  steps = 0;
  readonly #places: readonly (Place | typeof MANY)[];

  constructor(pattern: string) {
    const pieces = pattern.match(/\[[^\]]+\]|[\s\S]/g) ?? [];
    this.#places = pieces.map((piece) => {
      if (piece === MANY) return MANY;
      if (piece === '?') return () => true;
      return piece.length > 1 ? classOf(piece) : (character) => character === piece;
    });
  }

  test(name: string): boolean {
    let [at, place] = [0, 0];
    let retry: { place: number; at: number } | undefined;
    while (at < name.length) {
      this.steps++;
      const wanted = this.#places[place];
      if (wanted === MANY) retry = { place: ++place, at };
      else if (wanted?.(name[at])) {
        at++;
        place++;
      } else if (retry) {
        retry.at++;
        ({ place, at } = retry);
      } else return false;
    }
    while (this.#places[place] === MANY) place++;
    return place === this.#places.length;
  }
}

/** `[a-z]`, `[!0]`; one that is no class, `[z-a]`, fits nothing. */
function classOf(piece: string): Place {
  try {
    const inner = piece.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    const fits = new RegExp(`^${inner}$`);
    return (character) => fits.test(character);
  } catch {
    return () => false;
  }
}
