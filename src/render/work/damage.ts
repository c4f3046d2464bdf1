import { basename, dirname } from 'node:path';
import { NstError } from '../../error.js';
import { readFrame } from '../../frames/picture_file.js';
import type { Picture } from '../../picture.js';
import { frameOf } from './own_files.js';

const DAMAGED = ['FLO_BAD', 'PLANE_UNREADABLE', 'FRAME_UNREADABLE', 'PICTURE_UNREADABLE'];

/** Whether a stored file is there and no longer what was written. */
export const isDamage = (error: unknown): error is NstError =>
  error instanceof NstError && DAMAGED.includes(error.code);

/**
 * A painted frame as it is stored: work that is not made again unless that is asked for.
 * @throws NstError as readFrame; input FRAME_UNREADABLE with the option that paints it again.
 */
export async function readPainting(path: string): Promise<Picture> {
  try {
    return await readFrame(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const restart = '--restart paints the film anew';
    const advice =
      basename(dirname(path)) === 'stylised'
        ? `--from-frame ${frameOf(basename(path))} paints it and those after it again; of a film in several passes ${restart}`
        : restart;
    throw new NstError('input', 'FRAME_UNREADABLE', `${error.message} (${advice})`, { cause: error });
  }
}
