import { scaledConstant, writeConstant } from '../constant.js';
import type { Expr } from '../expr.js';
import type { Pointer, PostOp } from './dnnl.js';
import { fitsFeatures, type Program, type Tensor } from './program.js';

/** What is done with a convolution's result in the same step. */
export interface ConvolutionEnd {
  readonly relu?: boolean;
  /** The result is this many times the convolution: 1 unless given. */
  readonly factor?: number;
}

/**
 * Adds a convolution; the result lies as features where its channels fill blocks, in rows else. float32 features are
 * convolved by Winograd's method where the library has it: fewer multiplications for a rounding error of 1e-6.
 */
export function addConvolution(
  program: Program,
  expr: Expr<'conv2d'>,
  result: Expr,
  { relu = false, factor = 1 }: ConvolutionEnd = {},
): void {
  const { dnnl, layout } = program;
  const [x, ...constants] = expr.inputs as [Expr, ...Expr<'constant'>[]];
  const [weights, bias] = factor === 1 ? constants : constants.map((one) => scaledConstant(one, factor));
  const blocks = layout.order !== 'last';
  const fromFeatures = !blocks || fitsFeatures(x.shape);
  const src = program.get(x, fromFeatures ? 'features' : 'rows');
  const wide = fitsFeatures(expr.shape);
  // What has few channels is wanted in rows, and in float32; the kernels write it as they write features.
  const asRows = !wide && blocks && !fromFeatures;
  const dstDescriptor = wide
    ? program.descriptor(expr.shape, 'features')
    : program.descriptor(expr.shape, asRows ? 'rows' : 'features', 'float32');
  const dst = program.room(dstDescriptor, [src]);
  const post: PostOp[] = relu ? [{ kind: 'relu' }] : [];

  const held = bias && constantRows(program, bias);
  const wanted = program.own(dnnl.undecided(weights.shape, layout.type));
  const shape = {
    src: src.descriptor,
    weights: wanted,
    bias: held?.descriptor ?? null,
    dst: dst.descriptor,
    padding: (weights.shape[2] - 1) / 2,
  };
  const described = (winograd: boolean): Pointer | undefined =>
    dnnl.convolution({ ...shape, winograd }, post);
  const mayWinograd = layout.type === 'float32' && weights.shape[2] === 3 && wide && fitsFeatures(x.shape);
  const description = (mayWinograd ? described(true) : undefined) ?? described(false);
  if (description === undefined) throw new Error(`oneDNN ${dnnl.version} has no convolution for this shape`);
  const laid = program.laid(weights, program.own(dnnl.query(description, 'weights')));
  program.primitive('convolution', description, {
    src,
    weights: laid,
    dst,
    ...(held && { bias: held }),
  });

  if (wide) program.set(result, 'features', dst);
  else if (asRows) program.set(result, 'rows', dst);
  else {
    const rows = program.create(expr.shape, 'rows', [dst]);
    program.convert(dst, rows);
    program.set(result, 'rows', rows);
  }
}

/** A constant in rows, written when the graph is compiled. */
export function constantRows(program: Program, expr: Expr<'constant'>): Tensor {
  if (!program.has(expr, 'rows')) {
    const rows = program.lasting(program.descriptor(expr.shape, 'rows'));
    program.compute([rows], (values) => writeConstant(expr, values));
    program.set(expr, 'rows', rows);
  }
  return program.get(expr, 'rows');
}
