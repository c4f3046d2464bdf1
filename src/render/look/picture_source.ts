import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeFrames } from '../../frames/decode.js';
import { readPicture } from '../../frames/picture_file.js';
import { isPicture, picturesIn } from '../../frames/picture_sequence.js';
import { probe } from '../../frames/probe.js';
import { joinRanges } from '../../frames/ranges.js';
import { toNumber } from '../../frames/rational.js';
import { resizePicture } from '../../frames/resize.js';
import { fitSize } from '../../frames/size.js';
import type { Picture } from '../../picture.js';

/** Pictures to look at, each by its number; they may be of several sizes. */
export interface PictureSource {
  /** Those that are looked at, ascending. */
  readonly numbers: readonly number[];
  /** `photo.jpg`, `frame 12` */
  name(number: number): string;
  /** Those of the given numbers, in that order. */
  read(numbers: readonly number[]): AsyncIterable<{ readonly number: number; readonly picture: Picture }>;
}

/** How many frames of a second of film are looked at unless told otherwise: neighbours show the same. */
const A_SECOND = 2;

/** A picture, no longer than `longSide`. Throws as `readPicture`. */
export async function readFitted(path: string, longSide: number): Promise<Picture> {
  const picture = await readPicture(path);
  const { width, height } = fitSize(picture.width, picture.height, { longSide, even: false });
  return resizePicture(picture, width, height);
}

/**
 * The pictures of a folder, whatever their names and sizes, one picture, or the frames of a film.
 *
 * @param every Only every so many-th is looked at.
 * @throws NstError input where there is no picture or film; what `probe` throws.
 */
export async function openPictures(
  input: string,
  options: { readonly longSide: number; readonly every: number | undefined; readonly signal: AbortSignal },
): Promise<PictureSource> {
  const { longSide, every, signal } = options;
  const info = await stat(input).catch(() => undefined);
  if (info?.isDirectory()) return ofFiles(await picturesIn(input), longSide, every ?? 1);
  if (info && isPicture(input)) return ofFiles([input], longSide, 1);
  const media = await probe(input);
  const { displayWidth, displayHeight, frameCount, frameRate } = media.video;
  const { width, height } = fitSize(displayWidth, displayHeight, { longSide });
  const step = every ?? Math.max(1, Math.round(toNumber(frameRate) / A_SECOND));
  return {
    numbers: everyOf(frameCount, step),
    name: (number) => `frame ${number}`,
    async *read(numbers) {
      const ranges = joinRanges(numbers.map((n) => ({ first: n, last: n })));
      for await (const { index, picture } of decodeFrames(media, { width, height, ranges, signal }))
        yield { number: index, picture };
    },
  };
}

function everyOf(count: number, step: number): number[] {
  return Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step);
}

function ofFiles(files: readonly string[], longSide: number, every: number): PictureSource {
  return {
    numbers: everyOf(files.length, every),
    name: (number) => basename(files[number]),
    async *read(numbers) {
      for (const number of numbers) yield { number, picture: await readFitted(files[number], longSide) };
    },
  };
}
