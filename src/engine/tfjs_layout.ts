import type { Tensor } from '@tensorflow/tfjs-core';
import type { Expr } from './expr.js';
import type { Shape } from './shape.js';
import type { Tfjs } from './tfjs_library.js';

/**
 * How a value of the graph lies in a TensorFlow.js tensor.
 * - `rows`: as the graph says, row-major.
 * - `channelsLast`: `[N,C,H,W]` as `[N,H,W,C]`, the only order that its convolutions and poolings take. Every value of
 *   rank four lies so.
 * - `transposed`: a matrix as its transposed. Features `[C,H·W]` are that for free when they lie channels last, and a
 *   product can be had either way, so Gram matrices and their derivatives need no change of order.
 */
export type Layout = 'rows' | 'channelsLast' | 'transposed';

/** The layout of every value, chosen so that as little as possible is put into another order. */
export function chooseLayouts(order: readonly Expr[]): Map<Expr, Layout> {
  const becomesFeatures = new Set<Expr>();
  for (const { op, inputs, shape } of order) {
    if (op === 'reshape' && isFeatureMatrix(inputs[0].shape, shape)) becomesFeatures.add(inputs[0]);
  }
  const layouts = new Map<Expr, Layout>();
  for (const expr of order) layouts.set(expr, choose(expr, layouts, becomesFeatures));
  return layouts;
}

function choose(expr: Expr, layouts: ReadonlyMap<Expr, Layout>, becomesFeatures: ReadonlySet<Expr>): Layout {
  if (expr.shape.length === 4) return 'channelsLast';
  const operand = expr.inputs.length > 0 ? layouts.get(expr.inputs[0])! : 'rows';
  switch (expr.op) {
    case 'transpose':
      return operand === 'transposed' ? 'rows' : 'transposed';
    case 'reshape':
      return isFeatureMatrix(expr.shape, expr.inputs[0].shape) ? 'transposed' : 'rows';
    case 'gemm':
      return becomesFeatures.has(expr) ? 'transposed' : 'rows';
    case 'scale':
    case 'relu':
    case 'step':
    case 'square':
    case 'sqrt':
    case 'abs':
    case 'stopGradient':
      return operand;
    default:
      return 'rows';
  }
}

/** Whether the matrix `[C,H·W]` is the features `[1,C,H,W]` under another shape. */
export function isFeatureMatrix(matrix: Shape, features: Shape): boolean {
  return matrix.length === 2 && features.length === 4 && features[0] === 1 && matrix[0] === features[1];
}

/** The shape of the tensor that holds a value. */
export function heldShape(shape: Shape, layout: Layout): number[] {
  if (layout === 'channelsLast') return channelsLast(shape);
  return layout === 'transposed' ? [shape[1], shape[0]] : [...shape];
}

/** One number per axis of `[N,C,H,W]`, in the order N, H, W, C. */
export function channelsLast([n, c, h, w]: readonly number[]): number[] {
  return [n, h, w, c];
}

/** The value in the graph's own order; the tensor itself where it lies so already. */
export function toRows(tf: Tfjs, tensor: Tensor, shape: Shape, layout: Layout): Tensor {
  if (layout === 'rows') return tensor;
  if (layout === 'transposed') return tf.transpose(tensor);
  return keepsOrder(shape) ? tf.reshape(tensor, [...shape]) : tf.transpose(tensor, [0, 3, 1, 2]);
}

/** The tensor that holds, in `layout`, a value given in the graph's own order. */
export function fromRows(tf: Tfjs, tensor: Tensor, shape: Shape, layout: Layout): Tensor {
  if (layout === 'rows') return tensor;
  if (layout === 'transposed') return tf.transpose(tensor);
  return keepsOrder(shape) ? tf.reshape(tensor, channelsLast(shape)) : tf.transpose(tensor, [0, 2, 3, 1]);
}

/** Whether channels first and channels last are the same sequence of numbers. */
function keepsOrder([, c, h, w]: Shape): boolean {
  return c === 1 || h * w === 1;
}
