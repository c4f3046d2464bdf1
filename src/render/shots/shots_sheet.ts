import { extname } from 'node:path';
import { writeAtomic } from '../../frames/atomic.js';
import { contactSheet } from '../../frames/contact_sheet.js';
import { decodeFrames } from '../../frames/decode.js';
import { encodePng } from '../../frames/picture_file.js';
import type { MediaInfo } from '../../frames/probe.js';
import { joinRanges } from '../../frames/ranges.js';
import { fitSize } from '../../frames/size.js';
import type { Picture } from '../../picture.js';
import type { Shot } from '../../temporal/shots.js';

/** Long side of a picture on the sheet, px. */
const CELL = 240;
/** Shots on one sheet. */
const ROWS = 30;

/** Names of the sheets that so many shots take: `sheet.png`, `sheet.2.png` and so on. */
export function sheetNames(path: string, shots: number): string[] {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const count = Math.ceil(shots / ROWS);
  return Array.from({ length: count }, (_, k) => (k === 0 ? path : `${stem}.${k + 1}${extension}`));
}

/**
 * Writes contact sheets: a row for each shot, with its first, middle and last frame.
 *
 * @throws NstError as decodeFrames and writeAtomic.
 */
export async function writeSheets(
  media: MediaInfo,
  shots: readonly Shot[],
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { displayWidth, displayHeight } = media.video;
  const size = fitSize(displayWidth, displayHeight, { longSide: CELL });
  const rows = shots.map(({ first, last }) => [first, (first + last) >> 1, last]);
  const names = sheetNames(path, shots.length);
  for (const [k, name] of names.entries()) {
    const here = rows.slice(k * ROWS, (k + 1) * ROWS);
    const ranges = joinRanges(here.flat().map((frame) => ({ first: frame, last: frame })));
    const pictures = new Map<number, Picture>();
    for await (const { index, picture } of decodeFrames(media, { ...size, ranges, signal }))
      pictures.set(index, picture);
    const sheet = contactSheet(here.map((row) => row.map((frame) => pictures.get(frame) as Picture)));
    await writeAtomic(name, await encodePng(sheet, 8));
  }
}
