import type { Expr } from '../expr.js';
import type { Descriptor, PostOp } from './dnnl.js';
import { type Form, type Program, rowStrides, type Tensor } from './program.js';

/**
 * A matrix product. Features channels last are matrices as they lie; in bfloat16, a product with features has both
 * operands in bfloat16 and sums in float32.
 */
export function addProduct(program: Program, expr: Expr<'gemm'>): void {
  const [a, b] = expr.inputs;
  const { transA, transB, alpha } = expr.attrs;
  const halves = program.layout.type === 'bfloat16' && (ofFeatures(program, a) || ofFeatures(program, b));
  const operand = (x: Expr, turned: boolean) => {
    const form = ofFeatures(program, x) ? 'columns' : halves ? 'half' : 'rows';
    const tensor = program.get(x, form);
    return { tensor, view: { buffer: tensor.buffer, descriptor: matrix(program, x, form, turned) } };
  };
  const form = becomesFeatures(program, expr) ? 'columns' : 'rows';
  // Kernels write row by row: features channels last are had as (A B)ᵀ = Bᵀ Aᵀ.
  const turned = form === 'columns';
  const [left, right] = turned
    ? [operand(b, !transB), operand(a, !transA)]
    : [operand(a, transA), operand(b, transB)];
  const out = program.create(expr.shape, form, [left.tensor, right.tensor]);
  const view = turned ? { buffer: out.buffer, descriptor: matrix(program, expr, form, true) } : out;
  const post: PostOp[] = alpha === 1 ? [] : [{ kind: 'scale', factor: alpha }];
  const description = program.dnnl.matmul(left.view.descriptor, right.view.descriptor, view.descriptor, post);
  program.primitive('matrix product', description, { src: left.view, weights: right.view, dst: view });
  program.set(expr, form, out);
}

/** Whether the matrix is features that lie channels last. */
function ofFeatures(program: Program, x: Expr): boolean {
  return program.has(x, 'columns');
}

/** Whether a product of features is to lie as features again: `[C,H·W]` of as many places as one operand. */
function becomesFeatures(program: Program, { inputs, shape }: Expr<'gemm'>): boolean {
  return inputs.some((x) => ofFeatures(program, x) && x.shape[1] === shape[1]) && shape[0] % 16 === 0;
}

/** How an operand, or its transposed, lies. */
function matrix(program: Program, { shape }: Expr, form: Form, turned: boolean): Descriptor {
  const strides = form === 'columns' ? [1, shape[0]] : rowStrides(shape);
  const type = form === 'rows' ? 'float32' : program.layout.type;
  return turned
    ? program.plain([shape[1], shape[0]], type, [strides[1], strides[0]])
    : program.plain(shape, type, strides);
}

export function addTransposed(program: Program, expr: Expr<'transpose'>): void {
  const from = program.get(expr.inputs[0], 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  const [m, n] = expr.shape;
  program.convert({ buffer: from.buffer, descriptor: program.plain([m, n], 'float32', [1, m]) }, out);
  program.set(expr, 'rows', out);
}

/** The same elements under another shape: for free in rows, and for features that lie channels last. */
export function addReshape(program: Program, expr: Expr<'reshape'>): void {
  const [x] = expr.inputs;
  const share = (form: Form, from: Tensor) =>
    program.set(expr, form, { buffer: from.buffer, descriptor: program.descriptor(expr.shape, form) });
  const last = program.layout.order === 'last';
  if (last && program.inFeatures(x) && isFeatureMatrix(expr, x)) share('columns', program.get(x, 'features'));
  else if (last && program.has(x, 'columns') && isFeatureMatrix(x, expr))
    share('features', program.get(x, 'columns'));
  else share('rows', program.get(x, 'rows'));
}

/** Whether the matrix `[C,H·W]` is the features `[1,C,H,W]` under another shape. */
function isFeatureMatrix(matrix: Expr, features: Expr): boolean {
  return (
    matrix.shape.length === 2 &&
    features.shape.length === 4 &&
    features.shape[0] === 1 &&
    matrix.shape[0] === features.shape[1]
  );
}
