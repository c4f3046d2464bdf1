import { type Expr, topologicalOrder } from '../expr.js';
import { fitsFeatures } from './program.js';

/** What is computed in one step with the operands it swallows, told by its last node. */
export type Fusion =
  /** relu(conv2d(x)). */
  | { readonly kind: 'convolution'; readonly convolution: Expr<'conv2d'> }
  /** upstream · step(value). */
  | { readonly kind: 'gate'; readonly upstream: Expr; readonly value: Expr }
  /** An enlargement with zeros for a pooling's odd last row and column. */
  | { readonly kind: 'enlargement'; readonly enlarged: Expr<'upsample2'> }
  /** The same of a convolution's features. */
  | { readonly kind: 'enlarged convolution'; readonly convolution: Expr<'conv2d'> };

export interface Fusions {
  readonly ends: ReadonlyMap<Expr, Fusion>;
  /** What is not computed on its own. */
  readonly swallowed: ReadonlySet<Expr>;
  /** Whether one step alone needs the value, and nobody at the end. */
  only(expr: Expr): boolean;
}

/** Finds what can be computed in one step. */
export function findFusions(outputs: readonly Expr[]): Fusions {
  const order = topologicalOrder(outputs);
  const uses = new Map<Expr, number>();
  for (const expr of [...outputs, ...order.flatMap(({ inputs }) => inputs)])
    uses.set(expr, (uses.get(expr) ?? 0) + 1);
  const only = (expr: Expr) => uses.get(expr) === 1;
  const ends = new Map<Expr, Fusion>();
  const swallowed = new Set<Expr>();
  const swallow = (end: Expr, operand: Expr, fusion: Fusion) => {
    ends.set(end, fusion);
    swallowed.add(operand);
  };
  for (const expr of order) {
    const [x] = expr.inputs;
    if (expr.op === 'relu' && x.op === 'conv2d' && only(x))
      swallow(expr, x, { kind: 'convolution', convolution: x });
    else if (expr.op === 'upsample2' && x.op === 'conv2d' && only(x) && fitsFeatures(x.shape))
      swallow(expr, x, { kind: 'enlarged convolution', convolution: x });
    else if (expr.op === 'pad' && x.op === 'upsample2' && only(x) && isOddEdge(expr))
      swallow(expr, x, ends.get(x) ?? { kind: 'enlargement', enlarged: x });
    else if (expr.op === 'mul') {
      const gate = expr.inputs.findIndex((operand) => operand.op === 'step' && only(operand));
      const upstream = expr.inputs[1 - gate];
      if (
        gate >= 0 &&
        upstream !== expr.inputs[gate] &&
        sameExtents(upstream, expr) &&
        sameExtents(expr.inputs[gate], expr)
      )
        swallow(expr, expr.inputs[gate], { kind: 'gate', upstream, value: expr.inputs[gate].inputs[0] });
    }
  }
  return { ends, swallowed, only };
}

function sameExtents(a: Expr, b: Expr): boolean {
  return String(a.shape) === String(b.shape);
}

/** Whether at most one row and one column of zeros come after the picture. */
function isOddEdge({ attrs: { before, after } }: Expr<'pad'>): boolean {
  return (
    before.length === 4 &&
    before.every((count) => count === 0) &&
    after.every((count, axis) => count <= (axis < 2 ? 0 : 1))
  );
}
