import { readFile } from 'node:fs/promises';
import type { Picture } from '../../picture.js';
import { type Fade, fadesAmong, type LitFrame } from '../../temporal/fades.js';
import type { Light } from '../../temporal/light.js';
import type { Shot } from '../../temporal/shots.js';

/**
 * The fades of frames that are stored, by what their records say of the film's light; none of frames whose records do not
 * say it: those left unpainted, which have their fades, and those of earlier versions.
 *
 * @param frames ascending.
 * @param recordOf Where a frame's record is.
 */
export async function fadesOfWork(
  frames: readonly number[],
  recordOf: (frame: number) => string,
  shots: readonly Shot[],
): Promise<ReadonlyMap<number, Fade>> {
  const lights: LitFrame[] = [];
  let at = 0;
  for (const frame of frames) {
    while (at < shots.length && shots[at].last < frame) at++;
    const light = await storedLight(recordOf(frame));
    if (light) lights.push({ frame, ...light, shot: at });
  }
  return fadesAmong(lights);
}

async function storedLight(path: string): Promise<Light | undefined> {
  try {
    const { light } = JSON.parse(await readFile(path, 'utf8'));
    const { level, spread } = light;
    return Number.isFinite(level) && Number.isFinite(spread) ? { level, spread } : undefined;
  } catch {
    // A lost record loses the fade, and no frame.
    return undefined;
  }
}

/** A painted frame as it is seen in a fade. */
export function faded(painted: Picture, { share, over }: Fade): Picture {
  return { ...painted, data: painted.data.map((v) => over + share * (v - over)) };
}
