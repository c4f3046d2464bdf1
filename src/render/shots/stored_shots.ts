import { readFile } from 'node:fs/promises';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import type { MediaInfo } from '../../frames/probe.js';
import type { FrameRange } from '../../frames/ranges.js';
import { type Shot, shotsWithin } from '../../temporal/shots.js';
import { type FindOptions, findShots } from './find_shots.js';
import { joinLists, rangesWithout, type ShotList } from './shot_list.js';

interface StoredShots extends ShotList {
  readonly schema: 1;
}

/** Reads `shots.json` of a work folder; undefined where there is none. Throws `NstError` input WORK_FOLDER_BAD. */
export async function readStoredShots(path: string): Promise<ShotList | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: cannot be read`, { cause: error });
  }
  try {
    const { schema, frames, starts } = JSON.parse(text) as StoredShots;
    if (schema === 1 && Array.isArray(frames) && Array.isArray(starts)) return { frames, starts };
  } catch {
    // Said below, as for any other text.
  }
  throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: expected shots of schema 1, found something else`);
}

/**
 * The shots of the frames that a job is about: as `path`, the work folder's `shots.json`, knows them; what it does
 * not know yet is looked for and stored there first.
 *
 * @throws NstError as readStoredShots and findShots.
 */
export async function shotsOfJob(
  path: string,
  media: MediaInfo,
  ranges: readonly FrameRange[],
  options: FindOptions,
): Promise<Shot[]> {
  const stored = (await readStoredShots(path)) ?? { frames: [], starts: [] };
  const missing = rangesWithout(ranges, stored.frames);
  if (missing.length === 0) return shotsWithin(stored.frames, stored.starts);
  const found = { frames: missing, starts: await findShots(media, missing, options) };
  const { frames, starts } = joinLists(stored, found);
  const file: StoredShots = { schema: 1, frames, starts };
  await writeAtomic(path, `${JSON.stringify(file, null, 2)}\n`);
  return shotsWithin(frames, starts);
}
