import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFlo } from '../../../dist/flow/flo.js';
import { createFlowField } from '../../../dist/flow/flow_field.js';
import { encodePng } from '../../../dist/frames/picture_file.js';
import { createPicture, type Picture } from '../../../dist/picture.js';

export const SIZE = { width: 64, height: 48 };

/** A picture from a formula of column, row and plane; whole grey levels 0..255 survive 8 bits. */
export function pictureOf(value: (x: number, y: number, c: number) => number, size = SIZE): Picture {
  const picture = createPicture(size.width, size.height);
  const n = size.width * size.height;
  for (let i = 0; i < 3 * n; i++) {
    const p = i % n;
    picture.data[i] = Math.round(value(p % size.width, Math.floor(p / size.width), Math.floor(i / n)));
  }
  return picture;
}

/** A texture with structure at several scales, 40..215: flow finds its way on it. */
export function texture(x: number, y: number, c: number): number {
  const wave = (a: number, b: number, phase: number) => Math.sin(a * x + b * y + phase + c);
  return (
    128 +
    30 * wave(0.35, 0.12, 0) +
    25 * wave(-0.15, 0.4, 1) +
    20 * wave(0.9, -0.7, 2) +
    12 * wave(1.7, 1.3, 3)
  );
}

/** Writes a folder of 8-bit PNG pictures, `0000.png` on; returns it. */
export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (const [k, picture] of pictures.entries())
    writeFileSync(join(folder, `${String(k).padStart(4, '0')}.png`), await encodePng(picture, 8));
  return folder;
}

/**
 * Writes constant flow with masks that call it certain in the named columns, from each frame up to `last` to the one
 * `distance` before.
 */
export function writeFlow(
  folder: string,
  last: number,
  [u, v]: readonly [number, number],
  certain: (x: number) => boolean = () => true,
  distance = 1,
): string {
  mkdirSync(folder, { recursive: true });
  const flow = createFlowField(SIZE.width, SIZE.height);
  flow.u.fill(u);
  flow.v.fill(v);
  const mask = Buffer.alloc(SIZE.width * SIZE.height);
  for (let p = 0; p < mask.length; p++) mask[p] = certain(p % SIZE.width) ? 255 : 0;
  for (let j = 1 + distance; j <= last + 1; j++) {
    writeFileSync(join(folder, `backward_${j}_${j - distance}.flo`), encodeFlo(flow));
    writeFileSync(
      join(folder, `reliable_${j}_${j - distance}.pgm`),
      Buffer.concat([Buffer.from(`P5\n${SIZE.width} ${SIZE.height}\n255\n`), mask]),
    );
  }
  return folder;
}
