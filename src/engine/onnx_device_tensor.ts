import type { Tensor } from 'onnxruntime-node';
import { NstError } from '../error.js';
import type { DeviceTensor } from './device.js';
import type { Library } from './onnxruntime.js';
import type { Shape } from './shape.js';

/** A tensor in the memory of onnxruntime's device. */
export class OnnxDeviceTensor implements DeviceTensor {
  readonly shape: Shape;
  #native: Tensor | undefined;

  constructor(native: Tensor, shape: Shape) {
    this.#native = native;
    this.shape = shape;
  }

  /**
   * The same memory as onnxruntime takes it, under any shape of as many elements. It crashes on memory that was freed,
   * so it is never handed any.
   * @throws NstError bug TENSOR_DISPOSED
   */
  as({ Tensor }: Library, shape: Shape): Tensor {
    if (!this.#native)
      throw new NstError('bug', 'TENSOR_DISPOSED', 'A tensor on the device was used after it was freed');
    return Tensor.fromGpuBuffer(this.#native.gpuBuffer, { dataType: 'float32', dims: shape });
  }

  dispose(): void {
    this.#native?.dispose();
    this.#native = undefined;
  }
}
