export { constant, constantValues, scalar } from './constant.js';
export {
  DEVICES,
  type Device,
  type DeviceFeeds,
  type DeviceName,
  type DeviceResults,
  type DeviceSession,
  type DeviceTensor,
} from './device.js';
export { type Expr, input, type OpAttributes, type OpName, topologicalOrder } from './expr.js';
export { type GradientOptions, gradient } from './gradient.js';
export { createOnednnRuntime, type OnednnOptions } from './onednn/onednn.js';
export { externalFiles } from './onnx_references.js';
export { toOnnx } from './onnx_writer.js';
export { createOnnxRuntime, type OnnxRuntimeOptions, runtimeDevices } from './onnxruntime.js';
export { avgPool2, conv2d, maxPool2, upsample2 } from './ops_conv.js';
export {
  abs,
  add,
  div,
  equal,
  mul,
  relu,
  scale,
  sqrt,
  square,
  step,
  stopGradient,
  sub,
} from './ops_elementwise.js';
export { type GemmOptions, gemm, matmul, transpose } from './ops_matrix.js';
export { mean, meanSquares, sum, sumSquares } from './ops_reduce.js';
export { expand, pad, reshape, slice } from './ops_shape.js';
export { RecentlyUsed } from './recently_used.js';
export type { CompileOptions, Precision, Runtime, Session, Tensors } from './runtime.js';
export { createRuntime, RUNTIMES, type RuntimeName, runtimeVersion } from './runtimes.js';
export { elementCount, formatShape, type Shape, sameShape } from './shape.js';
export { simplify } from './simplify.js';
export { createTfjsRuntime } from './tfjs.js';
