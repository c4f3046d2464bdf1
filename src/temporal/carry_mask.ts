import type { FlowField } from '../flow/flow_field.js';
import type { Picture, Plane } from '../picture.js';
import { longTermCertainties } from './long_term.js';
import { warpPlaneSharp } from './warp.js';

/**
 * Where a filling looks, as rings around a pixel: every pixel near by, then every second and every fourth one, each of
 * which stands for those between. A place farther from all that is certain is reached in several rounds.
 */
const RINGS = [
  { reach: 4, step: 1 },
  { reach: 12, step: 2 },
  { reach: 28, step: 4 },
] as const;
/** Distance from which on a pixel counts less, px. */
const NEAR = 4;
/** Deviation of the colours that count as one thing, grey levels per channel: above grain, below most edges. */
const ALIKE = 10;
/** What a pixel of quite another colour counts beside one of the same: enough to decide where nothing is alike. */
const UNLIKE = 1e-4;
/** How certain a filled pixel is, and what is added to a doubtful one with every frame. */
const FILLED = 0.1;

/** A mask, and how far it is known: 1 where it was given or carried without a doubt, `[H,W]` each, 0..1. */
export interface CarriedMask {
  readonly mask: Plane;
  readonly certainty: Plane;
}

/** A frame that a mask is known of, before or after the one in question. */
export interface MaskedNeighbour extends CarriedMask {
  /** From the frame in question to that one, px; and how far it can be trusted, 0..1. */
  readonly motion: { readonly flow: FlowField; readonly certainty: Plane };
}

/**
 * The mask of a frame, made of those of its neighbours: Σ_j c_long^j·(mask_j ∘ flow_j) + (1 − Σ_j c_long^j)·filling,
 * with the certainties of Ruder et al. 2016, section 4.3; c^j is that of the flow times that of the mask carried.
 *
 * Where nothing is certain, where something was uncovered or came into the frame and along the edges of what moves,
 * each pixel takes the mean of the certain ones around it, near ones and those of its own colour first: a cross
 * bilateral filter (Tomasi & Manduchi 1998; Eisemann & Durand 2004). What comes to light beside a thing in a mask then
 * belongs to the thing or to what is behind it by its looks, and the mask's edge stays on the film's. Such a pixel is
 * certain only little by little, frame after frame, so that a farther neighbour that knows better is still heard.
 *
 * The warp is the sharp one: masks are carried from frame to frame, and bilinear interpolation would soften their
 * edges with every step.
 *
 * @param neighbours At least one, nearest first.
 * @param frame The film's frame, `[3,H,W]`, 0..255.
 * @throws RangeError where there is no neighbour, or sizes differ.
 */
export function carryMask(neighbours: readonly MaskedNeighbour[], frame: Picture): CarriedMask {
  const { width, height } = frame;
  requireOneSize(neighbours, frame);
  const shares = longTermCertainties(neighbours.map(carriedCertainty));
  const certain = new Float32Array(width * height);
  const known = new Float32Array(width * height);
  neighbours.forEach(({ mask, motion }, j) => {
    const warped = warpPlaneSharp(mask, motion.flow).data;
    const share = shares[j].data;
    for (let p = 0; p < known.length; p++) {
      known[p] += share[p] * clip(warped[p]);
      certain[p] += share[p];
    }
  });
  const filling = fill(known, certain, frame);
  const mask = known.map((v, p) => clip(v + (1 - certain[p]) * filling[p]));
  const certainty = certain.map((c) => clip(c + (1 - c) * FILLED));
  return { mask: { width, height, data: mask }, certainty: { width, height, data: certainty } };
}

function carriedCertainty({ certainty, motion }: MaskedNeighbour): Plane {
  const { width, height } = certainty;
  const warped = warpPlaneSharp(certainty, motion.flow).data;
  return { width, height, data: warped.map((c, p) => clip(c) * motion.certainty.data[p]) };
}

function requireOneSize(neighbours: readonly MaskedNeighbour[], { width, height }: Picture): void {
  if (neighbours.length === 0) throw new RangeError('mask: expected a neighbour, found none');
  for (const { mask, certainty, motion } of neighbours)
    for (const found of [mask, certainty, motion.flow, motion.certainty])
      if (found.width !== width || found.height !== height)
        throw new RangeError(
          `mask: expected ${width}x${height} pixels, found ${found.width}x${found.height}`,
        );
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * What uncertain pixels take from those around; 0 where nothing is certain anywhere.
 * @param known Certainty times value.
 */
function fill(known: Float32Array, certain: Float32Array, frame: Picture): Float32Array {
  const trust = certain.map((c) => (c < FILLED ? 0 : c));
  const values = known.map((v, p) => (trust[p] > 0 ? v / trust[p] : 0));
  const filling = new Float32Array(known.length);
  let left = [...certain.keys()].filter((p) => certain[p] < 1);
  while (left.length > 0) {
    const all = spans(values, trust, frame);
    const found = left.map((p) => all(p) ?? meanAround(p, values, trust, frame));
    const next = left.filter((_, k) => found[k] === undefined);
    if (next.length === left.length) break;
    left.forEach((p, k) => {
      const value = found[k];
      if (value === undefined) return;
      filling[p] = value;
      if (trust[p] > 0) return;
      // Those farther in take from it in the next round, which a certain pixel in reach outweighs.
      values[p] = value;
      trust[p] = FILLED;
    });
    left = next;
  }
  return filling;
}

/** Side of the blocks that are looked at together, px, and how many of them a filling sees at most each way. */
const BLOCK = 8;
const BLOCKS_SEEN = Math.ceil(RINGS[RINGS.length - 1].reach / BLOCK);
/** Values that differ by less are one. */
const ONE_VALUE = 1e-3;

/**
 * Tells the one value that all trusted pixels have wherever a filling might look from `p`; undefined where they have
 * several. Most of a frame is far from any edge of its mask.
 */
function spans(
  values: Float32Array,
  trust: Float32Array,
  { width, height }: Picture,
): (p: number) => number | undefined {
  const [across, down] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)];
  const blockOf = (p: number) =>
    Math.floor(Math.floor(p / width) / BLOCK) * across + Math.floor((p % width) / BLOCK);
  const least = new Float32Array(across * down).fill(Number.POSITIVE_INFINITY);
  const most = new Float32Array(across * down).fill(Number.NEGATIVE_INFINITY);
  for (let p = 0; p < values.length; p++) {
    if (trust[p] === 0) continue;
    const b = blockOf(p);
    least[b] = Math.min(least[b], values[p]);
    most[b] = Math.max(most[b], values[p]);
  }
  const seen = new Float32Array(across * down).fill(Number.NaN);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let v = Math.max(0, y - BLOCKS_SEEN); v <= Math.min(down - 1, y + BLOCKS_SEEN); v++)
        for (let u = Math.max(0, x - BLOCKS_SEEN); u <= Math.min(across - 1, x + BLOCKS_SEEN); u++) {
          low = Math.min(low, least[v * across + u]);
          high = Math.max(high, most[v * across + u]);
        }
      if (high - low < ONE_VALUE) seen[y * across + x] = low;
    }
  return (p) => {
    const value = seen[blockOf(p)];
    return Number.isNaN(value) ? undefined : value;
  };
}

/** The mean of the trusted pixels around `p`, by distance and likeness; undefined where there is none. */
function meanAround(
  p: number,
  values: Float32Array,
  trust: Float32Array,
  { width, height, data }: Picture,
): number | undefined {
  const n = width * height;
  const [x, y] = [p % width, Math.floor(p / width)];
  let [sum, weight] = [0, 0];
  for (const { dx, dy, near } of PLACES) {
    const [u, v] = [x + dx, y + dy];
    if (u < 0 || v < 0 || u >= width || v >= height) continue;
    const q = v * width + u;
    if (trust[q] === 0) continue;
    let difference = 0;
    for (let c = 0; c < 3 * n; c += n) difference += (data[c + q] - data[c + p]) ** 2;
    const counts = trust[q] * near * (Math.exp(-difference / (6 * ALIKE ** 2)) + UNLIKE);
    sum += counts * values[q];
    weight += counts;
  }
  return weight > 0 ? sum / weight : undefined;
}

/** The places of the rings, each with its weight. */
const PLACES = RINGS.flatMap(({ reach, step }, ring) => {
  const inner = ring > 0 ? RINGS[ring - 1].reach : 0;
  const places: { dx: number; dy: number; near: number }[] = [];
  for (let dy = -reach; dy <= reach; dy += step)
    for (let dx = -reach; dx <= reach; dx += step) {
      if (Math.max(Math.abs(dx), Math.abs(dy)) <= inner) continue;
      places.push({ dx, dy, near: (step / (1 + (dx * dx + dy * dy) / NEAR ** 2)) ** 2 });
    }
  return places;
});
