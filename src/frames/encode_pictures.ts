import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { writeAtomic, writeError } from './atomic.js';
import { abortReason } from './child.js';
import { encodePng } from './picture_file.js';
import { countFrames, type FrameRange, frameNumbers, joinRanges } from './ranges.js';

export interface EncodePicturesOptions {
  /** The folder; made where it does not exist. Pictures of the same number are replaced. */
  readonly output: string;
  readonly frames: AsyncIterable<Picture>;
  /** Frames of the whole source: decides how many digits the names have. */
  readonly frameCount: number;
  /** Which frames of the source these are; all by default. */
  readonly ranges?: readonly FrameRange[];
  /** Bits per component. Default 8. */
  readonly depth?: 8 | 16;
  readonly signal?: AbortSignal;
}

const FEWEST_DIGITS = 6;

/** `frame_000120.png` for frame 120: as many digits as the last frame needs, so that names sort as frames do. */
export function pictureName(index: number, frameCount: number): string {
  const digits = Math.max(FEWEST_DIGITS, String(Math.max(0, frameCount - 1)).length);
  return `frame_${String(index).padStart(digits, '0')}.png`;
}

/**
 * Writes pictures as numbered PNG files, numbered as the frames of the source.
 *
 * @throws NstError input OUTPUT_NOT_WRITABLE; resources DISK_FULL; kind interrupted on abort.
 */
export async function encodePictures(options: EncodePicturesOptions): Promise<{ notes: string[] }> {
  const { output, frames, frameCount, depth = 8, signal } = options;
  const ranges = joinRanges(options.ranges ?? [{ first: 0, last: frameCount - 1 }]);
  await mkdir(output, { recursive: true }).catch((error) => {
    throw writeError(error, output);
  });
  const numbers = frameNumbers(ranges);
  let written = 0;
  for await (const picture of frames) {
    if (signal?.aborted) throw abortReason(signal);
    const index = numbers.next().value;
    if (index === undefined) break;
    await writeAtomic(join(output, pictureName(index, frameCount)), await encodePng(picture, depth));
    written++;
  }
  const expected = countFrames(ranges);
  if (written !== expected) {
    const sentence = `${output}: expected ${expected} frames to write, found ${written}.`;
    throw new NstError('input', 'FRAMES_MISSING', sentence);
  }
  return { notes: [] };
}
