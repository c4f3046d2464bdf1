import { createPicture, type Picture, type Plane } from '../../picture.js';

/** Black, purple, red, orange, pale yellow: lightness rises evenly, so the scale reads in grey too. */
const STOPS = [
  [0, 0, 4],
  [66, 10, 104],
  [147, 38, 103],
  [221, 81, 58],
  [252, 165, 10],
  [252, 255, 164],
] as const;

/** Height of the scale below a map, and of the white between them, px. */
const BAR = 10;
const GAP = 4;

/** The colour of a share 0..1 of the full scale, r, g, b 0..255; beyond both ends as at them. */
export function scaleColour(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  const mix = (c: 0 | 1 | 2) => STOPS[low][c] + (at - low) * (STOPS[low + 1][c] - STOPS[low][c]);
  return [mix(0), mix(1), mix(2)];
}

/** A plane as colours, the brightest at `full`, with the scale itself below, from 0 at the left to `full`. */
export function scaledPicture({ width, height, data }: Plane, full: number): Picture {
  const picture = createPicture(width, height + GAP + BAR);
  picture.data.fill(255);
  const n = picture.width * picture.height;
  const paint = (p: number, share: number) => {
    const colour = scaleColour(share);
    for (let c = 0; c < 3; c++) picture.data[c * n + p] = colour[c];
  };
  for (let p = 0; p < width * height; p++) paint(p, full > 0 ? data[p] / full : 0);
  for (let y = height + GAP; y < picture.height; y++)
    for (let x = 0; x < width; x++) paint(y * width + x, (x + 0.5) / width);
  return picture;
}
