// Draws layered scenes whose motion is known exactly: textured layers, each with its shape and its motion.

/**
 * @typedef {object} Layer
 * @property {{ width: number, height: number, data: Float32Array }} texture planar RGB, 0..255
 * @property {(x: number, y: number) => number} [inside] signed distance to the outline at rest, px, positive
 *   inside; none: everywhere
 * @property {{ x?: number, y?: number, rotate?: number, zoom?: number, about?: [number, number] }} move
 *   what happens to the layer from the first frame to the second: px, degrees, factor, about a point
 */

/** The affine map [a, b, c, d, e, f] of a layer at time t: (x, y) at rest → (ax + by + c, dx + ey + f). */
function mapAt({ x = 0, y = 0, rotate = 0, zoom = 1, about: [cx, cy] = [0, 0] }, t) {
  const angle = (t * rotate * Math.PI) / 180;
  const scale = zoom ** t;
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return [cos, -sin, cx - cos * cx + sin * cy + t * x, sin, cos, cy - sin * cx - cos * cy + t * y];
}

function inverse([a, b, c, d, e, f]) {
  const det = a * e - b * d;
  return [e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det];
}

const apply = ([a, b, c, d, e, f], x, y) => [a * x + b * y + c, d * x + e * y + f];

/** Coverage 0..1 of a pixel whose distance to the outline is known. */
const coverage = (distance) => Math.min(1, Math.max(0, distance + 0.5));

/** Where a mirrored line of n samples is read for position i. */
function mirror(i, n) {
  const m = ((i % (2 * n)) + 2 * n) % (2 * n);
  return m < n ? m : 2 * n - 1 - m;
}

/** Weights of the four samples around a fraction (Keys 1981, a = −½). */
const cubic = (f) => [
  ((-0.5 * f + 1) * f - 0.5) * f,
  (1.5 * f - 2.5) * f * f + 1,
  ((-1.5 * f + 2) * f + 0.5) * f,
  (0.5 * f - 0.5) * f * f,
];

/** Adds `share` of the texture's colour at (x, y), bicubic, mirrored past its border, to the colour. */
function addColour({ width, height, data }, x, y, share, colour) {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [wx, wy] = [cubic(x - x0), cubic(y - y0)];
  for (let j = 0; j < 4; j++) {
    const row = mirror(y0 - 1 + j, height) * width;
    for (let i = 0; i < 4; i++) {
      const weight = share * wx[i] * wy[j];
      const at = row + mirror(x0 - 1 + i, width);
      for (let c = 0; c < 3; c++) colour[c] += weight * data[c * width * height + at];
    }
  }
}

/** The layers at time t, the last on top; `colour` takes planar RGB sums, so that instants can be averaged. */
function addInstant(layers, t, share, { width, height, data }) {
  const back = layers.map((layer) => inverse(mapAt(layer.move, t)));
  const n = width * height;
  const colour = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      colour.fill(0);
      for (let k = layers.length - 1, left = share; k >= 0 && left > 0; k--) {
        const [sx, sy] = apply(back[k], x, y);
        const covered = left * (layers[k].inside ? coverage(layers[k].inside(sx, sy)) : 1);
        if (covered === 0) continue;
        addColour(layers[k].texture, sx, sy, covered, colour);
        left -= covered;
      }
      for (let c = 0; c < 3; c++) data[c * n + y * width + x] += colour[c];
    }
  }
}

/**
 * A frame at time t, planar RGB, the shutter open from t − shutter/2 to t + shutter/2: the mean of as many
 * instants as the fastest layer needs to move by a pixel or less between two.
 */
export function drawFrame(layers, t, shutter, width, height) {
  const reach = Math.max(
    ...layers.map((layer) => {
      const [from, to] = [mapAt(layer.move, t - shutter / 2), mapAt(layer.move, t + shutter / 2)];
      return Math.max(
        ...[0, width].flatMap((x) =>
          [0, height].map((y) => {
            const [a, b] = [apply(from, x, y), apply(to, x, y)];
            return Math.hypot(a[0] - b[0], a[1] - b[1]);
          }),
        ),
      );
    }),
  );
  const instants = Math.max(1, Math.ceil(reach) + 1);
  const frame = { width, height, data: new Float32Array(3 * width * height) };
  for (let i = 0; i < instants; i++) {
    addInstant(layers, t + shutter * ((i + 0.5) / instants - 0.5), 1 / instants, frame);
  }
  return frame;
}

/** Which layer is on top at every pixel at time t: the last whose outline holds the pixel's centre. */
function topLayers(layers, t, width, height) {
  const back = layers.map((layer) => inverse(mapAt(layer.move, t)));
  const holds = (k, x, y) => !layers[k].inside || layers[k].inside(...apply(back[k], x, y)) > 0;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    let k = layers.length - 1;
    while (!holds(k, i % width, Math.floor(i / width))) k--;
    return k;
  });
}

/**
 * The true flow from time `from` to time `to`, and where it is occluded (255): the pixel it leads to shows
 * another layer, or lies outside the frame.
 */
export function trueFlow(layers, from, to, width, height) {
  const here = topLayers(layers, from, width, height);
  const there = topLayers(layers, to, width, height);
  const back = layers.map((layer) => inverse(mapAt(layer.move, from)));
  const forth = layers.map((layer) => mapAt(layer.move, to));
  const n = width * height;
  const [u, v, occluded] = [new Float32Array(n), new Float32Array(n), new Uint8Array(n)];
  for (let i = 0; i < n; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [tx, ty] = apply(forth[here[i]], ...apply(back[here[i]], x, y));
    [u[i], v[i]] = [tx - x, ty - y];
    const [px, py] = [Math.round(tx), Math.round(ty)];
    const seen = px >= 0 && py >= 0 && px < width && py < height && there[py * width + px] === here[i];
    if (!seen) occluded[i] = 255;
  }
  return { flow: { width, height, u, v }, occluded };
}
