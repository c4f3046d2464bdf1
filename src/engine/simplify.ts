import { type Expr, topologicalOrder } from './expr.js';
import { RULES } from './simplify_rules.js';

/**
 * An equivalent graph that costs less to evaluate: equal nodes merged, algebra done, constant factors folded into
 * weights. Values change by float32 rounding at most.
 */
export function simplify(outputs: Readonly<Record<string, Expr>>): Record<string, Expr> {
  let exprs = Object.values(outputs);
  // Every rule makes the graph smaller or moves a factor towards its operands, so this ends.
  for (let changed = true; changed; ) [exprs, changed] = pass(exprs);
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, exprs[i]]));
}

/** Applies the first rule that matches to every node, once. */
function pass(outputs: readonly Expr[]): [Expr[], boolean] {
  const uses = new Map<Expr, number>();
  const order = topologicalOrder(outputs);
  for (const expr of [...outputs, ...order.flatMap(({ inputs }) => inputs)]) {
    uses.set(expr, (uses.get(expr) ?? 0) + 1);
  }
  const only = (expr: Expr) => uses.get(expr) === 1;

  let changed = false;
  const merged = new Map<string, Expr>();
  const numbers = new Map<unknown, number>();
  const number = (object: unknown) => {
    let n = numbers.get(object);
    if (n === undefined) numbers.set(object, (n = numbers.size));
    return n;
  };
  const merge = (expr: Expr): Expr => {
    // Arrays of values are told apart by identity: comparing megabytes of weights is not worth it.
    const attrs = JSON.stringify(expr.attrs, (_, v) => (v instanceof Float32Array ? `#${number(v)}` : v));
    const key = `${expr.op}|${expr.shape}|${expr.inputs.map(number)}|${attrs}`;
    const twin = merged.get(key);
    if (!twin) merged.set(key, expr);
    else if (twin !== expr) changed = true;
    return twin ?? expr;
  };

  const done = new Map<Expr, Expr>();
  const visit = (expr: Expr): Expr => {
    let result = done.get(expr);
    if (result) return result;
    const replacement = RULES.reduce<Expr | undefined>((found, rule) => found ?? rule(expr, only), undefined);
    if (replacement) {
      changed = true;
      result = visit(replacement);
    } else {
      const inputs = expr.inputs.map(visit);
      const kept = inputs.every((operand, i) => operand === expr.inputs[i]);
      result = merge(kept ? expr : ({ ...expr, inputs } as Expr));
    }
    done.set(expr, result);
    return result;
  };
  // Operands first keeps the recursion shallow however deep the network is.
  for (const expr of order) visit(expr);
  return [outputs.map(visit), changed];
}
