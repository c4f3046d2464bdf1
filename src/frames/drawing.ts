import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { NstError } from '../error.js';
import { runChildForBytes } from './child.js';

/** Seconds in which a drawing must be drawn: a few hundred bytes of SVG may ask for hours of work. */
const PATIENCE_S = 20;
/** Bytes of text that a gzipped drawing may have. */
const LONGEST = 2 ** 28;

const SCRIPT = fileURLToPath(new URL('./draw_svg.js', import.meta.url));

/** Whether a file is a drawing (SVG, perhaps gzipped), by its first bytes. */
export function isDrawing(start: Buffer): boolean {
  if (start[0] === 0x1f && start[1] === 0x8b) return true;
  const text =
    start[1] === 0 || start[0] >= 0xfe ? start.toString('latin1').replaceAll('\0', '') : `${start}`;
  return /^[\ufeff\xff\xfe]*\s*<(\?xml|!DOCTYPE|!--|svg|[a-z]+:svg)/i.test(text);
}

/** The text of a drawing; throws an `Error` for what cannot be unpacked. */
export function drawingText(bytes: Buffer): Buffer {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return packed ? gunzipSync(bytes, { maxOutputLength: LONGEST }) : bytes;
}

/**
 * A drawing as PNG, drawn by a process of its own that is ended where it takes too long.
 * @param seconds How long it may take.
 * @param longSide Larger drawings are drawn with this many pixels on their long side.
 * @throws NstError input PICTURE_UNREADABLE naming the time; a ChildFailure with the decoder's reason.
 */
export async function drawPng(
  path: string,
  name: string,
  longSide: number,
  seconds = PATIENCE_S,
): Promise<Buffer> {
  const stopper = new AbortController();
  const sentence = `${name} is a drawing that takes longer than ${seconds} s to draw; give it as PNG.`;
  const late = () => stopper.abort(new NstError('input', 'PICTURE_UNREADABLE', sentence));
  const timer = setTimeout(late, seconds * 1000);
  try {
    const args = [SCRIPT, path, String(longSide)];
    return await runChildForBytes(process.execPath, args, { signal: stopper.signal });
  } finally {
    clearTimeout(timer);
  }
}
