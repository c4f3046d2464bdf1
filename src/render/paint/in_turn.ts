/** When a frame may be painted, and when the next may be made ready. */
export interface Turn {
  /** Resolves when the frame before is painted and the solver is free: until then nothing is asked of it. */
  readonly come: Promise<void>;
  /** To be called when the solver is at its longest work for the frame: the next is made ready meanwhile. */
  readonly underWay: () => void;
}

/** A frame that is painted, and will be stored. */
export interface OnItsWay<Result> {
  readonly stored: Promise<Result>;
}

/**
 * Paints frames of which each may go on from the one before. What a frame needs besides that one is read and made
 * ready while the one before is minimised, and a painted frame is stored while the next is begun: so the solver
 * hardly waits. No more than two paintings are on their way to the disk.
 *
 * The first failure ends it; what was begun has come to its end then.
 *
 * @param paint is called for each frame before its turn has come.
 * @returns what `paint` stored, in order.
 */
export async function paintInTurn<Frame, Result>(
  frames: readonly Frame[],
  paint: (frame: Frame, turn: Turn) => Promise<OnItsWay<Result>>,
  signal: AbortSignal,
): Promise<Result[]> {
  const open = new Set<Promise<unknown>>();
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    open.add(work);
    const close = () => open.delete(work);
    work.then(close, close);
    return work;
  };
  const begin = (frame: Frame, come: Promise<void>) => {
    let underWay = () => {};
    const busy = new Promise<void>((resolve) => (underWay = resolve));
    const painted = paint(frame, { come, underWay }).then((way) => {
      tracked(way.stored);
      return way;
    });
    return { busy, painted: tracked(painted) };
  };
  const results: Result[] = [];
  try {
    let current = frames.length > 0 ? begin(frames[0], Promise.resolve()) : undefined;
    let storing: Promise<Result> | undefined;
    for (const next of [...frames.slice(1), undefined]) {
      if (!current) break;
      const { busy, painted } = current;
      await Promise.race([busy, painted]);
      signal.throwIfAborted();
      current = next === undefined ? undefined : begin(next, tracked(painted.then(() => {})));
      const { stored } = await painted;
      if (storing) results.push(await storing);
      storing = stored;
    }
    if (storing) results.push(await storing);
    return results;
  } finally {
    while (open.size > 0) await Promise.allSettled(open);
  }
}
