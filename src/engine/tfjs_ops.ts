import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Expr, OpName } from './expr.js';
import type { Shape } from './shape.js';
import { channelsLast, fromRows, heldShape, isFeatureMatrix, type Layout, toRows } from './tfjs_layout.js';
import type { Tfjs } from './tfjs_library.js';

/** An operand: its tensor, and how the value lies in it. */
export interface Held {
  readonly tensor: Tensor;
  readonly shape: Shape;
  readonly layout: Layout;
}

/** What is computed from operands; inputs and constants are not. */
type Computed = Exclude<OpName, 'input' | 'constant'>;

/**
 * Evaluates one op.
 *
 * @param operands for `conv2d`, the weights are held as `[K,K,Cin,Cout]`
 * @param layout how the result is to lie
 * @returns a tensor of its own: never an operand's
 */
export function evaluateOp(tf: Tfjs, expr: Expr, operands: readonly Held[], layout: Layout): Tensor {
  const result = (OPS[expr.op as Computed] as Evaluate<Computed>)(
    tf,
    expr as Expr<Computed>,
    operands,
    layout,
  );
  return operands.some(({ tensor }) => tensor === result) ? tf.clone(result) : result;
}

type Evaluate<Op extends Computed> = (
  tf: Tfjs,
  expr: Expr<Op>,
  operands: readonly Held[],
  layout: Layout,
) => Tensor;

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** An elementwise op of two tensors, which stretch over each other. */
function elementwise(op: (tf: Tfjs) => Binary): Evaluate<Computed> {
  return (tf, { shape }, [a, b]) => op(tf)(stretchable(tf, a, shape), stretchable(tf, b, shape));
}

/** An elementwise op of one tensor, in whatever order it lies. */
function mapping(op: (tf: Tfjs, x: Tensor) => Tensor): Evaluate<Computed> {
  return (tf, _, [x]) => op(tf, x.tensor);
}

const OPS: { readonly [Op in Computed]: Evaluate<Op> } = {
  add: elementwise((tf) => tf.add),
  sub: elementwise((tf) => tf.sub),
  mul: elementwise((tf) => tf.mul),
  div: elementwise((tf) => tf.div),
  equal: elementwise((tf) => (a, b) => tf.cast(tf.equal(a, b), 'float32')),
  scale: (tf, { attrs }, [x]) => tf.mul(x.tensor, attrs.factor),
  relu: mapping((tf, x) => tf.relu(x)),
  step: mapping((tf, x) => tf.step(x)),
  square: mapping((tf, x) => tf.square(x)),
  sqrt: mapping((tf, x) => tf.sqrt(x)),
  abs: mapping((tf, x) => tf.abs(x)),
  stopGradient: mapping((_, x) => x),

  conv2d: (tf, _, [x, weights, bias]) =>
    tf.fused.conv2d({
      x: x.tensor as Tensor4D,
      filter: weights.tensor as Tensor4D,
      strides: 1,
      pad: 'same',
      bias: bias?.tensor,
    }),
  maxPool2: (tf, _, [x]) => tf.maxPool(x.tensor as Tensor4D, 2, 2, 'valid'),
  avgPool2: (tf, _, [x]) => tf.avgPool(x.tensor as Tensor4D, 2, 2, 'valid'),
  upsample2: (tf, { shape: [, , h, w] }, [x]) => tf.image.resizeNearestNeighbor(x.tensor as Tensor4D, [h, w]),

  gemm: (tf, { attrs: { transA, transB, alpha } }, [a, b], layout) => {
    const left = { matrix: a.tensor, turned: transA !== (a.layout === 'transposed') };
    const right = { matrix: b.tensor, turned: transB !== (b.layout === 'transposed') };
    // (A B)ᵀ = Bᵀ Aᵀ.
    const product =
      layout === 'transposed' ? multiply(tf, turn(right), turn(left)) : multiply(tf, left, right);
    return alpha === 1 ? product : tf.mul(product, alpha);
  },
  // The layouts of the two differ, the tensor is one.
  transpose: (_, __, [x]) => x.tensor,

  sum: (tf, { attrs: { axes } }, [x]) => {
    if (axes === 'all') return sumAll(tf, x.tensor);
    if (x.layout !== 'channelsLast') return sumAxes(tf, rows(tf, x), axes);
    const places = channelsLast([0, 1, 2, 3]);
    return sumAxes(
      tf,
      x.tensor,
      axes.map((axis) => places.indexOf(axis)),
    );
  },
  sumSquares: (tf, _, [x]) => sumAll(tf, tf.square(x.tensor)),

  reshape: (tf, { shape }, [x], layout) => {
    const forFree =
      (x.layout === 'channelsLast' && isFeatureMatrix(shape, x.shape)) ||
      (x.layout === 'transposed' && isFeatureMatrix(x.shape, shape));
    if (forFree) return tf.reshape(x.tensor, heldShape(shape, layout));
    return fromRows(tf, tf.reshape(rows(tf, x), [...shape]), shape, layout);
  },
  slice: (tf, { shape, attrs: { begin } }, [x], layout) =>
    layout === 'channelsLast'
      ? sliceWide(tf, x.tensor, channelsLast(begin), channelsLast(shape))
      : tf.slice(rows(tf, x), [...begin], [...shape]),
  pad: (tf, { attrs: { before, after } }, [x], layout) => {
    const counts = before.map((count, axis): [number, number] => [count, after[axis]]);
    if (layout !== 'channelsLast') return tf.pad(rows(tf, x), counts);
    const [n, c, h, w] = counts;
    return tf.pad(x.tensor, [n, h, w, c]);
  },
  expand: (tf, { shape }, [x], layout) => tf.broadcastTo(stretchable(tf, x, shape), heldShape(shape, layout)),
};

const rows = (tf: Tfjs, { tensor, shape, layout }: Held) => toRows(tf, tensor, shape, layout);

/** The operand as it broadcasts to a result of the given shape in the layout that results of that rank have. */
function stretchable(tf: Tfjs, operand: Held, result: Shape): Tensor {
  if (result.length !== 4) return rows(tf, operand);
  if (operand.layout === 'channelsLast') return operand.tensor;
  const plain = rows(tf, operand);
  if (operand.shape.length === 0) return plain;
  const shape = [...Array(4 - operand.shape.length).fill(1), ...operand.shape];
  return fromRows(tf, tf.reshape(plain, shape), shape, 'channelsLast');
}

/** One axis after the other: a single float32 total of millions of values loses two decimals. */
function sumAll(tf: Tfjs, x: Tensor): Tensor {
  let total = x;
  while (total.rank > 0) total = tf.sum(total, -1);
  return total;
}

function sumAxes(tf: Tfjs, x: Tensor, axes: readonly number[]): Tensor {
  return axes.reduce((total, axis) => tf.sum(total, axis, true), x);
}

/**
 * A block of `[N,H,W,C]`. With all its channels wanted, a row of pixels is one run of numbers: the WebAssembly backend
 * copies run by run, and would else copy pixel by pixel.
 */
function sliceWide(tf: Tfjs, x: Tensor, begin: number[], size: number[]): Tensor {
  const [n, h, w, c] = x.shape;
  if (size[3] !== c) return tf.slice(x, begin, size);
  const block = tf.slice(
    tf.reshape(x, [n, h, w * c]),
    [begin[0], begin[1], begin[2] * c],
    [size[0], size[1], size[2] * c],
  );
  return tf.reshape(block, size);
}

interface Factor {
  readonly matrix: Tensor;
  /** Its transposed is meant. */
  readonly turned: boolean;
}

const turn = ({ matrix, turned }: Factor): Factor => ({ matrix, turned: !turned });

/** Differs from one `matMul` because the WebAssembly backend multiplies transposed matrices ten times slower. */
function multiply(tf: Tfjs, a: Factor, b: Factor): Tensor {
  if (tf.getBackend() !== 'wasm') return product(tf, a, b);
  const [left, right] = [a, b].map(({ matrix, turned }) => ({
    matrix: turned ? tf.transpose(matrix) : matrix,
    turned: false,
  }));
  return product(tf, left, right);
}

function product(tf: Tfjs, a: Factor, b: Factor): Tensor {
  return tf.matMul(a.matrix as Tensor2D, b.matrix as Tensor2D, a.turned, b.turned);
}
