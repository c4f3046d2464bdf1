import type { Tensor } from '@tensorflow/tfjs-core';
import { constantValues } from './constant.js';
import { type Expr, topologicalOrder } from './expr.js';
import { checkFeeds } from './feeds.js';
import type { Runtime, Session, Tensors } from './runtime.js';
import { attempt, checkPrecision, sessionDisposed } from './runtime_errors.js';
import { simplify } from './simplify.js';
import { chooseLayouts, fromRows, type Layout, toRows } from './tfjs_layout.js';
import { loadTfjs, type Tfjs, tfjsVersion } from './tfjs_library.js';
import { evaluateOp } from './tfjs_ops.js';

const LIBRARY = 'TensorFlow.js';

/**
 * TensorFlow.js, op by op: on `@tensorflow/tfjs-node-gpu` where that is installed, else `@tensorflow/tfjs-node`, else
 * `@tensorflow/tfjs-backend-wasm`, all optional. The package is loaded at the first `compile`, not before. How many
 * threads it takes is its own affair. On a graphics card, equal feeds may differ in their last bits.
 *
 * @throws NstError environment RUNTIME_MISSING where no such package is installed
 */
export function createTfjsRuntime(): Runtime {
  return {
    name: tfjsVersion(),
    precisions: ['float32'],
    async compile(outputs, options) {
      checkPrecision(this, options);
      const tf = await loadTfjs();
      return attempt(LIBRARY, 'prepare', () => new TfjsSession(tf, simplify(outputs)));
    },
  };
}

/** One op to evaluate, and the values that nobody needs after it. */
interface Step {
  readonly expr: Expr;
  readonly spent: readonly Expr[];
}

class TfjsSession implements Session {
  readonly #tf: Tfjs;
  readonly #outputs: Readonly<Record<string, Expr>>;
  readonly #inputs: readonly Expr<'input'>[];
  readonly #layouts: ReadonlyMap<Expr, Layout>;
  readonly #steps: readonly Step[];
  /** Constants as values, and as weights of convolutions, `[K,K,Cin,Cout]`. */
  readonly #constants = new Map<Expr, Tensor>();
  readonly #weights = new Map<Expr, Tensor>();
  #disposed = false;

  constructor(tf: Tfjs, outputs: Readonly<Record<string, Expr>>) {
    const results = Object.values(outputs);
    const order = topologicalOrder(results);
    this.#tf = tf;
    this.#outputs = outputs;
    this.#inputs = order.filter((expr) => expr.op === 'input');
    this.#layouts = chooseLayouts(order);
    this.#steps = stepsOf(order, results);
    try {
      this.#uploadConstants(order, results);
    } catch (error) {
      this.#freeConstants();
      throw error;
    }
  }

  #uploadConstants(order: readonly Expr[], results: readonly Expr[]): void {
    const tf = this.#tf;
    const upload = (to: Map<Expr, Tensor>, expr: Expr, arrange: (plain: Tensor) => Tensor) => {
      if (expr.op !== 'constant' || to.has(expr)) return;
      to.set(
        expr,
        tf.tidy(() => arrange(tf.tensor(constantValues(expr), [...expr.shape], 'float32'))),
      );
    };
    const asValue = (expr: Expr) =>
      upload(this.#constants, expr, (plain) => fromRows(tf, plain, expr.shape, this.#layouts.get(expr)!));
    for (const { op, inputs } of order) {
      inputs.forEach((operand, i) => {
        if (op === 'conv2d' && i === 1) {
          upload(this.#weights, operand, (plain) => tf.transpose(plain, [2, 3, 1, 0]));
        } else asValue(operand);
      });
    }
    for (const expr of results) asValue(expr);
  }

  async run(feeds: Readonly<Tensors>): Promise<Tensors> {
    if (this.#disposed) throw sessionDisposed();
    checkFeeds(this.#inputs, feeds);
    return attempt(LIBRARY, 'evaluate', () => this.#evaluate(feeds));
  }

  /** At one go: sessions of one thread share the library. */
  #evaluate(feeds: Readonly<Tensors>): Tensors {
    const tf = this.#tf;
    const values = new Map<Expr, Tensor>();
    try {
      for (const { expr, spent } of this.#steps) {
        values.set(
          expr,
          tf.tidy(() => this.#valueOf(expr, values, feeds)),
        );
        for (const operand of spent) {
          values.get(operand)!.dispose();
          values.delete(operand);
        }
      }
      return Object.fromEntries(
        Object.entries(this.#outputs).map(([name, expr]) => [name, this.#download(expr, values, feeds)]),
      );
    } finally {
      for (const tensor of values.values()) tensor.dispose();
    }
  }

  #valueOf(expr: Expr, values: ReadonlyMap<Expr, Tensor>, feeds: Readonly<Tensors>): Tensor {
    const layout = this.#layouts.get(expr)!;
    if (expr.op === 'input') {
      const plain = this.#tf.tensor(feeds[expr.attrs.name], [...expr.shape], 'float32');
      return fromRows(this.#tf, plain, expr.shape, layout);
    }
    const operands = expr.inputs.map((operand, i) => ({
      tensor:
        operand.op !== 'constant'
          ? values.get(operand)!
          : (expr.op === 'conv2d' && i === 1 ? this.#weights : this.#constants).get(operand)!,
      shape: operand.shape,
      layout: this.#layouts.get(operand)!,
    }));
    return evaluateOp(this.#tf, expr, operands, layout);
  }

  #download(expr: Expr, values: ReadonlyMap<Expr, Tensor>, feeds: Readonly<Tensors>): Float32Array {
    // The library may hand out the very array that it was given.
    if (expr.op === 'input') return feeds[expr.attrs.name].slice();
    if (expr.op === 'constant') return constantValues(expr).slice();
    const tf = this.#tf;
    return tf.tidy(() => {
      const plain = toRows(tf, values.get(expr)!, expr.shape, this.#layouts.get(expr)!);
      return plain.dataSync<'float32'>();
    });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#freeConstants();
  }

  #freeConstants(): void {
    for (const tensors of [this.#constants, this.#weights]) {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    }
  }
}

/** Every value that is computed or fed, in order, with what it is the last to use. */
function stepsOf(order: readonly Expr[], results: readonly Expr[]): Step[] {
  const lastUser = new Map<Expr, Expr>();
  for (const expr of order) for (const operand of expr.inputs) lastUser.set(operand, expr);
  const wanted = new Set(results);
  return order
    .filter((expr) => expr.op !== 'constant')
    .map((expr) => ({
      expr,
      spent: [...new Set(expr.inputs)].filter(
        (operand) => operand.op !== 'constant' && !wanted.has(operand) && lastUser.get(operand) === expr,
      ),
    }));
}
