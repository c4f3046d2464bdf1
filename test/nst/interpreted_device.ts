import type {
  Device,
  DeviceFeeds,
  DeviceSession,
  DeviceTensor,
  Expr,
  Shape,
} from '../../dist/engine/index.js';
import { evaluate } from '../engine/interpreter.js';

/** A device in plain JavaScript: graphs are evaluated by their definitions, tensors are float32 and counted. */
export class InterpretedDevice implements Device {
  /** Tensors that nobody has freed. */
  live = 0;
  /** Numbers fed to graphs from outside, and read back. */
  crossed = 0;

  compile(outputs: Readonly<Record<string, Expr>>, kept: readonly string[]): Promise<DeviceSession> {
    const runOnDevice = async (feeds: DeviceFeeds) => {
      const values = Object.entries(feeds).map(([name, fed]) => {
        if (fed instanceof Float32Array) this.crossed += fed.length;
        return [name, fed instanceof Float32Array ? fed : (fed as Tensor).values] as const;
      });
      const found = Object.entries(evaluate(outputs, Object.fromEntries(values)));
      const read = found.filter(([name]) => !kept.includes(name));
      this.crossed += read.reduce((sum, [, { length }]) => sum + length, 0);
      return {
        read: Object.fromEntries(read.map(([name, data]) => [name, Float32Array.from(data)])),
        kept: Object.fromEntries(
          found
            .filter(([name]) => kept.includes(name))
            .map(([name, data]) => [name, this.#tensor(Float32Array.from(data), outputs[name].shape)]),
        ),
      };
    };
    const run = async (feeds: Record<string, Float32Array>) => (await runOnDevice(feeds)).read;
    return Promise.resolve({ run, runOnDevice, dispose: async () => {} });
  }

  upload(values: Float32Array, shape: Shape): Promise<DeviceTensor> {
    this.crossed += values.length;
    return Promise.resolve(this.#tensor(values.slice(), shape));
  }

  download(tensor: DeviceTensor): Promise<Float32Array> {
    const { values } = tensor as Tensor;
    this.crossed += values.length;
    return Promise.resolve(values.slice());
  }

  #tensor(values: Float32Array, shape: Shape): Tensor {
    this.live++;
    return new Tensor(values, shape, () => this.live--);
  }
}

class Tensor implements DeviceTensor {
  readonly shape: Shape;
  readonly #values: Float32Array;
  readonly #freed: () => void;
  #disposed = false;

  constructor(values: Float32Array, shape: Shape, freed: () => void) {
    this.#values = values;
    this.shape = shape;
    this.#freed = freed;
  }

  get values(): Float32Array {
    if (this.#disposed) throw new Error('used after it was freed');
    return this.#values;
  }

  dispose(): void {
    if (!this.#disposed) this.#freed();
    this.#disposed = true;
  }
}
