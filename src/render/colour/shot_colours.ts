import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readFrame, writeFrame } from '../../frames/picture_file.js';
import { readPlane } from '../../frames/plane_file.js';
import type { Picture } from '../../picture.js';
import type { Shot } from '../../temporal/shots.js';
import { isThere } from '../../there.js';
import type { SourceFrames } from '../work/source_frames.js';
import type { WorkFolder } from '../work/work_folder.js';
import { joinPixels, samplePixels, spread } from './pixel_sample.js';

/** Frames of a shot that speak for its colours. */
export const FRAMES_SAMPLED = 8;

/** Pixels in a row of the stored sample. */
const ROW = 256;

/**
 * Pixels of a shot of the film, from all over it. They are stored before the shot is painted, and once only: a map
 * made of them is the same for all its frames, whichever are painted when.
 *
 * @param frames of the shot, those of the job, ascending.
 */
export async function shotColours(
  shot: Shot,
  frames: readonly number[],
  { folder, sources }: { readonly folder: WorkFolder; readonly sources: Pick<SourceFrames, 'get'> },
): Promise<Picture> {
  const stored = (await folder.sampledShots()).find((first) => first >= shot.first && first <= shot.last);
  const path = folder.shotColours(stored ?? frames[0]);
  if (stored === undefined) {
    const samples: Picture[] = [];
    for (const frame of spread(frames, FRAMES_SAMPLED))
      samples.push(samplePixels(await withAlpha(await sources.get(frame), frame, folder)));
    await mkdir(dirname(path), { recursive: true });
    await writeFrame(path, inRows(joinPixels(samples)));
  }
  return readFrame(path);
}

/** A stored source frame with its alpha, where the film has one. */
export async function withAlpha(picture: Picture, frame: number, folder: WorkFolder): Promise<Picture> {
  const path = folder.alpha(frame);
  return isThere(path) ? { ...picture, alpha: (await readPlane(path)).data } : picture;
}

/** A row of pixels as rows of one length; what does not fill the last is left out. */
function inRows({ width: n, data }: Picture): Picture {
  const width = Math.min(ROW, n);
  const height = Math.floor(n / width);
  const planes = [0, 1, 2].map((c) => data.subarray(c * n, c * n + width * height));
  const out = new Float32Array(3 * width * height);
  planes.forEach((plane, c) => {
    out.set(plane, c * width * height);
  });
  return { width, height, data: out };
}
