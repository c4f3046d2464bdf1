// Frames of layers that move, and the exact motion between any two of them.
import { createFlowField } from '../../dist/flow/flow_field.js';
import { createPicture } from '../../dist/picture.js';
import { withGrain } from './grain.mjs';

/**
 * @typedef {object} Layer
 * @property {(x: number, y: number) => number[]} texture colour at a point of the layer
 * @property {(x: number, y: number) => boolean} covers whether the layer is there
 * @property {(frame: number) => {scale: number, x: number, y: number}} place where it stands: its point q is at
 *   scale·q + (x, y) of the frame, px
 *
 * @typedef {object} Scene
 * @property {string} name
 * @property {number} width
 * @property {number} height
 * @property {number} frames
 * @property {Layer[]} layers from back to front; the first covers everything
 * @property {number} grain standard deviation of the grain, grey levels
 * @property {number} seed of the grain
 */

/** Points a pixel is the mean of, each way: edges are smooth, and no fine detail flickers as it moves. */
const POINTS = 4;
const OFFSETS = Array.from({ length: POINTS }, (_, k) => (k + 0.5) / POINTS - 0.5);

const into = ({ scale, x, y }, px, py) => [(px - x) / scale, (py - y) / scale];

/** The places of all layers in a frame. */
const placesOf = (scene, frame) => scene.layers.map((layer) => layer.place(frame));

/** The layer that is seen at a point of a frame. */
function seenAt({ layers }, places, px, py) {
  for (let k = layers.length - 1; k > 0; k--) if (layers[k].covers(...into(places[k], px, py))) return k;
  return 0;
}

/** Frame `frame` of a scene, `[3,H,W]`, 0..255. */
export function renderScene(scene, frame) {
  const { width, height, layers, grain } = scene;
  const places = placesOf(scene, frame);
  const picture = createPicture(width, height);
  const n = width * height;
  for (let p = 0; p < n; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    for (const dy of OFFSETS)
      for (const dx of OFFSETS) {
        const seen = seenAt(scene, places, x + dx, y + dy);
        const colour = layers[seen].texture(...into(places[seen], x + dx, y + dy));
        for (let c = 0; c < 3; c++) picture.data[c * n + p] += colour[c] / POINTS ** 2;
      }
  }
  return withGrain(picture, grain, scene.seed * 1000 + frame);
}

/** For each pixel of a frame the layer at its centre, and whether nothing else is in the pixel; `[H,W]`. */
export function layersOf(scene, frame) {
  const { width, height } = scene;
  const places = placesOf(scene, frame);
  const seen = new Uint8Array(width * height);
  const pure = new Uint8Array(width * height).fill(1);
  if (scene.layers.length === 1) return { seen, pure };
  for (let p = 0; p < seen.length; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    seen[p] = seenAt(scene, places, x, y);
    pure[p] = OFFSETS.every((dy) => OFFSETS.every((dx) => seenAt(scene, places, x + dx, y + dy) === seen[p]))
      ? 1
      : 0;
  }
  return { seen, pure };
}

/**
 * The exact motion from frame `from` to frame `to`, which need not be neighbours, by the motion of the layers.
 *
 * @returns `flow`, px, of every pixel; `occluded`: 1 where frame `to` does not show the point, which is covered or
 *   outside; `certain`: 1 where it is shown and neither the pixel nor those it is interpolated from hold an edge of
 *   a layer: there a warped frame is the other one, but for interpolation.
 */
export function motionBetween(scene, from, to) {
  const { width, height } = scene;
  const [here, there] = [placesOf(scene, from), placesOf(scene, to)];
  const [source, target] = [layersOf(scene, from), layersOf(scene, to)];
  const flow = createFlowField(width, height);
  const occluded = new Float32Array(width * height);
  const certain = new Float32Array(width * height);
  for (let p = 0; p < occluded.length; p++) {
    const [x, y] = [p % width, Math.floor(p / width)];
    const k = source.seen[p];
    const [qx, qy] = into(here[k], x, y);
    const tx = there[k].scale * qx + there[k].x;
    const ty = there[k].scale * qy + there[k].y;
    flow.u[p] = tx - x;
    flow.v[p] = ty - y;
    const inside = tx >= 0 && ty >= 0 && tx <= width - 1 && ty <= height - 1;
    if (!inside || seenAt(scene, there, tx, ty) !== k) {
      occluded[p] = 1;
      continue;
    }
    const pure = corners(tx, ty, width, height).every((i) => target.pure[i] && target.seen[i] === k);
    certain[p] = pure && source.pure[p] ? 1 : 0;
  }
  const plane = (data) => ({ width, height, data });
  return { flow, occluded: plane(occluded), certain: plane(certain) };
}

/** The four pixels around a point. */
function corners(x, y, width, height) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  return [top * width + left, top * width + right, bottom * width + left, bottom * width + right];
}
