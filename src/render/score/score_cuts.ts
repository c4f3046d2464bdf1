import type { FrameRange } from '../../frames/ranges.js';
import type { ShotStart } from '../../temporal/shots.js';
import type { JobContext } from '../job.js';
import { findShots } from '../shots/find_shots.js';
import { rangesWithout } from '../shots/shot_list.js';
import { readShotsFile } from '../shots/shots_file.js';
import { readStoredShots } from '../shots/stored_shots.js';
import { toRanges } from '../work/source_frames.js';
import type { ScoredFilms } from './scored_films.js';

/**
 * The frames that begin shots, but for the first measured one: as `--shots` says, else as the work folder knows them,
 * else as they are found in the source.
 *
 * @param reach The greatest distance at which frames are compared: what lies between them is looked at too.
 * @param given The file of `--shots`.
 * @throws NstError as readShotsFile, readStoredShots and findShots.
 */
export async function cutsOf(
  { frames, source, work, damage }: ScoredFilms,
  reach: number,
  given: string | undefined,
  { emit, signal }: JobContext,
): Promise<number[]> {
  const wanted = closeGaps(toRanges(frames), reach);
  const startsOf = async (): Promise<readonly ShotStart[]> => {
    if (given !== undefined) return readShotsFile(given, source.video);
    const known = work && (await readStoredShots(work.shots));
    const missing = rangesWithout(wanted, known?.frames ?? []);
    const onFrame = (place: number, count: number, found: number) =>
      emit({ type: 'look', place, frames: count, found });
    const found =
      missing.length > 0
        ? await findShots(source, missing, { signal, onFrame, onDamage: damage.source.hear })
        : [];
    return [...(known?.starts ?? []), ...found];
  };
  const starts = await startsOf();
  return starts
    .filter(({ frame }) => wanted.some(({ first, last }) => frame > first && frame <= last))
    .map(({ frame }) => frame)
    .sort((a, b) => a - b);
}

/** Ranges nearer to each other than `reach` made one. */
function closeGaps(ranges: readonly FrameRange[], reach: number): FrameRange[] {
  const closed: { first: number; last: number }[] = [];
  for (const { first, last } of ranges) {
    const open = closed.at(-1);
    if (open && first - open.last <= reach) open.last = last;
    else closed.push({ first, last });
  }
  return closed;
}
