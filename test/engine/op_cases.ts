import * as e from '../../dist/engine/index.js';
import type { Random } from './random.js';

/** The extents a random case is built from. */
export interface Size {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** For every op, an expression that is this op on inputs of random shape. */
export const OP_CASES: Record<e.OpName, (size: Size, random: Random) => e.Expr> = {
  input: (size) => image(size),
  constant: (size, random) => e.constant(image(size).shape, random.normal(e.elementCount(image(size).shape))),
  add: (size, random) => e.add(...pair(size, random)),
  sub: (size, random) => e.sub(...pair(size, random)),
  mul: (size, random) => e.mul(...pair(size, random)),
  div: (size, random) => e.div(...pair(size, random)),
  equal: (size, random) => e.equal(...pair(size, random)),
  scale: (size, random) => e.scale(image(size), random.normal(1)[0]),
  relu: (size) => e.relu(image(size)),
  step: (size) => e.step(image(size)),
  square: (size) => e.square(image(size)),
  sqrt: (size) => e.sqrt(e.abs(image(size))),
  abs: (size) => e.abs(image(size)),
  // Of what is flat: elsewhere its derivative is not the function's, which is its purpose.
  stopGradient: (size) => e.stopGradient(e.step(image(size))),
  conv2d: (size, random) => {
    const k = random.below(2) === 0 ? 1 : 3;
    const cout = 1 + random.below(4);
    const weights = e.constant([cout, size.channels, k, k], random.normal(cout * size.channels * k * k));
    return e.conv2d(
      image(size),
      weights,
      random.below(2) === 0 ? undefined : e.constant([cout], random.normal(cout)),
    );
  },
  maxPool2: (size) => e.maxPool2(image(size)),
  avgPool2: (size) => e.avgPool2(image(size)),
  upsample2: (size) => e.upsample2(image(size)),
  gemm: ({ channels, height, width }, random) => {
    const [transA, transB] = [random.below(2) === 0, random.below(2) === 0];
    const alpha = random.normal(1)[0];
    const a = e.input('x', transA ? [height, channels] : [channels, height]);
    if (transA !== transB && random.below(2) === 0) return e.gemm(a, a, { transA, transB, alpha });
    return e.gemm(a, e.input('y', transB ? [width, height] : [height, width]), { transA, transB, alpha });
  },
  transpose: ({ height, width }) => e.transpose(e.input('x', [height, width])),
  sum: (size, random) => {
    const axes = [0, 1, 2, 3].filter(() => random.below(2) === 0);
    return e.sum(image(size), axes.length === 4 ? undefined : axes);
  },
  sumSquares: (size) => e.sumSquares(image(size)),
  reshape: (size) => e.reshape(image(size), [size.channels, size.height * size.width]),
  slice: (size, random) => {
    const { shape } = image(size);
    const begin = shape.map((extent) => random.below(extent));
    return e.slice(
      image(size),
      begin,
      shape.map((extent, axis) => begin[axis] + 1 + random.below(extent - begin[axis])),
    );
  },
  pad: (size, random) => {
    const some = () => [0, 0, 0, 0].map(() => random.below(3));
    return e.pad(image(size), some(), some());
  },
  expand: (size, random) => {
    const [from, to] = stretched(size, random);
    return e.expand(e.input('x', from), to);
  },
};

function image({ channels, height, width }: Size): e.Expr {
  return e.input('x', [1, channels, height, width]);
}

/** A full tensor and one that broadcasts to it, in either order. */
function pair(size: Size, random: Random): [e.Expr, e.Expr] {
  const [from, to] = stretched(size, random);
  const [small, full] = [e.input('x', from), e.input('y', to)];
  return random.below(2) === 0 ? [small, full] : [full, small];
}

/** A shape that broadcasts to the image's (scalar, per channel, mask, the same), and the image's. */
function stretched(size: Size, random: Random): [e.Shape, e.Shape] {
  const full = image(size).shape;
  const [n, c, h, w] = full;
  const shapes = [[], [1], [1, c, 1, 1], [1, 1, h, w], [c, 1, 1], [n, c, h, w]];
  return [shapes[random.below(shapes.length)], full];
}

/** The inputs a graph depends on. */
export function inputsOf(...outputs: e.Expr[]): e.Expr<'input'>[] {
  return e.topologicalOrder(outputs).filter((expr) => expr.op === 'input');
}

/** Values for those inputs, far from every kink. */
export function randomFeeds(inputs: readonly e.Expr<'input'>[], random: Random): e.Tensors {
  return Object.fromEntries(
    inputs.map(({ attrs, shape }) => [attrs.name, random.apart(e.elementCount(shape))]),
  );
}
