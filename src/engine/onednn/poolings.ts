import type { Expr } from '../expr.js';
import { addConvolution } from './convolutions.js';
import { mapped, type Spent } from './elementwise.js';
import type { Program, Tensor } from './program.js';
import { copyBlock, doubled } from './rows.js';

/** Largest or mean value of 2×2 blocks, in the form that the operand has. */
export function addPooling(program: Program, expr: Expr<'maxPool2' | 'avgPool2'>): void {
  const [x] = expr.inputs;
  const form = program.inFeatures(x) ? 'features' : 'rows';
  const src = program.get(x, form);
  const dst = program.create(expr.shape, form, [src]);
  const kind = expr.op === 'maxPool2' ? 'max' : 'average';
  program.primitive('pooling', program.dnnl.pooling(kind, src.descriptor, dst.descriptor), { src, dst });
  program.set(expr, form, dst);
}

/**
 * Every pixel as a 2×2 block, with an odd row and column of zeros after them where `result` has those: the backward
 * pass of an average pooling, times four.
 */
export function addEnlargement(program: Program, expr: Expr<'upsample2'>, result: Expr, spent: Spent): void {
  const [x] = expr.inputs;
  if (program.inFeatures(x)) {
    const from = program.get(x, 'features');
    const to = spent(x) && !from.buffer.lasting ? from : undefined;
    spread(program, mapped(program, 'scale', x, from, 4, to), result);
    return;
  }
  const from = program.get(x, 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  program.compute([out, from], doubled(x.shape));
  program.set(expr, 'rows', out);
}

/** The same of a convolution, which is four times as large for nothing. */
export function addEnlargedConvolution(program: Program, convolution: Expr<'conv2d'>, result: Expr): void {
  addConvolution(program, convolution, convolution, { factor: 4 });
  spread(program, program.get(convolution, 'features'), result);
}

function spread(program: Program, fourfold: Tensor, result: Expr): void {
  const out = program.create(result.shape, 'features', [fourfold]);
  const description = program.dnnl.poolingBackward(out.descriptor, fourfold.descriptor);
  program.primitive('pooling backwards', description, { diffDst: fourfold, diffSrc: out });
  program.set(result, 'features', out);
}

/** A block of a value. */
export function addSlice(program: Program, expr: Expr<'slice'>): void {
  const [x] = expr.inputs;
  const { begin } = expr.attrs;
  if (program.inFeatures(x) && allChannels(expr, x)) {
    const from = program.get(x, 'features');
    const part = {
      buffer: from.buffer,
      descriptor: program.own(program.dnnl.part(from.descriptor, expr.shape, begin)),
    };
    const out = program.create(expr.shape, 'features', [from]);
    program.convert(part, out);
    program.set(expr, 'features', out);
    return;
  }
  const from = program.get(x, 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  const none = begin.map(() => 0);
  program.compute([out, from], copyBlock(x.shape, begin, expr.shape, none, expr.shape));
  program.set(expr, 'rows', out);
}

/** A value with zeros round it. */
export function addPadding(program: Program, expr: Expr<'pad'>): void {
  const [x] = expr.inputs;
  const { before } = expr.attrs;
  const form = program.inFeatures(x) && allChannels(expr, x) ? 'features' : 'rows';
  const from = program.get(x, form);
  const out = program.create(expr.shape, form, [from]);
  if (form === 'features') {
    program.compute([out], (values) => values.fill(0));
    const part = {
      buffer: out.buffer,
      descriptor: program.own(program.dnnl.part(out.descriptor, x.shape, before)),
    };
    program.convert(from, part);
  } else {
    const copy = copyBlock(
      x.shape,
      before.map(() => 0),
      expr.shape,
      before,
      x.shape,
    );
    program.compute([out, from], (to, values) => {
      to.fill(0);
      copy(to, values);
    });
  }
  program.set(expr, form, out);
}

function allChannels(a: Expr, b: Expr): boolean {
  return a.shape[0] === b.shape[0] && a.shape[1] === b.shape[1];
}
