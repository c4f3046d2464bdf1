import type { Expr } from '../expr.js';
import { elementCount, type Shape } from '../shape.js';
import type { Argument, Descriptor, Dnnl, ElementType, Pointer, PostOp } from './dnnl.js';
import type { LaidWeights } from './laid_weights.js';
import { operandList } from './operands.js';
import { allocate, type Buffer, floatsOf, type Place, sharePlaces } from './storage.js';

/** How the library likes features best: in blocks of channels, or channels last. */
export interface FeatureLayout {
  readonly order: 'blocked' | 'last';
  readonly type: 'float32' | 'bfloat16';
}

/**
 * How a value lies.
 * - `rows`: float32, row-major: what is fed and returned, and what JavaScript computes on.
 * - `features`: of rank four, in the layout and type that the convolutions take.
 * - `columns`: a matrix `[C,H·W]` that is features `[1,C,H,W]` lying channels last; for free where those do.
 * - `half`: bfloat16, row-major.
 */
export type Form = 'rows' | 'features' | 'columns' | 'half';

/** A value in memory. */
export interface Tensor {
  readonly buffer: Buffer;
  readonly descriptor: Descriptor;
}

/** One thing to do in a run. */
interface Step {
  readonly buffers: readonly Buffer[];
  /** After the buffers have their places: what does it. */
  prepare(): () => void;
}

/** How many channels a value has at least, and a multiple of, to lie as features. */
const BLOCK = 16;

/**
 * Builds what evaluates a graph: primitives of the library and steps in JavaScript, in order, and where the values lie.
 * What depends on constants alone is done once. Values are converted when a step wants them in another form.
 */
export class Program {
  readonly dnnl: Dnnl;
  readonly layout: FeatureLayout;
  readonly #values = new Map<Expr, Map<Form, Tensor>>();
  readonly #once: Step[] = [];
  readonly #steps: Step[] = [];
  readonly #fed: Buffer[] = [];
  readonly #results = new Set<Buffer>();
  readonly #descriptors: Descriptor[] = [];
  readonly #primitives: Pointer[] = [];
  readonly #memories: Pointer[] = [];
  readonly #releases: (() => void)[] = [];

  readonly weights: LaidWeights;

  constructor(dnnl: Dnnl, layout: FeatureLayout, weights: LaidWeights) {
    this.dnnl = dnnl;
    this.layout = layout;
    this.weights = weights;
  }

  /** Whether the value is there in this form. */
  has(expr: Expr, form: Form): boolean {
    return this.#values.get(expr)?.has(form) ?? false;
  }

  /** Whether the value lies as features, so that what is computed of it does too. */
  inFeatures(expr: Expr): boolean {
    return fitsFeatures(expr.shape) && this.has(expr, 'features');
  }

  /** The value in this form, converted where it is not there yet. */
  get(expr: Expr, form: Form): Tensor {
    const forms = this.#values.get(expr)!;
    let tensor = forms.get(form);
    if (!tensor) {
      const given = forms.get('rows') ?? [...forms.values()][0];
      tensor = this.create(expr.shape, form, [given]);
      this.convert(given, tensor);
      forms.set(form, tensor);
    }
    return tensor;
  }

  /** Weights of a convolution in the layout that it wants. */
  laid(weights: Expr<'constant'>, descriptor: Descriptor): Tensor {
    const { buffer, release } = this.weights.take(weights, descriptor);
    this.#releases.push(release);
    return { descriptor, buffer };
  }

  /** Says that the value lies there. */
  set(expr: Expr, form: Form, tensor: Tensor): void {
    const forms = this.#values.get(expr) ?? new Map<Form, Tensor>();
    forms.set(form, tensor);
    this.#values.set(expr, forms);
  }

  /** Room for a value; lasting where it depends on lasting ones alone. */
  create(shape: Shape, form: Form, from: readonly Tensor[]): Tensor {
    return this.room(this.descriptor(shape, form), from);
  }

  room(descriptor: Descriptor, from: readonly Tensor[]): Tensor {
    const lasting = from.length > 0 && from.every(({ buffer }) => buffer.lasting);
    return { descriptor, buffer: { bytes: this.dnnl.sizeOf(descriptor), lasting } };
  }

  /** Room that keeps what is written once. */
  lasting(descriptor: Descriptor): Tensor {
    return { descriptor, buffer: { bytes: this.dnnl.sizeOf(descriptor), lasting: true } };
  }

  descriptor(shape: Shape, form: Form, type: ElementType = this.layout.type): Descriptor {
    const dims = shape.length === 0 ? [1] : shape;
    switch (form) {
      case 'rows':
        return this.plain(dims, 'float32', rowStrides(dims));
      case 'half':
        return this.plain(dims, 'bfloat16', rowStrides(dims));
      case 'columns':
        return this.plain(dims, type, [1, dims[0]]);
      default: {
        if (this.layout.order === 'blocked') return this.own(this.dnnl.blocked(dims, type)!);
        const [, c, h, w] = dims;
        return this.plain(dims, type, [c * h * w, 1, w * c, c]);
      }
    }
  }

  plain(dims: readonly number[], type: ElementType, strides: readonly number[]): Descriptor {
    return this.own(this.dnnl.plain(dims, type, strides));
  }

  /** Has the descriptor freed with the program. */
  own(descriptor: Descriptor): Descriptor {
    this.#descriptors.push(descriptor);
    return descriptor;
  }

  convert(from: Tensor, to: Tensor, post: readonly PostOp[] = []): void {
    const description = this.dnnl.reorder(from.descriptor, to.descriptor, post);
    this.primitive('conversion', description, { src: from, dst: to });
  }

  /**
   * Adds a primitive. Its description is freed.
   *
   * @param what for the message where the library has no implementation
   */
  primitive(
    what: string,
    description: Pointer | undefined,
    operands: Partial<Record<Argument, Tensor>>,
  ): void {
    if (description === undefined)
      throw new Error(`oneDNN ${this.dnnl.version} has no ${what} for this shape`);
    const { dnnl } = this;
    const primitive = dnnl.primitive(description);
    this.#primitives.push(primitive);
    dnnl.freeDescription(description);
    const given = Object.entries(operands) as [Argument, Tensor][];
    this.#add(
      given.map(([, tensor]) => tensor),
      () => {
        const { list, memories } = operandList(
          dnnl,
          given.map(([part, { descriptor, buffer }]) => ({
            part,
            descriptor,
            address: buffer.place!.address,
          })),
        );
        this.#memories.push(...memories);
        return () => dnnl.execute(primitive, list, given.length);
      },
    );
  }

  /** Adds a step in JavaScript on float32 values, the result first. */
  compute(tensors: readonly Tensor[], action: (...values: Float32Array[]) => void): void {
    this.#add(tensors, () => {
      const values = tensors.map(({ buffer }) => floatsOf(this.dnnl, buffer));
      return () => action(...values);
    });
  }

  /** What is written is lasting only where all that is read is: then it is done once. */
  #add(tensors: readonly Tensor[], prepare: () => () => void): void {
    const buffers = tensors.map(({ buffer }) => buffer);
    (buffers.every(({ lasting }) => lasting) ? this.#once : this.#steps).push({ buffers, prepare });
  }

  /** Says that the value is written before every run. */
  fed(expr: Expr): Tensor {
    const tensor = this.create(expr.shape, 'rows', []);
    this.#fed.push(tensor.buffer);
    this.set(expr, 'rows', tensor);
    return tensor;
  }

  /** Says that the value is wanted in rows at the end. */
  result(expr: Expr): Tensor {
    const tensor = this.get(expr, 'rows');
    this.#results.add(tensor.buffer);
    return tensor;
  }

  /**
   * Gives everything its memory and does what is done once.
   *
   * @returns what a run does, in order, and the bytes of memory that the values take
   */
  finish(): { readonly run: readonly (() => void)[]; readonly bytes: number } {
    const places = sharePlaces(this.#once, [{ buffers: this.#fed }, ...this.#steps], this.#results);
    this.#memories.push(...allocate(this.dnnl, places));
    for (const step of this.#once) step.prepare()();
    const bytes = places.reduce((sum: number, place: Place) => sum + place.bytes, 0);
    return { run: this.#steps.map((step) => step.prepare()), bytes };
  }

  /** Frees all that the program holds. */
  dispose(): void {
    const { dnnl } = this;
    for (const primitive of this.#primitives.splice(0)) dnnl.freePrimitive(primitive);
    for (const memory of this.#memories.splice(0).reverse()) dnnl.freeMemory(memory);
    for (const release of this.#releases.splice(0)) release();
    for (const descriptor of this.#descriptors.splice(0)) dnnl.freeDescriptor(descriptor);
  }
}

/** Whether a value of this shape may lie as features. */
export function fitsFeatures(shape: Shape): boolean {
  return shape.length === 4 && shape[1] % BLOCK === 0;
}

export function rowStrides(dims: readonly number[]): number[] {
  return dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
}
