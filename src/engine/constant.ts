import { type Expr, node } from './expr.js';
import { elementCount, formatShape, graphError, type Shape } from './shape.js';

/**
 * Where a constant's values come from. Weights of the backward pass are the forward ones turned round, so they are
 * described, not stored: the values exist once in memory until a runtime writes its own copy.
 */
export interface ConstantData {
  readonly values: Float32Array;
  /** Every value is multiplied by this. */
  readonly factor: number;
  /**
   * For convolution weights: `values` is `[A,B,K,K]`, the constant is `[B,A,K,K]` with each kernel rotated by 180°.
   */
  readonly flipped: boolean;
}

/** A fixed tensor; `values` (row-major) are kept, not copied, and must not change afterwards. */
export function constant(shape: Shape, values: Float32Array | readonly number[]): Expr<'constant'> {
  if (values.length !== elementCount(shape)) {
    throw graphError(
      'constant',
      `${elementCount(shape)} values for ${formatShape(shape)}`,
      `${values.length}`,
    );
  }
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return node('constant', [], { values: data, factor: 1, flipped: false }, shape);
}

/** A fixed number, shape `[]`. */
export function scalar(value: number): Expr<'constant'> {
  return constant([], [value]);
}

/** The constant times a number, without a copy of its values. */
export function scaledConstant(c: Expr<'constant'>, factor: number): Expr<'constant'> {
  return node('constant', [], { ...c.attrs, factor: c.attrs.factor * factor }, c.shape);
}

/**
 * Weights of the convolution that carries a gradient backwards through a 'same' convolution with weights `c`:
 * `[Cout,Cin,K,K]` to `[Cin,Cout,K,K]`, kernels rotated by 180°. Without a copy of the values.
 */
export function flippedWeights(c: Expr<'constant'>): Expr<'constant'> {
  const [a, b, k, l] = c.shape;
  return node('constant', [], { ...c.attrs, flipped: !c.attrs.flipped }, [b, a, k, l]);
}

/** Writes the constant's values into `out` (as many elements as its shape holds). */
export function writeConstant(c: Expr<'constant'>, out: Float32Array): void {
  const { values, factor, flipped } = c.attrs;
  if (!flipped) {
    if (factor === 1) out.set(values);
    else for (let i = 0; i < out.length; i++) out[i] = factor * values[i];
    return;
  }
  const [b, a, kh, kw] = c.shape;
  const k = kh * kw;
  for (let j = 0; j < b; j++) {
    for (let i = 0; i < a; i++) {
      const from = (i * b + j) * k + k - 1;
      const to = (j * a + i) * k;
      for (let t = 0; t < k; t++) out[to + t] = factor * values[from - t];
    }
  }
}

/** The constant's values as an array of its own, unless they are stored just so. */
export function constantValues(c: Expr<'constant'>): Float32Array {
  if (!c.attrs.flipped && c.attrs.factor === 1) return c.attrs.values;
  const out = new Float32Array(elementCount(c.shape));
  writeConstant(c, out);
  return out;
}
