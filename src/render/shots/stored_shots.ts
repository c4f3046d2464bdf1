import { readFile } from 'node:fs/promises';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import type { MediaInfo } from '../../frames/probe.js';
import type { FrameRange } from '../../frames/ranges.js';
import { type Shot, type ShotStart, shotsWithin } from '../../temporal/shots.js';
import { type FindOptions, findShots } from './find_shots.js';
import { joinLists, rangesWithout, type ShotList } from './shot_list.js';

export interface StoredShots extends ShotList {
  readonly schema: 1;
  /** True where a file of the user's says it: then nothing was looked at. */
  readonly given?: boolean;
}

/** Reads `shots.json` of a work folder; undefined where there is none. Throws `NstError` input WORK_FOLDER_BAD. */
export async function readStoredShots(path: string): Promise<StoredShots | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: cannot be read`, { cause: error });
  }
  try {
    const stored = JSON.parse(text) as StoredShots;
    if (stored?.schema === 1 && Array.isArray(stored.frames) && Array.isArray(stored.starts)) return stored;
  } catch {
    // Said below, as for any other text.
  }
  throw new NstError('input', 'WORK_FOLDER_BAD', `${path}: expected shots of schema 1, found something else`);
}

export interface JobShotsOptions extends FindOptions {
  /** Where shots begin, by the user's word; nothing is looked for then. */
  readonly given?: readonly ShotStart[];
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
  { given, ...options }: JobShotsOptions,
): Promise<Shot[]> {
  const store = (list: Omit<StoredShots, 'schema'>) =>
    writeAtomic(path, `${JSON.stringify({ schema: 1, ...list } satisfies StoredShots, null, 2)}\n`);
  if (given) {
    const frames = [{ first: 0, last: media.video.frameCount - 1 }];
    await store({ frames, starts: given, given: true });
    return shotsWithin(frames, given);
  }
  const before: StoredShots | undefined = await readStoredShots(path);
  const stored = before && !before.given ? before : { frames: [], starts: [] };
  const missing = rangesWithout(ranges, stored.frames);
  if (missing.length === 0) return shotsWithin(stored.frames, stored.starts);
  const found = { frames: missing, starts: await findShots(media, missing, options) };
  const { frames, starts } = joinLists(stored, found);
  await store({ frames, starts });
  return shotsWithin(frames, starts);
}
