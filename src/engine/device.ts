import type { Expr } from './expr.js';
import type { Session, Tensors } from './runtime.js';
import type { Shape } from './shape.js';

/** Where onnxruntime computes: the processor, a graphics card by way of WebGPU, or one of NVIDIA by way of CUDA. */
export type DeviceName = 'cpu' | 'webgpu' | 'cuda';

export const DEVICES: readonly DeviceName[] = ['cpu', 'webgpu', 'cuda'];

/** A float32 tensor in a device's own memory. Its values never change. */
export interface DeviceTensor {
  readonly shape: Shape;
  /** Frees the memory; using the tensor afterwards is an error, disposing of it again is not. */
  dispose(): void;
}

/** Fed values: those that lie on the device are not copied. */
export type DeviceFeeds = Readonly<Record<string, Float32Array | DeviceTensor>>;

/** What a run gives: values that were read back, and those that stayed on the device, which are the caller's to free. */
export interface DeviceResults {
  readonly read: Tensors;
  readonly kept: Readonly<Record<string, DeviceTensor>>;
}

/** A graph compiled for a device; `run` moves every value to the device and back, as any session does. */
export interface DeviceSession extends Session {
  /**
   * Evaluates all outputs; those named when compiling stay on the device, scalars come back in one transfer.
   * @throws NstError as `Session.run`; bug TENSOR_DISPOSED
   */
  runOnDevice(feeds: DeviceFeeds): Promise<DeviceResults>;
}

/** A device whose memory holds tensors between runs. */
export interface Device {
  /**
   * Makes a graph ready to run.
   * @param kept names of the outputs that stay on the device
   * @throws NstError as `Runtime.compile`
   */
  compile(outputs: Readonly<Record<string, Expr>>, kept: readonly string[]): Promise<DeviceSession>;
  /** Copies values to the device. */
  upload(values: Float32Array, shape: Shape): Promise<DeviceTensor>;
  /** Copies a tensor's values from the device. */
  download(tensor: DeviceTensor): Promise<Float32Array>;
}
