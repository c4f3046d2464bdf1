import { writeFileSync } from 'node:fs';
import { type OnnxAttribute, OnnxModel } from '../../dist/engine/onnx_model.js';

/** A dimension of an input: a number, or a name for one that takes any. */
type Extent = number | string;

export interface TinyInput {
  readonly name: string;
  readonly shape: readonly Extent[];
}

/** Two pictures of any size, as most exports have them. */
export const ANY_SIZE: readonly TinyInput[] = ['earlier', 'later'].map((name) => ({
  name,
  shape: [1, 3, 'height', 'width'],
}));

export const ofSize = (width: number, height: number): readonly TinyInput[] =>
  ANY_SIZE.map(({ name }) => ({ name, shape: [1, 3, height, width] }));

/** A graph under construction that reads like formulas. */
export class TinyModel {
  readonly #model = new OnnxModel();
  #names = 0;

  /** `type`: of the inputs and outputs. */
  constructor(
    readonly inputs: readonly TinyInput[],
    private readonly type: 'float32' | 'float16' = 'float32',
  ) {
    for (const { name, shape } of inputs) this.#model.input(name, shape, this.type);
  }

  op(type: string, operands: readonly string[], attributes?: Record<string, OnnxAttribute>): string {
    return this.#model.node(type, operands, `value${this.#names++}`, attributes);
  }

  constant(values: readonly number[], shape: readonly number[]): string {
    return this.#model.floats(`value${this.#names++}`, shape, (into) => into.set(values));
  }

  integers(values: readonly number[]): string {
    return this.#model.sharedIntegers(values);
  }

  /** One channel convolved with a kernel of odd sides; nothing lies past the border. */
  filter(plane: string, kernel: readonly (readonly number[])[]): string {
    const [h, w] = [kernel.length, kernel[0].length];
    const weights = this.constant(kernel.flat(), [1, 1, h, w]);
    const [y, x] = [(h - 1) / 2, (w - 1) / 2];
    return this.op('Conv', [plane, weights], { kernel_shape: [h, w], pads: [y, x, y, x], strides: [1, 1] });
  }

  /** One channel of a picture `[1,3,H,W]`. */
  channel(picture: string, c: number): string {
    const one = (n: number) => this.integers([n]);
    return this.op('Slice', [picture, one(c), one(c + 1), one(1)]);
  }

  output(value: string, name: string, shape: readonly Extent[] = [1, 2, 'height', 'width']): this {
    this.#model.node('Identity', [value], name);
    this.#model.output(name, shape, this.type);
    return this;
  }

  write(path: string): string {
    writeFileSync(path, this.#model.encode());
    return path;
  }
}

/** A model that sees everything move by (u, v) px, whatever it is shown. */
export function constantFlow(u: number, v: number, inputs = ANY_SIZE): TinyModel {
  const model = new TinyModel(inputs);
  const shown = model.op('Mul', [
    model.op('Sub', [inputs[0].name, inputs.at(-1)!.name]),
    model.constant([0], []),
  ]);
  const two = model.op('Concat', [model.channel(shown, 0), model.channel(shown, 1)], { axis: 1 });
  return model.output(model.op('Add', [two, model.constant([u, v], [1, 2, 1, 1])]), 'flow');
}

const BOX = Array.from({ length: 9 }, () => Array.from({ length: 9 }, () => 1));

/**
 * One step of Lucas & Kanade 1981 on the red channel: right for movements of a pixel or less. Its fixed
 * little against the gradients is chosen for pictures of 0..255.
 */
export function lucasKanade(inputs = ANY_SIZE): TinyModel {
  const model = new TinyModel(inputs);
  const [from, to] = inputs.map(({ name }) => model.channel(name, 0));
  const half = model.constant([0.5], []);
  const middle = model.op('Mul', [model.op('Add', [from, to]), half]);
  const x = model.filter(middle, [[-0.5, 0, 0.5]]);
  const y = model.filter(middle, [[-0.5], [0], [0.5]]);
  const t = model.op('Sub', [to, from]);
  const sum = (a: string, b: string) => model.filter(model.op('Mul', [a, b]), BOX);
  const little = model.constant([1], []);
  const [xx, yy] = [sum(x, x), sum(y, y)].map((trace) => model.op('Add', [trace, little]));
  const [xy, xt, yt] = [sum(x, y), sum(x, t), sum(y, t)];
  const minus = (a: readonly [string, string], b: readonly [string, string]) =>
    model.op('Sub', [model.op('Mul', [...a]), model.op('Mul', [...b])]);
  const determinant = minus([xx, yy], [xy, xy]);
  const u = model.op('Div', [minus([xy, yt], [yy, xt]), determinant]);
  const v = model.op('Div', [minus([xy, xt], [xx, yt]), determinant]);
  return model.output(model.op('Concat', [u, v], { axis: 1 }), 'flow');
}
