import { invalidArgument } from '../error.js';
import type { Plane } from '../picture.js';

/**
 * Dense motion from one frame to another, planes `[H,W]`, px: what stands at `p` in the first frame
 * stands at `p + (u, v)(p)` in the other. Positions count from the centre of the top left pixel.
 */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** Components beyond this size mean "unknown" in ground truth (Baker et al. 2011, the Middlebury files). */
export const UNKNOWN_FLOW = 1e9;

/** A flow field at rest. */
export function createFlowField(width: number, height: number): FlowField {
  const n = width * height;
  return { width, height, u: new Float32Array(n), v: new Float32Array(n) };
}

/** Whether pixel `i` of a flow field carries a usable vector. */
export function isKnown(flow: FlowField, i: number): boolean {
  return Math.abs(flow.u[i]) <= UNKNOWN_FLOW && Math.abs(flow.v[i]) <= UNKNOWN_FLOW;
}

/** Throws `INVALID_ARGUMENT` unless a plane has a size of 1x1 or more and as many values; `name` names the argument. */
export function requireFrame(name: string, { width, height, data }: Plane): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1)) {
    throw invalidArgument(name, 'a frame of 1x1 pixels or more', `${width}x${height}`);
  }
  if (data.length !== width * height) {
    throw invalidArgument(name, `${width * height} values for ${width}x${height} pixels`, data.length);
  }
}

/** Throws `INVALID_ARGUMENT` unless `found` has the size of `expected`; `name` names the argument. */
export function requireSameSize(
  name: string,
  expected: { width: number; height: number },
  found: { width: number; height: number },
): void {
  if (expected.width === found.width && expected.height === found.height) return;
  throw invalidArgument(
    name,
    `${expected.width}x${expected.height} pixels`,
    `${found.width}x${found.height}`,
  );
}

/** Bilinear sample of a plane `[H,W]` at `(x, y)` px; positions outside take the nearest border value. */
export function sampleBilinear(
  data: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const right = x0 + 1 < width ? 1 : 0;
  const below = y0 + 1 < height ? width : 0;
  const ax = cx - x0;
  const ay = cy - y0;
  const i = y0 * width + x0;
  const top = data[i] + ax * (data[i + right] - data[i]);
  const bottom = data[i + below] + ax * (data[i + below + right] - data[i + below]);
  return top + ay * (bottom - top);
}

/** End-point error |estimate − truth| in px, `[H,W]`; NaN where the truth is unknown. */
export function endPointError(estimate: FlowField, truth: FlowField): Plane {
  requireSameSize('truth', estimate, truth);
  const { width, height } = truth;
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    data[i] = isKnown(truth, i) ? Math.hypot(estimate.u[i] - truth.u[i], estimate.v[i] - truth.v[i]) : NaN;
  }
  return { width, height, data };
}

/** Mean end-point error in px over the pixels whose truth is known; NaN when there is none. */
export function meanEndPointError(estimate: FlowField, truth: FlowField): number {
  let sum = 0;
  let count = 0;
  for (const error of endPointError(estimate, truth).data) {
    if (Number.isNaN(error)) continue;
    sum += error;
    count++;
  }
  return sum / count;
}

/**
 * Squared size of the flow's derivatives |∇u|² + |∇v|² at every pixel, `[H,W]`, central differences.
 * The flow is continued past the border by its last value, so a border pixel takes half the one-sided
 * difference.
 */
export function squaredGradient({ width, height, u, v }: FlowField): Plane {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const above = y > 0 ? -width : 0;
    const below = y + 1 < height ? width : 0;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const left = x > 0 ? i - 1 : i;
      const right = x + 1 < width ? i + 1 : i;
      const ux = u[right] - u[left];
      const vx = v[right] - v[left];
      const uy = u[i + below] - u[i + above];
      const vy = v[i + below] - v[i + above];
      data[i] = 0.25 * (ux * ux + vx * vx + uy * uy + vy * vy);
    }
  }
  return { width, height, data };
}
