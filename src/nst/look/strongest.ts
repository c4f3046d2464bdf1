import type { Block } from './neuron.js';

/** A neuron of one channel that answers strongly. */
export interface Peak {
  /** Column and row in the layer. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** The strongest neuron within a block of each channel of responses `[K,h,w]`, the earliest of equals. */
export function strongestPlaces(
  responses: Float32Array,
  width: number,
  height: number,
  { left, right, top, bottom }: Block,
): Peak[] {
  const area = width * height;
  return Array.from({ length: responses.length / area }, (_, k) => {
    let [x, y] = [left, top];
    const at = (u: number, v: number) => responses[k * area + v * width + u];
    for (let v = top; v < bottom; v++)
      for (let u = left; u < right; u++) if (at(u, v) > at(x, y)) [x, y] = [u, v];
    return { x, y, value: at(x, y) };
  });
}

/**
 * The strongest neurons within a block of one channel `[h,w]`, at most `count`, strongest first, of which no two are
 * nearer than `apart` both across and down: those between see much the same. Values of 0 and less do not count, nor those
 * up to `above`.
 */
export function peaks(
  plane: Float32Array,
  width: number,
  { left, right, top, bottom }: Block,
  { count, apart, above = 0 }: { readonly count: number; readonly apart: number; readonly above?: number },
): Peak[] {
  const taken = new Uint8Array(plane.length);
  const found: Peak[] = [];
  while (found.length < count) {
    let [x, y] = [-1, -1];
    let value = Math.max(0, above);
    for (let v = top; v < bottom; v++) {
      for (let u = left; u < right; u++) {
        const i = v * width + u;
        if (taken[i] || !(plane[i] > value)) continue;
        [x, y, value] = [u, v, plane[i]];
      }
    }
    if (x < 0) break;
    found.push({ x, y, value });
    for (let v = Math.max(top, y - apart + 1); v < Math.min(bottom, y + apart); v++)
      taken.fill(1, v * width + Math.max(left, x - apart + 1), v * width + Math.min(right, x + apart));
  }
  return found;
}

/** Places of the largest values, largest first, the earlier of equals first. */
export function largestFirst(values: readonly number[], count: number): number[] {
  const places = values.map((_, i) => i);
  return places.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
