/** Values nearer to a limit than this, grey levels, move towards it by as much less as they are nearer. */
const SHOULDER = 20;
/** Changes up to the first so many grey levels do so, those from the second on not at all. */
const SMALL = 16;
const LARGE = 32;

/**
 * A change of a value, grey levels, as far as there is room for it within 0..255. Small changes that add up over many
 * frames press the lightest and darkest strokes together instead of into a flat patch; a large one, a flash, is taken back
 * as it came, so that the mean stays.
 */
export function withinRange(value: number, change: number): number {
  const room = change > 0 ? 255 - value : value;
  if (room >= SHOULDER) return change;
  const small = Math.min(1, Math.max(0, (LARGE - Math.abs(change)) / (LARGE - SMALL)));
  return change * (1 - small * (1 - Math.max(0, room) / SHOULDER));
}
