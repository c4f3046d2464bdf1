import type { Picture } from '../picture.js';
import { lightOf } from './light.js';

/** Mean and deviation of each channel of a picture, grey levels. */
export interface ChannelLook {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** How much of what is too far off is taken back from frame to frame: half of it in 17. */
const PULL = 1 / 24;
/** Pictures of one painting differ by so much, grey levels of means, and share of deviations, whatever they show. */
const USUAL_MEAN = 3;
const USUAL_SHARE = 0.04;

/** The mean and deviation of each channel of a picture `[3,H,W]`. */
export function channelLook({ width, height, data }: Picture): ChannelLook {
  const n = width * height;
  const channels = [0, 1, 2].map((c) => lightOf(data.subarray(c * n, (c + 1) * n)));
  return { means: channels.map(({ level }) => level), deviations: channels.map(({ spread }) => spread) };
}

/**
 * A painted frame with the mean and deviation of each channel a little nearer to those of a frame painted afresh, which
 * depend on the painting and hardly on what is painted. Nothing else would ever take back what following frames add up,
 * in light that changes or new things that come in. The picture itself where it is as near as fresh ones are to each other.
 *
 * @param painted `[3,H,W]`.
 */
export function towardsFresh(painted: Picture, fresh: ChannelLook): Picture {
  const { means, deviations } = channelLook(painted);
  const shifts = means.map((mean, c) => PULL * beyond(fresh.means[c] - mean, USUAL_MEAN));
  const factors = deviations.map((deviation, c) =>
    deviation > 0 && fresh.deviations[c] > 0
      ? Math.exp(PULL * beyond(Math.log(fresh.deviations[c] / deviation), USUAL_SHARE))
      : 1,
  );
  if (shifts.every((shift) => shift === 0) && factors.every((factor) => factor === 1)) return painted;
  const n = painted.width * painted.height;
  const data = painted.data.map((v, i) => {
    const c = Math.floor(i / n);
    return means[c] + shifts[c] + factors[c] * (v - means[c]);
  });
  return { ...painted, data };
}

/** A value's excess over a limit, either way. */
function beyond(value: number, limit: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - limit);
}
