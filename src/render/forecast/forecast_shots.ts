import { countFrames, type FrameRange } from '../../frames/ranges.js';
import { type Shot, shotsWithin } from '../../temporal/shots.js';
import type { FilmOutline } from '../plan.js';
import { findShots } from '../shots/find_shots.js';
import { joinLists, rangesWithout } from '../shots/shot_list.js';
import { readStoredShots } from '../shots/stored_shots.js';
import { WorkFolder } from '../work/work_folder.js';

/** Frames that a forecast looks at for cuts at most: some ten seconds' work. */
const MOST = 1000;

/**
 * The shots that a job would paint: given, stored, or looked for, in the first frames alone where there are many.
 *
 * @param keepsFolder whether the job would keep what lies in its work folder.
 * @returns the shots, and one sentence where not all frames were looked at.
 */
export async function forecastShots(
  { settings, media, ranges, workFolder, givenShots }: FilmOutline,
  keepsFolder: boolean,
  signal: AbortSignal,
): Promise<{ shots: Shot[]; note: string | undefined }> {
  // A loop is one shot.
  if (settings.loop) return { shots: shotsWithin(ranges, []), note: undefined };
  if (givenShots)
    return {
      shots: shotsWithin([{ first: 0, last: media.video.frameCount - 1 }], givenShots),
      note: undefined,
    };
  const file = keepsFolder ? await readStoredShots(new WorkFolder(workFolder).shots) : undefined;
  const stored = file && !file.given ? file : { frames: [], starts: [] };
  const missing = rangesWithout(ranges, stored.frames);
  const looked = firstFrames(missing, MOST);
  const starts = looked.length > 0 ? await findShots(media, looked, { signal }) : [];
  const list = joinLists(stored, { frames: missing, starts });
  const left = countFrames(missing) - countFrames(looked);
  const note =
    left > 0
      ? `cuts were looked for in ${MOST} frames; those in the other ${left} are found when the film is painted`
      : undefined;
  return { shots: shotsWithin(list.frames, list.starts), note };
}

/** The first `most` frames of ranges. */
function firstFrames(ranges: readonly FrameRange[], most: number): FrameRange[] {
  const kept: FrameRange[] = [];
  let left = most;
  for (const { first, last } of ranges) {
    if (left <= 0) break;
    kept.push({ first, last: Math.min(last, first + left - 1) });
    left -= last - first + 1;
  }
  return kept;
}
