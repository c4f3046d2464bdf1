import { type Expr, type Session, type Tensors, topologicalOrder } from '../../engine/index.js';

/** Makes a graph ready to run: a runtime's `compile`, in a precision. */
export type Compile = (outputs: Readonly<Record<string, Expr>>) => Promise<Session>;

/** One of the graphs that an evaluation is made of: it takes what it needs of what there is. */
export class Part {
  readonly #session: Session | undefined;
  readonly #inputs: readonly string[];

  private constructor(session: Session | undefined, inputs: readonly string[]) {
    this.#session = session;
    this.#inputs = inputs;
  }

  static async compile(compile: Compile, outputs: Readonly<Record<string, Expr>>): Promise<Part> {
    const order = topologicalOrder(Object.values(outputs));
    const inputs = order.flatMap((expr) => (expr.op === 'input' ? [expr.attrs.name] : []));
    return new Part(order.length > 0 ? await compile(outputs) : undefined, inputs);
  }

  /** Whether it depends on an input of this name. */
  takes(name: string): boolean {
    return this.#inputs.includes(name);
  }

  async run(there: Readonly<Tensors>): Promise<Tensors> {
    if (!this.#session) return {};
    return this.#session.run(Object.fromEntries(this.#inputs.map((name) => [name, there[name]])));
  }

  async dispose(): Promise<void> {
    await this.#session?.dispose();
  }
}
