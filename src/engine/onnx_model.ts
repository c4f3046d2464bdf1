import { Message } from './protobuf.js';
import type { Shape } from './shape.js';

/** Versions the runtimes must know: operator set 17 and file format 8 (ONNX 1.12, 2022). */
const OPERATOR_SET = 17;
const FILE_FORMAT = 8;

const FLOAT = 1;
const INT64 = 7;
const FLOAT16 = 10;

/** A dimension's extent; one that is a name takes any number, the same wherever it stands. */
type Extent = number | string;
type FloatType = 'float32' | 'float16';

/** Attribute values of ONNX nodes; a plain number is an integer, `{ float }` a float. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

/** Collects nodes, tensors, inputs and outputs of an ONNX graph and writes the model file (onnx.proto, version 8). */
export class OnnxModel {
  #nodes: Message[] = [];
  #initializers: Message[] = [];
  #inputs: Message[] = [];
  #outputs: Message[] = [];
  #shared = new Map<string, string>();

  input(name: string, shape: readonly Extent[], type: FloatType = 'float32'): void {
    this.#inputs.push(valueInfo(name, shape, type));
  }

  output(name: string, shape: readonly Extent[], type: FloatType = 'float32'): void {
    this.#outputs.push(valueInfo(name, shape, type));
  }

  /** Adds one node with one result called `output`; an empty operand name means "not given". */
  node(
    type: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    const message = new Message();
    for (const name of inputs) message.string(1, name);
    message.string(2, output).string(3, output).string(4, type);
    for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
    this.#nodes.push(message);
    return output;
  }

  /** A float32 tensor whose values are written when the model is. */
  floats(name: string, shape: Shape, write: (into: Float32Array) => void): string {
    const count = shape.reduce((n, extent) => n * extent, 1);
    const fill = (bytes: Uint8Array) => {
      // The bytes may lie at any offset, a Float32Array may not. The runtimes' platforms are all little-endian, as
      // the format demands.
      const values = new Float32Array(count);
      write(values);
      bytes.set(new Uint8Array(values.buffer));
    };
    this.#initializers.push(tensor(name, FLOAT, shape).deferredBytes(9, 4 * count, fill));
    return name;
  }

  /** A float32 scalar or vector; equal ones are stored once. */
  sharedFloats(values: number | readonly number[]): string {
    return this.#once(`floats:${values}`, (name) => {
      const list = typeof values === 'number' ? [values] : values;
      this.floats(name, typeof values === 'number' ? [] : [list.length], (into) => into.set(list));
    });
  }

  /** An int64 vector, as ONNX wants shapes, axes and pads; equal ones are stored once. */
  sharedIntegers(values: readonly number[]): string {
    return this.#once(`integers:[${values}]`, (name) => {
      const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
      this.#initializers.push(tensor(name, INT64, [values.length]).bytes(9, bytes));
    });
  }

  #once(key: string, make: (name: string) => void): string {
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = `shared:${this.#shared.size}`;
      this.#shared.set(key, name);
      make(name);
    }
    return name;
  }

  encode(): Uint8Array {
    const graph = new Message();
    for (const message of this.#nodes) graph.message(1, message);
    graph.string(2, 'energy');
    for (const message of this.#initializers) graph.message(5, message);
    for (const message of this.#inputs) graph.message(11, message);
    for (const message of this.#outputs) graph.message(12, message);
    return new Message()
      .integer(1, FILE_FORMAT)
      .string(2, 'nst-video')
      .message(7, graph)
      .message(8, new Message().string(1, '').integer(2, OPERATOR_SET))
      .encode();
  }
}

function tensor(name: string, type: number, shape: Shape): Message {
  const message = new Message();
  for (const extent of shape) message.integer(1, extent);
  return message.integer(2, type).string(8, name);
}

function valueInfo(name: string, shape: readonly Extent[], type: FloatType): Message {
  const dimensions = new Message();
  for (const extent of shape) {
    const dimension = new Message();
    dimensions.message(
      1,
      typeof extent === 'string' ? dimension.string(2, extent) : dimension.integer(1, extent),
    );
  }
  const tensorType = new Message().integer(1, type === 'float16' ? FLOAT16 : FLOAT).message(2, dimensions);
  return new Message().string(1, name).message(2, new Message().message(1, tensorType));
}

function attribute(name: string, value: OnnxAttribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === 'string') return message.string(4, value).integer(20, 3);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  for (const item of value) message.integer(8, item);
  return message.integer(20, 7);
}
