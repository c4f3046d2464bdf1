/** Stop when the energy has fallen by less than this share of itself over the last `every` iterations. */
export interface StopRule {
  readonly every: number;
  readonly relativeChange: number;
}

/** The share of the field's programs (|f − f_50ago| / f < 1e-4, looked at every 50 iterations; here after each). */
export const DEFAULT_STOP: StopRule = { every: 50, relativeChange: 1e-4 };

/** A frame of few iterations is done in fewer than a rule looks back on. */
const SHORT_LOOK = 10;

/**
 * Whether a minimisation has come to rest. Over the last `every` iterations the energy fell by less than the rule's
 * share; or it has crept for ten: fell by less than a share as much smaller as they are fewer, though most of the steps
 * did lower it. Ten without that are no sign of rest: a line search that looks for a step length stands still too, and
 * the energy may fall fast after it.
 *
 * Looked at after every iteration, not every 50 as in the field's programs, whose frames take a thousand.
 *
 * @param leasts Least energy after the start and every iteration so far.
 */
export function hasConverged(leasts: readonly number[], { every, relativeChange }: StopRule): boolean {
  const last = leasts.length - 1;
  const rests = (span: number) => {
    if (last < span) return false;
    const fall = leasts[last - span] - leasts[last];
    return fall === 0 || fall < relativeChange * (span / every) * Math.abs(leasts[last]);
  };
  if (rests(every)) return true;
  if (every <= SHORT_LOOK || !rests(SHORT_LOOK)) return false;
  const looked = leasts.slice(last - SHORT_LOOK);
  const lowered = looked.filter((energy, k) => k > 0 && energy < looked[k - 1]).length;
  // An energy that has risen was renewed: another one's past says nothing of it.
  const renewed = looked.some((energy, k) => k > 0 && energy > looked[k - 1]);
  return !renewed && lowered > SHORT_LOOK / 2;
}
