import { createPicture, type Picture } from '../picture.js';
import { createFlowField, type FlowField, isKnown } from './flow_field.js';

/**
 * Hues of the Middlebury colour wheel (Baker et al. 2011, fig. 7): red, yellow, green, cyan, blue,
 * magenta, and how many steps of the wheel lead from each to the next; the eye tells reds and yellows
 * apart better than greens.
 */
const CORNERS = [
  { rgb: [255, 0, 0], steps: 15 },
  { rgb: [255, 255, 0], steps: 6 },
  { rgb: [0, 255, 0], steps: 4 },
  { rgb: [0, 255, 255], steps: 11 },
  { rgb: [0, 0, 255], steps: 13 },
  { rgb: [255, 0, 255], steps: 6 },
] as const;

const WHEEL: readonly number[][] = CORNERS.flatMap(({ rgb, steps }, k) => {
  const next = CORNERS[(k + 1) % CORNERS.length].rgb;
  return Array.from({ length: steps }, (_, s) => rgb.map((from, c) => from + ((next[c] - from) * s) / steps));
});

/** The 99th percentile of the known vectors' lengths, px, and at least 1: the default full saturation. */
export function flowRange(flow: FlowField): number {
  const lengths: number[] = [];
  for (let i = 0; i < flow.u.length; i++)
    if (isKnown(flow, i)) lengths.push(Math.hypot(flow.u[i], flow.v[i]));
  const sorted = Float32Array.from(lengths).sort();
  return Math.max(1, sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 1);
}

/**
 * A colour picture of a flow, `[3,H,W]`, 0..255: hue is direction on the Middlebury wheel, white is rest,
 * full colour a length of `range` px (default: {@link flowRange}), longer vectors darker, unknown black.
 */
export function flowPicture(flow: FlowField, range: number = flowRange(flow)): Picture {
  const picture = createPicture(flow.width, flow.height);
  const n = flow.width * flow.height;
  for (let i = 0; i < n; i++) {
    if (!isKnown(flow, i)) continue;
    const length = Math.hypot(flow.u[i], flow.v[i]) / range;
    const turn = (Math.atan2(-flow.v[i], -flow.u[i]) / Math.PI + 1) / 2;
    const at = turn * (WHEEL.length - 1);
    const low = WHEEL[Math.floor(at)];
    const high = WHEEL[(Math.floor(at) + 1) % WHEEL.length];
    for (let c = 0; c < 3; c++) {
      const hue = low[c] + (at - Math.floor(at)) * (high[c] - low[c]);
      picture.data[c * n + i] = length <= 1 ? 255 - length * (255 - hue) : 0.75 * hue;
    }
  }
  return picture;
}

/** The legend of such pictures, `[3,side,side]`: where a vector from the centre has the colour of its end; white outside. */
export function flowWheel(side: number): Picture {
  const flow = createFlowField(side, side);
  const radius = (side - 1) / 2;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [(x - radius) / radius, (y - radius) / radius];
      if (Math.hypot(u, v) > 1) continue;
      flow.u[y * side + x] = u;
      flow.v[y * side + x] = v;
    }
  // A vector of length 1 may be a rounding longer, and is meant to have full colour.
  return flowPicture(flow, 1 + 1e-6);
}
