import { scalar } from './constant.js';
import { type Expr, topologicalOrder } from './expr.js';
import { derivativeOf } from './gradient_rules.js';
import { add, relu } from './ops_elementwise.js';
import { expand } from './ops_shape.js';
import { formatShape, graphError } from './shape.js';

export interface GradientOptions {
  /**
   * Guided backpropagation (Springenberg, Dosovitskiy, Brox & Riedmiller 2015, sect. 3.4): what comes back to a relu is
   * cut off below 0 as well as where its operand is not positive. What is found then is no derivative of the energy, but
   * shows what a neuron is raised by. Default false.
   */
  readonly guided?: boolean;
}

/**
 * Derivatives of a scalar energy with respect to nodes of its graph, as expressions over the same nodes
 * (reverse-mode differentiation).
 *
 * @param energy an expression of shape `[]` or `[1]`
 * @param wrt nodes to differentiate by, usually inputs
 * @returns one expression per node of `wrt`, of that node's shape; zeros where the energy does not depend on it
 */
export function gradient(
  energy: Expr,
  wrt: readonly Expr[],
  { guided = false }: GradientOptions = {},
): Expr[] {
  if (energy.shape.some((extent) => extent !== 1)) {
    throw graphError('gradient', 'a scalar energy', formatShape(energy.shape));
  }
  const order = topologicalOrder([energy]);
  const wanted = new Set(wrt);
  // Only nodes between the energy and `wrt` take part: the targets and certainties of an energy need no derivative.
  const active = new Set<Expr>();
  for (const expr of order) {
    if (wanted.has(expr) || expr.inputs.some((operand) => active.has(operand))) active.add(expr);
  }

  const adjoints = new Map<Expr, Expr>();
  if (active.has(energy)) adjoints.set(energy, expand(scalar(1), energy.shape));
  for (const expr of order.reverse()) {
    const adjoint = adjoints.get(expr);
    if (!adjoint) continue;
    const needed = expr.inputs.map((operand) => active.has(operand));
    if (!needed.includes(true)) continue;
    derivativeOf(expr, adjoint, needed).forEach((part, i) => {
      if (!part || !needed[i]) return;
      const passed = guided && expr.op === 'relu' ? relu(part) : part;
      const operand = expr.inputs[i];
      const others = adjoints.get(operand);
      adjoints.set(operand, others ? add(others, passed) : passed);
    });
  }
  return wrt.map((expr) => adjoints.get(expr) ?? expand(scalar(0), expr.shape));
}
