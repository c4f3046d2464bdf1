import type { Expr } from './expr.js';
import type { OnnxModel } from './onnx_model.js';

/**
 * Ops written so that onnxruntime stays in its blocked layout, which it leaves at every op but convolutions, poolings,
 * doubling, sums and products of equal shapes, and activations that follow a convolution. What is missing there is
 * made of convolutions of one channel each, 1×1, which copy, scale or shift.
 *
 * @param operand the name of an operand in the model
 * @returns false, with nothing written, where the op is none of these
 */
export function writeBlocked(
  model: OnnxModel,
  expr: Expr,
  operand: (expr: Expr) => string,
  name: string,
): boolean {
  if (expr.shape.length !== 4 || expr.shape[1] % BLOCK !== 0) return false;
  const channels = expr.shape[1];
  const [x, y] = expr.inputs;
  if (expr.op === 'step') {
    const copy = perChannel(model, channels, operand(x), `${name}:copy`, 1);
    model.node('HardSigmoid', [copy], name, { alpha: { float: STEEPEST }, beta: { float: 0 } });
  } else if (expr.op === 'equal' && isOwnMaximum(x, y)) {
    // Never positive, so that 1 − steep·distance, cut at 0, tells the maxima.
    const negative = perChannel(model, channels, operand(y.inputs[0]), `${name}:negative`, -1);
    const copy = perChannel(model, channels, operand(x), `${name}:copy`, 1);
    const below = model.node('Add', [copy, doubled(model, negative, `${name}:doubled`)], `${name}:below`);
    model.node('HardSigmoid', [below], name, { alpha: { float: STEEPEST }, beta: { float: 1 } });
  } else if (expr.op === 'div' && isShareOfMaxima(y)) {
    model.node('Mul', [operand(x), reciprocalOfQuarters(model, channels, operand(y), name)], name);
  } else if (expr.op === 'add' && isProduct(x) && y.op === 'conv2d') {
    model.node('Add', [perChannel(model, channels, operand(x), `${name}:copy`, 1), operand(y)], name);
  } else return false;
  return true;
}

const BLOCK = 16;
/** min(max(3e38·x, 0), 1) is the step for every normal float32. */
const STEEPEST = 3e38;

/** Whether `y` is the largest value of each 2×2 block of `x`, at the size of `x`. */
function isOwnMaximum(x: Expr, y: Expr): boolean {
  return y.op === 'upsample2' && y.inputs[0].op === 'maxPool2' && y.inputs[0].inputs[0] === x;
}

/** Whether `y` is how many of four values are the largest, ¼, ½, ¾ or 1. */
function isShareOfMaxima(y: Expr): boolean {
  return (
    y.op === 'avgPool2' &&
    y.inputs[0].op === 'equal' &&
    isOwnMaximum(y.inputs[0].inputs[0], y.inputs[0].inputs[1])
  );
}

/** Whether `x` is a matrix product seen as features: the derivative of a Gram matrix. */
function isProduct(x: Expr): boolean {
  return x.op === 'reshape' && x.inputs[0].op === 'gemm';
}

/** 1/x for x of ¼, ½, ¾ and 1, which lie on three straight lines: 4, 2, 4/3, 1. */
function reciprocalOfQuarters(model: OnnxModel, channels: number, x: string, name: string): string {
  const line = (slope: number, offset: number, part: string) =>
    perChannel(model, channels, x, `${name}:${part}`, slope, offset);
  const steep = model.node('Relu', [line(-16 / 3, 8 / 3, 'line1')], `${name}:steep`);
  const flatter = model.node('Add', [line(-4 / 3, 1, 'line2'), steep], `${name}:sum2`);
  const bent = model.node('Relu', [flatter], `${name}:bent`);
  return model.node('Add', [line(-4 / 3, 7 / 3, 'line3'), bent], `${name}:reciprocal`);
}

/** factor·x + offset as a convolution. */
function perChannel(
  model: OnnxModel,
  channels: number,
  x: string,
  name: string,
  factor: number,
  offset?: number,
): string {
  const operands = [x, model.floats(`${name}:factor`, [channels, 1, 1, 1], (into) => into.fill(factor))];
  if (offset !== undefined)
    operands.push(model.floats(`${name}:offset`, [channels], (into) => into.fill(offset)));
  return model.node('Conv', operands, name, { kernel_shape: [1, 1], group: channels });
}

/** Every pixel four times: twice the width and height. */
export function doubled(model: OnnxModel, x: string, name: string): string {
  return model.node('Resize', [x, '', model.sharedFloats([1, 1, 2, 2])], name, {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}
