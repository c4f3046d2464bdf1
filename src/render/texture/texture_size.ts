import { invalidArgument } from '../../error.js';
import { ladder, type Size } from '../paint/coarse_to_fine.js';

/** Sides of a texture whose edges meet are whole multiples of this: four poolings halve them. */
export const TILE = 16;

/** Sides of a texture, px. */
const SIDES = { least: 16, most: 16384 } as const;

/**
 * `1024x512`, or one number for a square.
 * @throws NstError usage INVALID_ARGUMENT; for a seamless texture also where its sides are no multiples of 16.
 */
export function textureSize(found: number | string, seamless: boolean): Size {
  const [, width, height = width] = /^\s*(\d{1,6})(?:\s*[x×]\s*(\d{1,6}))?\s*$/.exec(String(found)) ?? [];
  const sides = [Number(width), Number(height)];
  if (!sides.every((side) => side >= SIDES.least && side <= SIDES.most)) {
    const bounds = `each side from ${SIDES.least} to ${SIDES.most}`;
    throw invalidArgument('--size', `width and height such as 1024x512, or one number, ${bounds}`, found);
  }
  const whole = sides.map(tiled);
  if (seamless && whole.some((side, i) => side !== sides[i]))
    throw invalidArgument(
      '--size',
      `sides that are multiples of ${TILE} for --seamless, such as ${whole.join('x')}`,
      found,
    );
  return { width: sides[0], height: sides[1] };
}

const tiled = (side: number): number => Math.max(TILE, TILE * Math.round(side / TILE));

/** The sizes a texture is painted at, the last its own; all sides multiples of 16 where its edges are to meet. */
export function textureLadder(size: Size, coarsest: number, seamless: boolean): Size[] {
  const sizes = ladder(size, coarsest);
  if (!seamless) return sizes;
  const whole = sizes.map(({ width, height }) => ({ width: tiled(width), height: tiled(height) }));
  return whole.filter((one, i) => i === whole.length - 1 || one.width < whole[i + 1].width);
}

/** How much smaller a painting is seen than it is: its own size unless that is more than the texture's area. */
export function textureScale(painting: Size, texture: Size): number {
  return Math.min(1, Math.sqrt((texture.width * texture.height) / (painting.width * painting.height)));
}
