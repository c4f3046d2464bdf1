import { createPicture, type Picture } from '../../picture.js';

/** Pixels of a frame that speak for its colours: 4096 tell a mean to a hundredth of the deviation and less. */
const PIXELS = 4096;

/** From this on a pixel counts as part of the picture. */
const OPAQUE = 0.5;

/** Pixels of a picture on an even grid, in one row; of what is transparent none, unless all is. */
export function samplePixels(picture: Picture): Picture {
  const { width, height, data, alpha } = picture;
  const step = Math.max(1, Math.sqrt((width * height) / PIXELS));
  const grid: number[] = [];
  for (let y = step / 2; y < height; y += step)
    for (let x = step / 2; x < width; x += step) grid.push(Math.floor(y) * width + Math.floor(x));
  const opaque = alpha ? grid.filter((i) => alpha[i] >= OPAQUE) : grid;
  const chosen = opaque.length > 0 ? opaque : grid;
  const row = createPicture(chosen.length, 1);
  for (let c = 0; c < 3; c++)
    for (let k = 0; k < chosen.length; k++)
      row.data[c * chosen.length + k] = data[c * width * height + chosen[k]];
  return row;
}

/** All pixels of pictures, in one row. */
export function joinPixels(pictures: readonly Picture[]): Picture {
  const sizes = pictures.map(({ width, height }) => width * height);
  const row = createPicture(
    sizes.reduce((a, b) => a + b, 0),
    1,
  );
  let at = 0;
  pictures.forEach(({ data }, p) => {
    for (let c = 0; c < 3; c++)
      row.data.set(data.subarray(c * sizes[p], (c + 1) * sizes[p]), c * row.width + at);
    at += sizes[p];
  });
  return row;
}

/** Some of many frames, evenly over all: the first and the last among them. */
export function spread(frames: readonly number[], most: number): number[] {
  if (frames.length <= most) return [...frames];
  return Array.from({ length: most }, (_, k) => frames[Math.round((k * (frames.length - 1)) / (most - 1))]);
}
