import sharp from 'sharp';
import { writeAtomic } from './atomic.js';

/** Letters as tall as the picture: they leave ink where there is any font. */
const TRIAL =
  '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><text y="22" font-size="24" font-family="sans-serif">M</text></svg>';

/** Whether this system has letters to draw words in SVG with; small servers have none. */
export async function hasFonts(): Promise<boolean> {
  const { channels } = await sharp(Buffer.from(TRIAL)).stats();
  return (channels.at(-1)?.max ?? 0) > 0;
}

/**
 * Writes an SVG drawing as PNG, one pixel for each of its units. Atomic.
 * @throws NstError as writeAtomic.
 */
export async function writeSvgAsPng(path: string, svg: string): Promise<void> {
  // 72 dots an inch: what librsvg takes for one pixel a unit.
  await writeAtomic(
    path,
    await sharp(Buffer.from(svg), { density: 72 }).flatten({ background: '#fff' }).png().toBuffer(),
  );
}
