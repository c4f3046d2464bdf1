// What single scenes are judged by: the thing that comes back, and the band that a pan uncovers.
import { temporalError } from '../../dist/temporal/consistency.js';
import { warpPicture } from '../../dist/temporal/warp.js';
import { layersOf, motionBetween } from '../scenes/compose.mjs';

/** In `pole`: the last frame before the thing touches the pole, and the first after it has left it. */
const BEFORE = 5;
const AFTER = 18;
const THING_LAYER = 1;

/**
 * How much a thing that was hidden looks as it did before: its paint in every frame from `AFTER` on against frame
 * `BEFORE`, by the exact motion.
 *
 * @returns `square`: mean square difference, colours 0..1. `correlation`: of what painting added to the source, so that
 *   the thing's own pattern counts for nothing: 1 for the same paint, 0 for paint that has nothing to do with it.
 */
export function likeness(scene, painted, sources) {
  const added = (frame) => ({
    ...painted[frame],
    data: painted[frame].data.map((v, i) => v - sources[frame].data[i]),
  });
  const old = added(BEFORE);
  const sums = { square: 0, correlation: 0 };
  for (let frame = AFTER; frame < scene.frames; frame++) {
    const { flow, certain } = motionBetween(scene, frame, BEFORE);
    const { seen } = layersOf(scene, frame);
    const mask = { ...certain, data: certain.data.map((c, p) => (seen[p] === THING_LAYER ? c : 0)) };
    sums.square += temporalError(painted[frame], painted[BEFORE], flow, mask).certain;
    sums.correlation += correlation(added(frame).data, warpPicture(old, flow).picture.data, mask.data);
  }
  const count = scene.frames - AFTER;
  return { square: sums.square / count, correlation: sums.correlation / count };
}

/** Pearson's, of the samples of all channels where the mask is set. */
function correlation(a, b, mask) {
  const at = Array.from(a.keys()).filter((i) => mask[i % mask.length] > 0);
  const mean = (data) => at.reduce((sum, i) => sum + data[i], 0) / at.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const i of at) {
    const [da, db] = [a[i] - meanA, b[i] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Width of the strips that a frame of `pan` is cut into, px: what the last six frames have uncovered. */
export const STRIP = 24;
const STRIP_AGE = 6;

export function strip({ width, height, data }, left) {
  const cut = new Float32Array(3 * STRIP * height);
  for (let row = 0; row < 3 * height; row++)
    cut.set(data.subarray(row * width + left, row * width + left + STRIP), row * STRIP);
  return { width: STRIP, height, data: cut };
}

/**
 * The band at the right edge of `pan`, which was not in the frame `STRIP_AGE` frames ago, beside strips of equal size.
 *
 * @param styleOf Style energy of a strip.
 * @returns `style`: the band's style energy over the mean of the others'. `error`: temporal error at distance 1 over
 *   certain pixels of the band.
 */
export async function uncoveredBand(scene, painted, sources, styleOf) {
  const lefts = Array.from({ length: Math.floor(scene.width / STRIP) - 1 }, (_, k) => k * STRIP);
  const band = scene.width - STRIP;
  let [young, old, error, count] = [0, 0, 0, 0];
  for (let frame = STRIP_AGE; frame < scene.frames; frame++) {
    const energy = (left) => styleOf(strip(painted[frame], left), strip(sources[frame], left));
    young += await energy(band);
    for (const left of lefts) old += (await energy(left)) / lefts.length;
    const { flow, certain } = motionBetween(scene, frame, frame - 1);
    const mask = { ...certain, data: certain.data.map((c, p) => (p % scene.width >= band ? c : 0)) };
    error += temporalError(painted[frame], painted[frame - 1], flow, mask).certain;
    count++;
  }
  return { style: young / old, error: error / count };
}
