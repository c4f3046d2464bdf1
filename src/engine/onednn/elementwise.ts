import type { Expr } from '../expr.js';
import { elementCount, sameShape } from '../shape.js';
import type { Binary, Unary } from './dnnl.js';
import type { Program, Tensor } from './program.js';
import { PAIRWISE, pairwise, scaled, UNARY } from './rows.js';

/** Whether nobody else needs a value, nor what shares its memory: the result may take its place. */
export type Spent = (expr: Expr) => boolean;

/** From so many elements on, handing over to the library costs less than its threads and vectors gain. */
const MANY = 4096;

/** An elementwise operation of two operands: by the library where they lie as features or are large, else in rows. */
export function addPairwise(
  program: Program,
  expr: Expr<'add' | 'sub' | 'mul' | 'div' | 'equal'>,
  spent: Spent,
): void {
  const { inputs, shape } = expr;
  if (inputs.every((x) => sameShape(x.shape, shape)) && inputs.some((x) => program.inFeatures(x))) {
    if (expr.op !== 'add' || !addedInPlace(program, expr, spent)) pairOfFeatures(program, expr, spent);
  } else if (elementCount(shape) < MANY || !pairOfNumbers(program, expr)) {
    const [x, y] = inputs;
    const [a, b] = [program.get(x, 'rows'), program.get(y, 'rows')];
    const out = program.create(shape, 'rows', [a, b]);
    program.compute([out, a, b], pairwise(PAIRWISE[expr.op], shape, x.shape, y.shape));
    program.set(expr, 'rows', out);
  }
}

function pairOfFeatures(program: Program, expr: Expr<Binary>, spent: Spent): void {
  const [a, b] = expr.inputs.map((x) => program.get(x, 'features'));
  const out = inPlace(expr.inputs[0], a, spent) ? a : program.create(expr.shape, 'features', [a, b]);
  const description = program.dnnl.binary(expr.op, a.descriptor, b.descriptor, out.descriptor);
  program.primitive(expr.op, description, { src: a, src1: b, dst: out });
  program.set(expr, 'features', out);
}

/** Adds what lies in rows to features, while it is put into their order. */
function addedInPlace(program: Program, expr: Expr, spent: Spent): boolean {
  const [x, y] = expr.inputs;
  const [features, rows] = program.inFeatures(x) ? [x, y] : [y, x];
  const out = program.get(features, 'features');
  if (program.inFeatures(rows) || !inPlace(features, out, spent)) return false;
  program.convert(program.get(rows, 'rows'), out, [{ kind: 'sum' }]);
  program.set(expr, 'features', out);
  return true;
}

function inPlace(expr: Expr, { buffer }: Tensor, spent: Spent): boolean {
  return spent(expr) && !buffer.lasting;
}

/** Rows of equal extents, or rows and one number, whatever their axes. */
function pairOfNumbers(program: Program, expr: Expr<Binary>): boolean {
  const count = elementCount(expr.shape);
  const counts = expr.inputs.map(({ shape }) => elementCount(shape));
  const turned = counts[0] === 1 && (expr.op === 'add' || expr.op === 'mul');
  const operands = turned ? [...expr.inputs].reverse() : expr.inputs;
  const [first, second] = operands.map(({ shape }) => elementCount(shape));
  if (first !== count || (second !== count && second !== 1)) return false;
  const [a, b] = operands.map((x) => flat(program, program.get(x, 'rows'), elementCount(x.shape)));
  const out = program.create(expr.shape, 'rows', [a, b]);
  const dst = flat(program, out, count);
  const description = program.dnnl.binary(expr.op, a.descriptor, b.descriptor, dst.descriptor);
  program.primitive(expr.op, description, { src: a, src1: b, dst });
  program.set(expr, 'rows', out);
  return true;
}

/** Rows as one axis. */
function flat(program: Program, { buffer }: Tensor, count: number): Tensor {
  return { buffer, descriptor: program.plain([count], 'float32', [1]) };
}

/** An elementwise operation of one operand. */
export function addUnary(
  program: Program,
  expr: Expr<'relu' | 'step' | 'square' | 'sqrt' | 'abs' | 'scale'>,
  spent: Spent,
): void {
  const [x] = expr.inputs;
  const factor = expr.op === 'scale' ? expr.attrs.factor : 1;
  if (expr.op !== 'step' && program.inFeatures(x)) {
    const from = program.get(x, 'features');
    const to = inPlace(x, from, spent) ? from : undefined;
    program.set(expr, 'features', mapped(program, expr.op, expr, from, factor, to));
    return;
  }
  const from = program.get(x, 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  const count = elementCount(expr.shape);
  if (expr.op === 'step' || count < MANY) {
    program.compute([out, from], expr.op === 'scale' ? scaled(factor) : UNARY[expr.op]);
  } else {
    const [src, dst] = [flat(program, from, count), flat(program, out, count)];
    const description = program.dnnl.unary(expr.op, src.descriptor, dst.descriptor, factor);
    program.primitive(expr.op, description, { src, dst });
  }
  program.set(expr, 'rows', out);
}

/** Features after an elementwise operation, where they lie or in room of their own. */
export function mapped(
  program: Program,
  kind: Unary,
  { shape }: Expr,
  from: Tensor,
  factor = 1,
  out = program.create(shape, 'features', [from]),
): Tensor {
  const description = program.dnnl.unary(kind, from.descriptor, out.descriptor, factor);
  program.primitive(kind, description, { src: from, dst: out });
  return out;
}

/**
 * The derivative through a relu: `upstream` where `value` > 0, else 0.
 */
export function addGate(program: Program, result: Expr, upstream: Expr, value: Expr, spent: Spent): void {
  const features = program.inFeatures(upstream) || program.inFeatures(value);
  const form = features ? 'features' : 'rows';
  const [from, by] = [program.get(upstream, form), program.get(value, form)];
  if (!features) {
    const out = program.create(result.shape, 'rows', [from, by]);
    program.compute([out, from, by], (to, x, y) => {
      for (let i = 0; i < to.length; i++) to[i] = y[i] > 0 ? x[i] : 0;
    });
    program.set(result, 'rows', out);
    return;
  }
  const out = inPlace(upstream, from, spent) ? from : program.create(result.shape, 'features', [from, by]);
  program.primitive('gate', program.dnnl.gate(by.descriptor, from.descriptor), {
    src: by,
    diffDst: from,
    diffSrc: out,
  });
  program.set(result, 'features', out);
}
