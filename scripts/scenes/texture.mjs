// What the layers of a scene are covered with: pictures known at every point, `sample(x, y)` → [R, G, B], 0..255.
import { randomNumbers } from '../../dist/nst/noise.js';

/**
 * A picture between its pixels by Keys's cubic (1981, a = −½), mirrored beyond its edges, so that a layer moved by a
 * fraction of a pixel keeps its sharpness better than under bilinear interpolation.
 */
export function pictureTexture({ width, height, data }) {
  const plane = width * height;
  return (x, y) => {
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const across = keys(x - x0);
    const down = keys(y - y0);
    const colour = [0, 0, 0];
    for (let l = 0; l < 4; l++) {
      const row = mirrored(y0 - 1 + l, height) * width;
      for (let k = 0; k < 4; k++) {
        const weight = down[l] * across[k];
        const i = row + mirrored(x0 - 1 + k, width);
        colour[0] += weight * data[i];
        colour[1] += weight * data[i + plane];
        colour[2] += weight * data[i + 2 * plane];
      }
    }
    return colour;
  };
}

const keys = (t) => [
  ((-0.5 * t + 1) * t - 0.5) * t,
  (1.5 * t - 2.5) * t * t + 1,
  ((-1.5 * t + 2) * t + 0.5) * t,
  (0.5 * t - 0.5) * t * t,
];

function mirrored(i, n) {
  if (i >= 0 && i < n) return i;
  const k = ((i % (2 * n)) + 2 * n) % (2 * n);
  return k < n ? k : 2 * n - 1 - k;
}

/** Radii of leaves, px. */
const [SMALLEST, LARGEST] = [1.5, 12];

/**
 * Dead leaves: discs that lie on one another, their radii by the power law r⁻³, which gives a picture the statistics
 * of natural ones in edges and spectrum (Lee, Mumford & Huang 2001). Soft edges of one pixel.
 *
 * @param colours What leaves are coloured with, [R, G, B] each.
 */
export function deadLeaves(width, height, colours, seed) {
  const random = randomNumbers(seed);
  const data = new Float32Array(3 * width * height);
  for (let count = 1.5 * width * height; count > 0; count--) {
    // The inverse of the distribution function of r⁻³ between the two radii.
    const [a, b] = [SMALLEST ** -2, LARGEST ** -2];
    const radius = (a - random() * (a - b)) ** -0.5;
    const leaf = { radius, x: width * random(), y: height * random() };
    const shade = 0.75 + 0.5 * random();
    const colour = colours[Math.floor(random() * colours.length)].map((v) => Math.min(255, v * shade));
    layLeaf(data, width, height, leaf, colour);
  }
  return { width, height, data };
}

function layLeaf(data, width, height, { radius, x, y }, colour) {
  const reach = radius + 1;
  for (let row = Math.max(0, Math.ceil(y - reach)); row < Math.min(height, y + reach); row++)
    for (let column = Math.max(0, Math.ceil(x - reach)); column < Math.min(width, x + reach); column++) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(column - x, row - y)));
      for (let c = 0, i = row * width + column; c < 3; c++, i += width * height)
        data[i] += cover * (colour[c] - data[i]);
    }
}
