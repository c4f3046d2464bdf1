import type { Picture } from '../../picture.js';
import { type Fade, fadesAmong, type LitFrame } from '../../temporal/fades.js';
import { readEnergies } from '../work/energy_record.js';
import type { LightBeyond } from './light_beyond.js';

/**
 * The fades of frames that are stored, by what their records say of the film's light, and by that of frames beyond; none of
 * frames whose records do not say it: those left unpainted, which have their fades, and those of earlier versions.
 *
 * @param frames ascending.
 * @param recordOf Where a frame's record is.
 * @param starts Frames that begin a shot.
 * @throws NstError as readEnergies.
 */
export async function fadesOfWork(
  frames: readonly number[],
  recordOf: (frame: number) => string,
  starts: readonly number[],
  beyond: LightBeyond,
): Promise<ReadonlyMap<number, Fade>> {
  const lights = new Map(beyond.lights.map(({ frame, level, spread }) => [frame, { level, spread }]));
  for (const frame of frames) {
    const light = (await readEnergies(recordOf(frame)))?.light;
    if (light) lights.set(frame, light);
    else lights.delete(frame);
  }
  const begins = [...new Set([...starts, ...beyond.starts])].sort((a, b) => a - b);
  const lit: LitFrame[] = [];
  let shot = 0;
  for (const [frame, light] of [...lights].sort(([a], [b]) => a - b)) {
    while (shot < begins.length && begins[shot] <= frame) shot++;
    lit.push({ frame, ...light, shot });
  }
  return fadesAmong(lit);
}

/** A painted frame as it is seen in a fade. */
export function faded(painted: Picture, { share, over }: Fade): Picture {
  return { ...painted, data: painted.data.map((v) => over + share * (v - over)) };
}
