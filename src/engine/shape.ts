import { NstError } from '../error.js';

/** The extent of every axis; `[]` is a scalar. */
export type Shape = readonly number[];

/** How a shape reads in a message: `[1,3,180,320]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** Number of elements of a tensor of this shape (1 for a scalar). */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** A graph that cannot be built as asked: always a mistake of the program, never of its input. */
export function graphError(op: string, expected: string, found: string): NstError {
  return new NstError('bug', 'GRAPH_INVALID', `${op}: expected ${expected}, found ${found}`);
}

export function checkShape(op: string, shape: Shape): void {
  if (!shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
    throw graphError(op, 'a shape of positive integers', formatShape(shape));
  }
}

/** Checks that a tensor has as many axes as `names` says, e.g. `['N', 'C', 'H', 'W']`. */
export function checkRank(op: string, shape: Shape, names: readonly string[]): void {
  if (shape.length !== names.length) throw graphError(op, `shape [${names.join(',')}]`, formatShape(shape));
}

/**
 * Shape of an elementwise operation on two shapes: aligned at the last axis, an extent of 1 (or a missing axis)
 * stretches over the other's extent.
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw graphError(op, 'shapes that broadcast together', `${formatShape(a)} and ${formatShape(b)}`);
    }
    return m === 1 ? n : m;
  });
}
