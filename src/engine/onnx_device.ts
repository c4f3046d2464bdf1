import type { InferenceSession } from 'onnxruntime-node';
import type {
  Device,
  DeviceFeeds,
  DeviceName,
  DeviceResults,
  DeviceSession,
  DeviceTensor,
} from './device.js';
import { type Expr, topologicalOrder } from './expr.js';
import { checkFeeds } from './feeds.js';
import { deviceMissing, deviceSettings, saysDeviceMissing } from './onnx_device_settings.js';
import { OnnxDeviceTensor } from './onnx_device_tensor.js';
import { OnnxModel } from './onnx_model.js';
import { JOINED, toOnnx } from './onnx_writer.js';
import type { Library } from './onnxruntime.js';
import type { Tensors } from './runtime.js';
import { attempt, sessionDisposed } from './runtime_errors.js';
import { elementCount, type Shape } from './shape.js';
import { simplify } from './simplify.js';

const LIBRARY = 'onnxruntime';

type NativeSettings = InferenceSession.SessionOptions;

/** A device that onnxruntime computes on. Not for use by several threads at once. */
export class OnnxDevice implements Device {
  readonly #load: () => Promise<Library>;
  readonly #name: DeviceName;
  readonly #settings: NativeSettings;
  /** Graphs that give back what they are fed: there, and here. */
  readonly #copies = new Map<'gpu-buffer' | 'cpu', Promise<InferenceSession>>();

  /** @param settings how graphs are prepared on any device */
  constructor(load: () => Promise<Library>, name: DeviceName, settings: NativeSettings) {
    this.#load = load;
    this.#name = name;
    this.#settings = settings;
  }

  async compile(
    outputs: Readonly<Record<string, Expr>>,
    kept: readonly string[] = [],
  ): Promise<OnnxDeviceSession> {
    const graph = simplify(outputs);
    const read = Object.keys(graph).filter((name) => !kept.includes(name));
    const joined = read.filter((name) => graph[name].shape.length === 0);
    const fetched = [
      ...read.filter((name) => !joined.includes(name)),
      ...(joined.length > 0 ? [JOINED] : []),
    ];
    const native = await this.#prepare(() => toOnnx(graph, { joined }), {
      ...Object.fromEntries(fetched.map((name) => [name, 'cpu' as const])),
      ...Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])),
    });
    const download = (tensor: DeviceTensor) => this.download(tensor);
    return new OnnxDeviceSession(await this.#load(), native, graph, { joined, fetched, kept, download });
  }

  async upload(values: Float32Array, shape: Shape): Promise<DeviceTensor> {
    const { Tensor } = await this.#load();
    const copy = await this.#copy('gpu-buffer');
    const { copied } = await attempt(LIBRARY, 'copy values for', () =>
      copy.run({ values: new Tensor('float32', values, [values.length]) }),
    );
    return new OnnxDeviceTensor(copied, shape);
  }

  async download(tensor: DeviceTensor): Promise<Float32Array> {
    // Reading the tensor itself (getData) ends the process: "terminate called", onnxruntime-node 1.30.
    const copy = await this.#copy('cpu');
    const values = (tensor as OnnxDeviceTensor).as(await this.#load(), [elementCount(tensor.shape)]);
    const { copied } = await attempt(LIBRARY, 'read values of', () => copy.run({ values }));
    return copied.data as Float32Array;
  }

  #copy(to: 'gpu-buffer' | 'cpu'): Promise<InferenceSession> {
    const made = this.#copies.get(to) ?? this.#prepare(copyModel, { copied: to });
    this.#copies.set(to, made);
    return made;
  }

  async #prepare(
    model: () => Uint8Array,
    locations: Readonly<Record<string, 'gpu-buffer' | 'cpu'>>,
  ): Promise<InferenceSession> {
    const { InferenceSession } = await this.#load();
    const { extra, ...others } = deviceSettings(this.#name);
    return attempt(LIBRARY, 'prepare', async () => {
      try {
        return await InferenceSession.create(model(), {
          ...this.#settings,
          ...others,
          extra: { ...this.#settings.extra, ...extra },
          // Where nothing stays the setting is left out: not every device knows it.
          ...(Object.values(locations).includes('gpu-buffer') && { preferredOutputLocation: locations }),
        });
      } catch (cause) {
        throw saysDeviceMissing(cause) ? deviceMissing(this.#name, cause) : cause;
      }
    });
  }
}

/** `values` of any number as `copied`. */
function copyModel(): Uint8Array {
  const model = new OnnxModel();
  model.input('values', ['n']);
  model.node('Identity', ['values'], 'copied');
  model.output('copied', ['n']);
  return model.encode();
}

/** What becomes of a graph's outputs. */
interface Outputs {
  /** Scalars that come back as one vector, in this order. */
  readonly joined: readonly string[];
  /** Outputs of the model that are read back. */
  readonly fetched: readonly string[];
  /** Outputs that stay on the device. */
  readonly kept: readonly string[];
  readonly download: (tensor: DeviceTensor) => Promise<Float32Array>;
}

class OnnxDeviceSession implements DeviceSession {
  readonly #library: Library;
  readonly #outputs: Outputs;
  readonly #inputs: readonly Expr<'input'>[];
  readonly #shapes: Readonly<Record<string, Expr>>;
  #native: InferenceSession | undefined;

  constructor(library: Library, native: InferenceSession, graph: Record<string, Expr>, outputs: Outputs) {
    this.#library = library;
    this.#native = native;
    this.#outputs = outputs;
    this.#shapes = graph;
    this.#inputs = topologicalOrder(Object.values(graph)).filter((expr) => expr.op === 'input');
  }

  async run(feeds: Readonly<Tensors>): Promise<Tensors> {
    const { read, kept } = await this.runOnDevice(feeds);
    for (const [name, tensor] of Object.entries(kept)) {
      read[name] = await this.#outputs.download(tensor);
      tensor.dispose();
    }
    return read;
  }

  async runOnDevice(feeds: DeviceFeeds): Promise<DeviceResults> {
    const native = this.#native;
    if (!native) throw sessionDisposed();
    checkFeeds(
      this.#inputs,
      Object.fromEntries(
        Object.entries(feeds).map(([name, fed]) => [
          name,
          { length: fed instanceof Float32Array ? fed.length : elementCount(fed.shape) },
        ]),
      ),
    );
    const { joined, fetched, kept } = this.#outputs;
    const results = await attempt(LIBRARY, 'evaluate', () =>
      native.run(this.#fed(feeds), [...fetched, ...kept]),
    );
    const scalars = results[JOINED]?.data as Float32Array | undefined;
    return {
      read: Object.fromEntries([
        ...fetched.filter((name) => name !== JOINED).map((name) => [name, results[name].data]),
        ...joined.map((name, i) => [name, Float32Array.of(scalars![i])]),
      ]),
      kept: Object.fromEntries(
        kept.map((name) => [name, new OnnxDeviceTensor(results[name], this.#shapes[name].shape)]),
      ),
    };
  }

  #fed(feeds: DeviceFeeds): InferenceSession.FeedsType {
    return Object.fromEntries(
      this.#inputs.map(({ attrs: { name }, shape }) => {
        const fed = feeds[name];
        return [
          name,
          fed instanceof Float32Array
            ? new this.#library.Tensor('float32', fed, shape)
            : (fed as OnnxDeviceTensor).as(this.#library, shape),
        ];
      }),
    );
  }

  async dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await native?.release();
  }
}
