import type { Expr } from '../expr.js';
import { sameShape } from '../shape.js';
import type { Unary } from './dnnl.js';
import type { Program, Tensor } from './program.js';
import { PAIRWISE, pairwise, scaled, UNARY } from './rows.js';

/** An elementwise operation of two operands: by the library where they lie as features, else in rows. */
export function addPairwise(program: Program, expr: Expr<'add' | 'sub' | 'mul' | 'div' | 'equal'>): void {
  const [x, y] = expr.inputs;
  const { op, shape } = expr;
  const alike = sameShape(x.shape, shape) && sameShape(y.shape, shape);
  if (alike && (program.inFeatures(x) || program.inFeatures(y))) {
    const [a, b] = [program.get(x, 'features'), program.get(y, 'features')];
    const out = program.create(shape, 'features', [a, b]);
    const description = program.dnnl.binary(op, a.descriptor, b.descriptor, out.descriptor);
    program.primitive(op, description, { src: a, src1: b, dst: out });
    program.set(expr, 'features', out);
    return;
  }
  const [a, b] = [program.get(x, 'rows'), program.get(y, 'rows')];
  const out = program.create(shape, 'rows', [a, b]);
  program.compute([out, a, b], pairwise(PAIRWISE[op], shape, x.shape, y.shape));
  program.set(expr, 'rows', out);
}

/** An elementwise operation of one operand. */
export function addUnary(
  program: Program,
  expr: Expr<'relu' | 'step' | 'square' | 'sqrt' | 'abs' | 'scale'>,
): void {
  const [x] = expr.inputs;
  if (expr.op !== 'step' && program.inFeatures(x)) {
    const from = program.get(x, 'features');
    const factor = expr.op === 'scale' ? expr.attrs.factor : 1;
    program.set(expr, 'features', mapped(program, expr.op, expr, from, factor));
    return;
  }
  const from = program.get(x, 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  program.compute([out, from], expr.op === 'scale' ? scaled(expr.attrs.factor) : UNARY[expr.op]);
  program.set(expr, 'rows', out);
}

/** Features after an elementwise operation. */
export function mapped(program: Program, kind: Unary, { shape }: Expr, from: Tensor, factor = 1): Tensor {
  const out = program.create(shape, 'features', [from]);
  const description = program.dnnl.unary(kind, from.descriptor, out.descriptor, factor);
  program.primitive(kind, description, { src: from, dst: out });
  return out;
}

/**
 * The derivative through a relu: `upstream` where `value` > 0, else 0.
 *
 * @param spent nobody else needs `upstream`, nor what shares its memory: the result may take its place
 */
export function addGate(program: Program, result: Expr, upstream: Expr, value: Expr, spent: boolean): void {
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
  const inPlace = spent && !from.buffer.lasting;
  const out = inPlace ? from : program.create(result.shape, 'features', [from, by]);
  program.primitive('gate', program.dnnl.gate(by.descriptor, from.descriptor), {
    src: by,
    diffDst: from,
    diffSrc: out,
  });
  program.set(result, 'features', out);
}
