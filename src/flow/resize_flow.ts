import type { Plane } from '../picture.js';
import type { FlowField } from './flow_field.js';

/**
 * A plane `[H,W]` at another size: bilinear between pixel centres where it grows, the mean over the pixels that fall
 * into one where it shrinks (triangle kernel), so values never leave their range.
 */
export function resizePlane(plane: Plane, width: number, height: number): Plane {
  if (plane.width === width && plane.height === height) return plane;
  const rows = new Float32Array(width * plane.height);
  const across = taps(plane.width, width);
  for (let y = 0; y < plane.height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const { at, weight } of across[x]) sum += weight * plane.data[y * plane.width + at];
      rows[y * width + x] = sum;
    }
  const data = new Float32Array(width * height);
  const down = taps(plane.height, height);
  for (let y = 0; y < height; y++)
    for (const { at, weight } of down[y])
      for (let x = 0; x < width; x++) data[y * width + x] += weight * rows[at * width + x];
  return { width, height, data };
}

/** A flow at another size: both components resampled, and scaled as their axes are, since they count pixels. */
export function resizeFlow(flow: FlowField, width: number, height: number): FlowField {
  if (flow.width === width && flow.height === height) return flow;
  const component = (data: Float32Array, scale: number) =>
    resizePlane({ width: flow.width, height: flow.height, data }, width, height).data.map((v) => v * scale);
  return {
    width,
    height,
    u: component(flow.u, width / flow.width),
    v: component(flow.v, height / flow.height),
  };
}

/** For each output sample the input samples it is made of, weights summing to 1. */
function taps(from: number, to: number): { at: number; weight: number }[][] {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const begin = Math.max(0, Math.floor(centre - reach) + 1);
    const end = Math.min(from - 1, Math.ceil(centre + reach) - 1);
    const at = Array.from({ length: end - begin + 1 }, (_, k) => begin + k);
    const weights = at.map((k) => 1 - Math.abs(k - centre) / reach);
    const sum = weights.reduce((a, b) => a + b);
    return at.map((k, n) => ({ at: k, weight: weights[n] / sum }));
  });
}
