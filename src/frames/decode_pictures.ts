import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { abortReason } from './child.js';
import type { DecodedFrame, DecodeOptions } from './decode.js';
import { readPicture } from './picture_file.js';
import type { PictureSequence } from './picture_sequence.js';
import type { VideoInfo } from './probe.js';
import { frameNumbers, joinRanges } from './ranges.js';
import { resizePicture } from './resize.js';

/**
 * Reads the pictures of a film in pictures, one by one: no command line ever holds their names.
 *
 * @throws NstError input FILE_MISSING, PICTURE_UNREADABLE, SIZES_DIFFER naming the picture; kind interrupted on abort.
 */
export async function* decodePictures(
  { files }: PictureSequence,
  video: VideoInfo,
  { width, height, ranges, signal, warn }: DecodeOptions,
): AsyncGenerator<DecodedFrame> {
  const all = [{ first: 0, last: files.length - 1 }];
  for (const index of frameNumbers(joinRanges(ranges ?? all))) {
    if (signal?.aborted) throw abortReason(signal);
    const picture = await readPicture(files[index], {
      longSide: Number.MAX_SAFE_INTEGER,
      keepAlpha: true,
      warn,
    });
    if (picture.width !== video.width || picture.height !== video.height) {
      const found = `${picture.width}x${picture.height}`;
      const sentence = `${files[index]}: expected ${video.width}x${video.height} pixels, found ${found}.`;
      throw new NstError('input', 'SIZES_DIFFER', sentence);
    }
    yield { index, picture: resizePicture(video.alpha ? withAlpha(picture) : picture, width, height) };
  }
}

/** An opaque picture among transparent ones has an alpha too. */
function withAlpha(picture: Picture): Picture {
  if (picture.alpha) return picture;
  return { ...picture, alpha: new Float32Array(picture.width * picture.height).fill(1) };
}
