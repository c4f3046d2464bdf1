import { NstError } from '../error.js';

/** Pixels that a picture, or a frame of a film, may have: 16,384 each way. */
export const MOST_PIXELS = 2 ** 28;

/** How sharp opens files: their headers are asked before anything is decoded. */
export const LIMITED = { limitInputPixels: MOST_PIXELS } as const;

/**
 * Refuses what claims to be larger than any picture here may be, before memory is taken for it.
 * @param name How messages call the file.
 * @throws NstError input PICTURE_TOO_LARGE.
 */
export function assertPixels(name: string, { width, height }: { width: number; height: number }): void {
  if (width * height > MOST_PIXELS) throw tooLarge(name, `${width}x${height}`);
}

/** The error for a file of too many pixels, whose size sharp does not tell. */
export function tooLarge(name: string, found = 'more', cause?: unknown): NstError {
  const most = `${Math.floor(MOST_PIXELS / 1e6)} million pixels`;
  const sentence = `${name}: expected at most ${most}, found ${found}.`;
  return new NstError('input', 'PICTURE_TOO_LARGE', sentence, { cause });
}

/** Whether sharp refused a file for its size. */
export const isTooLarge = (cause: unknown): boolean =>
  /exceeds pixel limit/.test(String((cause as Error)?.message));

/** Pixels that are decoded in a moment, whatever a file is made of. */
const FEW_PIXELS = 2 ** 22;
/** Pixels that a byte of a picture of one colour holds at most: 1,032 bytes of eight, as deflate packs them. */
const PIXELS_PER_BYTE = 10_000;

/**
 * Refuses what claims many pixels of which a file of so few bytes can hold next to nothing, before they are decoded.
 * @param name How messages call the file.
 * @param bytes Of the file.
 * @throws NstError input PICTURE_TOO_LARGE.
 */
export function assertFilled(
  name: string,
  { width, height }: { width: number; height: number },
  bytes: number,
): void {
  assertPixels(name, { width, height });
  if (width * height <= Math.max(FEW_PIXELS, PIXELS_PER_BYTE * bytes)) return;
  const sentence = `${name}: expected the data of the ${width}x${height} pixels that it claims, found ${bytes} bytes.`;
  throw new NstError('input', 'PICTURE_TOO_LARGE', sentence);
}
