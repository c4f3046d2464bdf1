import type { Shape } from '../shape.js';

// Operations on row-major float32 arrays: whatever is small or rare, and what the library has no primitive for.

/** Extents and the strides of operands along them, neighbouring axes merged where all run on, innermost last. */
interface Walk {
  readonly extents: readonly number[];
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** The row-major strides of an operand under the result's axes: 0 where it is stretched. */
function stretchedStrides(shape: Shape, result: Shape): number[] {
  const strides = new Array<number>(result.length).fill(0);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) strides[axis + result.length - shape.length] = step;
    step *= shape[axis];
  }
  return strides;
}

function walkOver(result: Shape, aShape: Shape, bShape: Shape): Walk {
  const [a, b] = [stretchedStrides(aShape, result), stretchedStrides(bShape, result)];
  const walk = { extents: [1], a: [0], b: [0] };
  // From the innermost axis outwards; an axis that goes on where the last ended is one with it.
  for (let axis = result.length - 1; axis >= 0; axis--) {
    if (result[axis] === 1) continue;
    const [extent] = walk.extents;
    if (extent === 1) {
      walk.extents[0] = result[axis];
      walk.a[0] = a[axis];
      walk.b[0] = b[axis];
    } else if (a[axis] === walk.a[0] * extent && b[axis] === walk.b[0] * extent) {
      walk.extents[0] *= result[axis];
    } else {
      walk.extents.unshift(result[axis]);
      walk.a.unshift(a[axis]);
      walk.b.unshift(b[axis]);
    }
  }
  return walk;
}

/** Calls `run` for every innermost run: where it begins in the result and the operands. */
function everyRun({ extents, a, b }: Walk, run: (to: number, fromA: number, fromB: number) => void): void {
  const outer = extents.length - 1;
  const length = extents[outer];
  const visit = (axis: number, to: number, fromA: number, fromB: number): void => {
    if (axis === outer) {
      run(to, fromA, fromB);
      return;
    }
    const inner = extents.slice(axis + 1).reduce((product, extent) => product * extent, 1);
    for (let i = 0; i < extents[axis]; i++)
      visit(axis + 1, to + i * inner, fromA + i * a[axis], fromB + i * b[axis]);
  };
  if (length > 0) visit(0, 0, 0, 0);
}

export type Pairwise = (
  out: Float32Array,
  to: number,
  length: number,
  x: Float32Array,
  fromX: number,
  stepX: number,
  y: Float32Array,
  fromY: number,
  stepY: number,
) => void;

/** The elementwise operations of two operands, one run each; written out, since a call per element is slow. */
export const PAIRWISE: Readonly<Record<'add' | 'sub' | 'mul' | 'div' | 'equal', Pairwise>> = {
  add(out, to, length, x, fx, sx, y, fy, sy) {
    for (let i = 0; i < length; i++) out[to + i] = x[fx + i * sx] + y[fy + i * sy];
  },
  sub(out, to, length, x, fx, sx, y, fy, sy) {
    for (let i = 0; i < length; i++) out[to + i] = x[fx + i * sx] - y[fy + i * sy];
  },
  mul(out, to, length, x, fx, sx, y, fy, sy) {
    for (let i = 0; i < length; i++) out[to + i] = x[fx + i * sx] * y[fy + i * sy];
  },
  div(out, to, length, x, fx, sx, y, fy, sy) {
    for (let i = 0; i < length; i++) out[to + i] = x[fx + i * sx] / y[fy + i * sy];
  },
  equal(out, to, length, x, fx, sx, y, fy, sy) {
    for (let i = 0; i < length; i++) out[to + i] = x[fx + i * sx] === y[fy + i * sy] ? 1 : 0;
  },
};

/** An elementwise operation whose operands stretch over each other, as a function of result and operands. */
export function pairwise(
  operation: Pairwise,
  result: Shape,
  a: Shape,
  b: Shape,
): (out: Float32Array, x: Float32Array, y: Float32Array) => void {
  const walk = walkOver(result, a, b);
  const inner = walk.extents.length - 1;
  const [length, stepA, stepB] = [walk.extents[inner], walk.a[inner], walk.b[inner]];
  return (out, x, y) =>
    everyRun(walk, (to, fromX, fromY) => operation(out, to, length, x, fromX, stepA, y, fromY, stepB));
}

/** Stretches an operand to a larger shape. */
export function stretch(result: Shape, a: Shape): (out: Float32Array, x: Float32Array) => void {
  const walk = walkOver(result, a, a);
  const inner = walk.extents.length - 1;
  const [length, step] = [walk.extents[inner], walk.a[inner]];
  return (out, x) =>
    everyRun(walk, (to, from) => {
      if (step === 0) out.fill(x[from], to, to + length);
      else out.set(x.subarray(from, from + length), to);
    });
}

/** Copies a block between two arrays of the same rank: from `begin` in one to `offset` in the other. */
export function copyBlock(
  from: Shape,
  begin: readonly number[],
  to: Shape,
  offset: readonly number[],
  extents: Shape,
): (out: Float32Array, x: Float32Array) => void {
  const strides = (shape: Shape) => shape.map((_, axis) => shape.slice(axis + 1).reduce((p, e) => p * e, 1));
  const [fromStrides, toStrides] = [strides(from), strides(to)];
  const at = (position: readonly number[], step: readonly number[]) =>
    position.reduce((sum, p, axis) => sum + p * step[axis], 0);
  const last = extents.length - 1;
  const visit = (out: Float32Array, x: Float32Array, axis: number, i: number, j: number): void => {
    if (axis >= last) {
      const length = last < 0 ? 1 : extents[last];
      out.set(x.subarray(i, i + length), j);
      return;
    }
    for (let k = 0; k < extents[axis]; k++)
      visit(out, x, axis + 1, i + k * fromStrides[axis], j + k * toStrides[axis]);
  };
  return (out, x) => visit(out, x, 0, at(begin, fromStrides), at(offset, toStrides));
}

export const UNARY: Readonly<
  Record<'relu' | 'step' | 'square' | 'sqrt' | 'abs', (out: Float32Array, x: Float32Array) => void>
> = {
  relu(out, x) {
    for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
  },
  step(out, x) {
    for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? 1 : 0;
  },
  square(out, x) {
    for (let i = 0; i < out.length; i++) out[i] = x[i] * x[i];
  },
  sqrt(out, x) {
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]);
  },
  abs(out, x) {
    for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]);
  },
};

/** factor · x. */
export function scaled(factor: number): (out: Float32Array, x: Float32Array) => void {
  return (out, x) => {
    for (let i = 0; i < out.length; i++) out[i] = factor * x[i];
  };
}

/** Twice the width and height, every pixel four times. */
export function doubled([n, c, h, w]: Shape): (out: Float32Array, x: Float32Array) => void {
  return (out, x) => {
    for (let row = 0; row < n * c * h; row++) {
      const to = 4 * row * w;
      for (let i = 0; i < w; i++) out[to + 2 * i] = out[to + 2 * i + 1] = x[row * w + i];
      out.copyWithin(to + 2 * w, to, to + 2 * w);
    }
  };
}

/** Σ x, in double precision; four sums side by side, since each addition waits for the one before. */
export function total(x: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  for (let i = whole; i < x.length; i++) a += x[i];
  return a + b + (c + d);
}

/** Σ x², in double precision. */
export function totalOfSquares(x: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i] * x[i];
    b += x[i + 1] * x[i + 1];
    c += x[i + 2] * x[i + 2];
    d += x[i + 3] * x[i + 3];
  }
  for (let i = whole; i < x.length; i++) a += x[i] * x[i];
  return a + b + (c + d);
}

/** Sums over some axes, in double precision. */
export function sumOver(shape: Shape, axes: readonly number[]): (out: Float32Array, x: Float32Array) => void {
  const result = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const walk = walkOver(shape, result, result);
  const inner = walk.extents.length - 1;
  const [length, step] = [walk.extents[inner], walk.a[inner]];
  return (out, x) => {
    const sums = new Float64Array(out.length);
    everyRun(walk, (from, to) => {
      if (step === 0) {
        let sum = 0;
        for (let i = 0; i < length; i++) sum += x[from + i];
        sums[to] += sum;
      } else for (let i = 0; i < length; i++) sums[to + i * step] += x[from + i];
    });
    out.set(sums);
  };
}
