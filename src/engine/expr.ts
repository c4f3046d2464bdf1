import type { ConstantData } from './constant.js';
import { checkShape, graphError, type Shape } from './shape.js';

/**
 * The whole op set, with each op's attributes. This is the meaning every runtime must give it; all tensors are float32,
 * images and features are `[N,C,H,W]`, a truth value is 1 or 0, and elementwise ops on two tensors broadcast.
 */
export interface OpAttributes {
  /** A tensor given anew at every run, known by its name. */
  input: { readonly name: string };
  /** A tensor fixed when the graph is built. */
  constant: ConstantData;

  /** x + y, x − y, x · y, x / y, elementwise. */
  add: NoAttributes;
  sub: NoAttributes;
  mul: NoAttributes;
  div: NoAttributes;
  /** factor · x. */
  scale: { readonly factor: number };
  /** max(x, 0). */
  relu: NoAttributes;
  /** 1 where x > 0, else 0. */
  step: NoAttributes;
  /** 1 where x = y, else 0. */
  equal: NoAttributes;
  /** x². */
  square: NoAttributes;
  /** √x. */
  sqrt: NoAttributes;
  /** |x|. */
  abs: NoAttributes;
  /** x, taken as a constant by whoever differentiates. */
  stopGradient: NoAttributes;

  /**
   * Cross-correlation of `[N,Cin,H,W]` with constant weights `[Cout,Cin,K,K]` (K = 1 or 3) and an optional constant
   * bias `[Cout]`, stride 1, zero padding (K−1)/2: the size stays.
   */
  conv2d: NoAttributes;
  /** Largest or mean value of every 2×2 block, stride 2; a last odd row or column is left out. */
  maxPool2: NoAttributes;
  avgPool2: NoAttributes;
  /** Every pixel repeated as a 2×2 block: `[N,C,H,W]` to `[N,C,2H,2W]`. */
  upsample2: NoAttributes;

  /** alpha · op(A) op(B) for matrices; op transposes where asked. */
  gemm: { readonly transA: boolean; readonly transB: boolean; readonly alpha: number };
  /** The transposed of a matrix. */
  transpose: NoAttributes;

  /** Sum over all elements (a scalar), or over `axes`, which stay with extent 1. */
  sum: { readonly axes: readonly number[] | 'all' };
  /** Σ x² over all elements: a scalar. */
  sumSquares: NoAttributes;

  /** The same elements in the same (row-major) order under another shape. */
  reshape: NoAttributes;
  /** Elements `begin` (included) to `end` (excluded) along every axis. */
  slice: { readonly begin: readonly number[]; readonly end: readonly number[] };
  /** Zeros added before and after along every axis. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** x stretched to a larger shape by the rules of broadcasting. */
  expand: NoAttributes;
}

/** Ops fully described by their operands and shape. */
export type NoAttributes = Readonly<Record<never, never>>;

export type OpName = keyof OpAttributes;

/** One node of the graph: an op, its operands and the shape of its value. Immutable; sharing a node shares its value. */
export type Expr<Op extends OpName = OpName> = {
  [K in Op]: {
    readonly op: K;
    readonly inputs: readonly Expr[];
    readonly attrs: OpAttributes[K];
    readonly shape: Shape;
  };
}[Op];

/** Makes a node as told, unchecked except for its shape: the ops' own constructors check their operands. */
export function node<Op extends OpName>(
  op: Op,
  inputs: readonly Expr[],
  attrs: OpAttributes[Op],
  shape: Shape,
): Expr<Op> {
  checkShape(op, shape);
  return { op, inputs, attrs, shape } as unknown as Expr<Op>;
}

/** A tensor fed by name at every run. Two inputs of one graph that share a name must be the same node. */
export function input(name: string, shape: Shape): Expr<'input'> {
  if (!/^[A-Za-z]\w*$/.test(name)) throw graphError('input', 'a name of letters, digits and _', `"${name}"`);
  return node('input', [], { name }, shape);
}

/** All nodes the outputs need, each once, operands before their users, in an order that depends on the graph alone. */
export function topologicalOrder(outputs: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>();
  const order: Expr[] = [];
  // An explicit stack: a deep network must not overflow the call stack of a worker thread.
  const stack: { expr: Expr; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ expr: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const operand = top.expr.inputs[top.next++];
      if (operand === undefined) {
        order.push(top.expr);
        stack.pop();
      } else if (!seen.has(operand)) {
        seen.add(operand);
        stack.push({ expr: operand, next: 0 });
      }
    }
  }
  return order;
}
