import { writeConstant } from './constant.js';
import { type Expr, type OpName, topologicalOrder } from './expr.js';
import { doubled, writeBlocked } from './onnx_blocked.js';
import { OnnxModel } from './onnx_model.js';
import { graphError } from './shape.js';

export interface OnnxOptions {
  /**
   * Write the backward pass so that onnxruntime can keep features in blocks of 16 channels ("NCHWc") all the way:
   * worth a tenth of an evaluation where it computes in that layout (x64), a loss elsewhere.
   */
  readonly blocked?: boolean;
  /**
   * Outputs of shape `[]` that are handed over together, as one vector called `JOINED` in this order: where results
   * come back from a device, each takes a round trip.
   */
  readonly joined?: readonly string[];
}

/** The output that holds the joined ones; the colon keeps it apart from all others. */
export const JOINED = 'joined:scalars';

/**
 * Writes a graph as an ONNX model file: every node once, in an order that depends on the graph alone, so equal graphs
 * give equal bytes.
 *
 * @param outputs results by name; the model's outputs carry these names
 */
export function toOnnx(outputs: Readonly<Record<string, Expr>>, options: OnnxOptions = {}): Uint8Array {
  const model = new OnnxModel();
  const names = new Map<Expr, string>();
  const inputNames = new Set<string>();
  const resultNames = new Map<Expr, string>();
  for (const [name, expr] of Object.entries(outputs)) {
    if (!/^[A-Za-z]\w*$/.test(name))
      throw graphError('output', 'a name of letters, digits and _', `"${name}"`);
    if (expr.op !== 'input' && expr.op !== 'constant' && !resultNames.has(expr)) resultNames.set(expr, name);
  }

  for (const expr of topologicalOrder(Object.values(outputs))) {
    // Internal names hold a colon, which no input's or output's name does.
    const name =
      expr.op === 'input' ? expr.attrs.name : (resultNames.get(expr) ?? `${expr.op}:${names.size}`);
    names.set(expr, name);
    if (expr.op === 'input') {
      if (inputNames.has(name)) throw graphError('input', 'one node per name', `two called "${name}"`);
      inputNames.add(name);
    }
    const operands = expr.inputs.map((operand) => names.get(operand)!);
    const written = options.blocked && writeBlocked(model, expr, (operand) => names.get(operand)!, name);
    if (!written) (EMIT[expr.op] as Emit<OpName>)(model, expr, operands, name);
  }

  const { joined = [] } = options;
  for (const [name, expr] of Object.entries(outputs)) {
    if (joined.includes(name)) continue;
    if (inputNames.has(name)) throw graphError('output', 'a name no input has', `"${name}"`);
    if (names.get(expr) !== name) model.node('Identity', [names.get(expr)!], name);
    model.output(name, expr.shape);
  }
  if (joined.length > 0) {
    const parts = joined.map((name, i) =>
      model.node('Reshape', [names.get(outputs[name])!, model.sharedIntegers([1])], `${JOINED}:${i}`),
    );
    model.node('Concat', parts, JOINED, { axis: 0 });
    model.output(JOINED, [joined.length]);
  }
  return model.encode();
}

type Emit<Op extends OpName> = (model: OnnxModel, expr: Expr<Op>, operands: string[], name: string) => void;

/** An op that ONNX has under another name, with the same meaning. */
function same(type: string, attributes = {}): Emit<OpName> {
  return (model, _, operands, name) => model.node(type, operands, name, attributes);
}

const POOL = { kernel_shape: [2, 2], strides: [2, 2] };

const EMIT: { readonly [Op in OpName]: Emit<Op> } = {
  input: (model, { shape }, _, name) => model.input(name, shape),
  constant: (model, expr, _, name) => model.floats(name, expr.shape, (into) => writeConstant(expr, into)),

  add: same('Add'),
  sub: same('Sub'),
  mul: same('Mul'),
  div: same('Div'),
  scale: (model, { attrs }, [x], name) => model.node('Mul', [x, model.sharedFloats(attrs.factor)], name),
  relu: same('Relu'),
  step: (model, _, [x], name) => truth(model, 'Greater', [x, model.sharedFloats(0)], name),
  equal: (model, _, operands, name) => truth(model, 'Equal', operands, name),
  square: (model, _, [x], name) => model.node('Mul', [x, x], name),
  sqrt: same('Sqrt'),
  abs: same('Abs'),
  stopGradient: same('Identity'),

  conv2d: (model, { inputs: [, weights] }, operands, name) => {
    const k = weights.shape[2];
    const padding = (k - 1) / 2;
    const pads = [padding, padding, padding, padding];
    model.node('Conv', operands, name, { kernel_shape: [k, k], pads, strides: [1, 1] });
  },
  maxPool2: same('MaxPool', POOL),
  avgPool2: same('AveragePool', POOL),
  upsample2: (model, _, [x], name) => doubled(model, x, name),

  gemm: (model, { attrs: { transA, transB, alpha } }, operands, name) =>
    model.node('Gemm', operands, name, {
      transA: Number(transA),
      transB: Number(transB),
      alpha: { float: alpha },
    }),
  transpose: same('Transpose', { perm: [1, 0] }),

  sum: (model, { inputs, attrs: { axes } }, [x], name) => {
    if (axes === 'all') return reduceAll(model, 'ReduceSum', inputs[0], x, name);
    model.node('ReduceSum', [x, model.sharedIntegers(axes)], name, { keepdims: 1 });
  },
  sumSquares: (model, { inputs }, [x], name) => reduceAll(model, 'ReduceSumSquare', inputs[0], x, name),

  reshape: (model, { shape }, [x], name) => model.node('Reshape', [x, model.sharedIntegers(shape)], name),
  slice: (model, { inputs, attrs: { begin, end } }, [x], name) => {
    const cut = begin.flatMap((from, axis) => (from > 0 || end[axis] < inputs[0].shape[axis] ? [axis] : []));
    const along = (list: readonly number[]) => model.sharedIntegers(cut.map((axis) => list[axis]));
    model.node('Slice', [x, along(begin), along(end), model.sharedIntegers(cut)], name);
  },
  pad: (model, { attrs: { before, after } }, [x], name) =>
    model.node('Pad', [x, model.sharedIntegers([...before, ...after])], name),
  expand: (model, { shape }, [x], name) => model.node('Expand', [x, model.sharedIntegers(shape)], name),
};

function truth(model: OnnxModel, type: string, operands: string[], name: string): void {
  model.node('Cast', [model.node(type, operands, `${name}:boolean`)], name, { to: 1 });
}

/**
 * Sums rows, then their sums: adding millions of squares to one float32 total, as onnxruntime does, loses two decimals.
 */
function reduceAll(model: OnnxModel, type: string, { shape }: Expr, operand: string, name: string): void {
  const last = shape.length - 1;
  if (last < 1) {
    model.node(type, [operand], name, { keepdims: 0 });
    return;
  }
  // Operator set 17 takes the axes of a sum as an operand, those of a sum of squares as an attribute.
  const rows =
    type === 'ReduceSum'
      ? model.node(type, [operand, model.sharedIntegers([last])], `${name}:rows`, { keepdims: 0 })
      : model.node(type, [operand], `${name}:rows`, { axes: [last], keepdims: 0 });
  model.node('ReduceSum', [rows], name, { keepdims: 0 });
}
