import * as v from 'valibot';
import { writeAtomic } from '../../frames/atomic.js';
import type { MediaInfo } from '../../frames/probe.js';
import type { FrameRange } from '../../frames/ranges.js';
import { readRecord, sealRecord, wholeNumber } from '../../stored_record.js';
import { type Boundary, type Shot, type ShotStart, shotsWithin } from '../../temporal/shots.js';
import { type FindOptions, findShots } from './find_shots.js';
import { joinLists, rangesWithout, type ShotList } from './shot_list.js';

const BOUNDARIES = ['cut', 'fade', 'given'] as const satisfies readonly Boundary[];

const schema = v.object({
  schema: v.literal(1),
  /** Frames that were looked at; ascending, apart. */
  frames: v.pipe(
    v.array(v.object({ first: wholeNumber, last: wholeNumber })),
    v.check(
      (ranges) =>
        ranges.every(({ first, last }, k) => first <= last && (k === 0 || first > ranges[k - 1].last)),
      'ranges of frames that ascend',
    ),
  ),
  starts: v.pipe(
    v.array(v.object({ frame: wholeNumber, boundary: v.picklist(BOUNDARIES) })),
    v.check(
      (starts) => starts.every(({ frame }, k) => k === 0 || frame > starts[k - 1].frame),
      'frames that ascend',
    ),
  ),
  /** True where a file of the user's says it: then nothing was looked at. */
  given: v.optional(v.boolean()),
});

export type StoredShots = v.InferOutput<typeof schema>;

/** Reads `shots.json` of a work folder; undefined where there is none. Throws `NstError` input WORK_FOLDER_BAD. */
export function readStoredShots(path: string): Promise<StoredShots | undefined> {
  const advice = 'without this file shots are looked for once more';
  return readRecord(path, schema, { code: 'WORK_FOLDER_BAD', advice });
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
  const store = (list: ShotList & { readonly given?: boolean }) =>
    writeAtomic(path, sealRecord({ schema: 1, ...list }, 2));
  if (given) {
    const frames = [{ first: 0, last: media.video.frameCount - 1 }];
    await store({ frames, starts: given, given: true });
    return shotsWithin(frames, given);
  }
  const before = await readStoredShots(path);
  const stored: ShotList = before && !before.given ? before : { frames: [], starts: [] };
  const missing = rangesWithout(ranges, stored.frames);
  if (missing.length === 0) return shotsWithin(stored.frames, stored.starts);
  const found = { frames: missing, starts: await findShots(media, missing, options) };
  const { frames, starts } = joinLists(stored, found);
  await store({ frames, starts });
  return shotsWithin(frames, starts);
}
