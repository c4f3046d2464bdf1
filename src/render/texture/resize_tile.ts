import { resizePicture } from '../../frames/resize.js';
import { createPicture, type Picture } from '../../picture.js';

/** Pixels of the other side that an enlarged edge is interpolated from: as far as the kernel reaches. */
const MARGIN = 8;

/**
 * A picture that is laid side by side with itself, in another size: what lies beyond an edge is its other side.
 * Sizes that differ by less than a pixel over the margin fall on the same grid only nearly; a minimisation follows.
 */
export function resizeTile(picture: Picture, width: number, height: number): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const scale = { x: width / picture.width, y: height / picture.height };
  const margin = { x: Math.round(MARGIN * scale.x), y: Math.round(MARGIN * scale.y) };
  const grown = window(picture, -MARGIN, -MARGIN, picture.width + 2 * MARGIN, picture.height + 2 * MARGIN);
  const resized = resizePicture(grown, width + 2 * margin.x, height + 2 * margin.y);
  return window(resized, margin.x, margin.y, width, height);
}

/** The part of an endless tiling by `picture` that begins at (left, top). */
function window(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const out = createPicture(width, height);
  const within = (place: number, extent: number) => ((place % extent) + extent) % extent;
  for (let plane = 0; plane < 3; plane++)
    for (let y = 0; y < height; y++) {
      const row = (plane * picture.height + within(top + y, picture.height)) * picture.width;
      const to = (plane * height + y) * width;
      for (let x = 0; x < width; x++) out.data[to + x] = picture.data[row + within(left + x, picture.width)];
    }
  return out;
}
