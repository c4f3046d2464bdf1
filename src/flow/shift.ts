import type { Plane } from '../picture.js';
import type { FlowField } from './flow_field.js';

/** A motion of the whole frame, px. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** How far sampling goes from one vector to the next, px: a median needs no more. */
const STRIDE = 3;

/** The median of each component of a flow, px: what the camera does, unless things cover half the frame. */
export function medianShift({ width, height, u, v }: FlowField): Shift {
  const [x, y] = [u, v].map((component) => {
    const values: number[] = [];
    for (let row = 0; row < height; row += STRIDE)
      for (let column = 0; column < width; column += STRIDE) values.push(component[row * width + column]);
    return Float32Array.from(values).sort()[values.length >> 1];
  });
  return { x, y };
}

/** What `picture` (a plane or several) has at p + shift (whole px), at p; past the border its last value goes on. */
export function shifted({ width, height, data }: Plane, { x, y }: Shift): Plane {
  const out = new Float32Array(data.length);
  for (let first = 0, o = 0; first < data.length; first += width * height)
    for (let row = 0; row < height; row++) {
      const from = first + Math.min(Math.max(row + y, 0), height - 1) * width;
      for (let column = 0; column < width; column++)
        out[o++] = data[from + Math.min(Math.max(column + x, 0), width - 1)];
    }
  return { width, height, data: out };
}

/** Adds a shift to every vector, in place: flow to a shifted plane becomes flow to the plane. */
export function addShift({ u, v }: FlowField, { x, y }: Shift = { x: 0, y: 0 }): void {
  if (x === 0 && y === 0) return;
  for (let i = 0; i < u.length; i++) {
    u[i] += x;
    v[i] += y;
  }
}
