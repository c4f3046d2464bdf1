/** How a shot begins: at a hard cut, in a fade, or where a list of the user's says so. */
export type Boundary = 'cut' | 'fade' | 'given';

/** A frame that begins a shot. */
export interface ShotStart {
  /** Its number in the film, from 0. */
  readonly frame: number;
  readonly boundary: Boundary;
}

/** Frames `first` to `last`, both included, that one camera took without a break. */
export interface Shot {
  readonly first: number;
  readonly last: number;
  /** `start`: it begins with the film, or with the frames that were looked at. */
  readonly begin: Boundary | 'start';
}

/**
 * Ranges of frames cut at the starts that lie in them.
 *
 * @param ranges ascending, apart.
 * @param starts ascending.
 */
export function shotsWithin(
  ranges: readonly { readonly first: number; readonly last: number }[],
  starts: readonly ShotStart[],
): Shot[] {
  const shots: Shot[] = [];
  for (const { first, last } of ranges) {
    const here = starts.filter(({ frame }) => frame >= first && frame <= last && frame > 0);
    const begins = here[0]?.frame === first ? here : [{ frame: first, boundary: 'start' as const }, ...here];
    begins.forEach(({ frame, boundary }, k) => {
      shots.push({ first: frame, last: (begins[k + 1]?.frame ?? last + 1) - 1, begin: boundary });
    });
  }
  return shots;
}

/** The shot that a frame lies in; `shots` are ascending. Throws `RangeError` where none has it. */
export function shotOf(shots: readonly Shot[], frame: number): Shot {
  let low = 0;
  let high = shots.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (shots[middle].first <= frame) low = middle;
    else high = middle - 1;
  }
  const shot = shots[low] as Shot | undefined;
  if (!shot || frame < shot.first || frame > shot.last) throw new RangeError(`no shot has frame ${frame}`);
  return shot;
}
