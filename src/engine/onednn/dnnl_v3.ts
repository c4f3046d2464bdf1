import type { LibraryHandle } from 'koffi';
import type { Dnnl, Unary } from './dnnl.js';
import {
  BINARY,
  type Bind,
  bindShared,
  both,
  CONVOLUTION,
  checked,
  describing,
  extents,
  POOLING,
  PROPAGATION,
  TYPES,
} from './dnnl_shared.js';
import type { Koffi } from './library.js';

// Numbers of version 3's dnnl_types.h.
const ANY = 1;
const SAME_TYPE = 0;
const UNARY: Readonly<Record<Unary, number>> = {
  relu: 0x20,
  square: 0x23,
  abs: 0x24,
  sqrt: 0x25,
  scale: 0x26,
};

/**
 * Version 3: the library keeps descriptors of tensors itself, and a primitive is described in one call. It has Winograd's
 * method no longer on x64, and its kernels want features channels last, so `blocked` is not there.
 */
export function dnnlVersion3(koffi: Koffi, library: LibraryHandle, version: string): Dnnl {
  const bind: Bind = (name, types) => library.func(`${name}(${types})`);
  const status = checked(bind);
  const appendUnary = status('dnnl_post_ops_append_eltwise', 'void *list, int kind, float alpha, float beta');
  const appendSum = status(
    'dnnl_post_ops_append_sum',
    'void *list, float scale, int32_t zeroPoint, int type',
  );
  const shared = bindShared(koffi, library, {
    scale: (list, factor) => appendUnary(list, UNARY.scale, factor, 0),
    relu: (list) => appendUnary(list, UNARY.relu, 0, 0),
    sum: (list) => appendSum(list, 1, 0, SAME_TYPE),
  });
  const { engine, withAttributes, hinted } = shared;

  const byStrides = status(
    'dnnl_memory_desc_create_with_strides',
    'void *result, int rank, void *dims, int type, void *strides',
  );
  const byTag = status(
    'dnnl_memory_desc_create_with_tag',
    'void *result, int rank, void *dims, int type, int tag',
  );
  const partOf = status(
    'dnnl_memory_desc_create_submemory',
    'void *result, void *whole, void *dims, void *offsets',
  );
  const clone = status('dnnl_memory_desc_clone', 'void *result, void *descriptor');
  const destroy = status('dnnl_memory_desc_destroy', 'void *descriptor');
  const describe = describing(bind);
  const convolution = describe(
    'dnnl_convolution_forward_primitive_desc_create',
    'void *engine, int propagation, int algorithm, void *src, void *weights, void *bias, void *dst, void *strides, void *dilations, void *before, void *after, void *attributes',
  );
  const poolingForward = describe(
    'dnnl_pooling_forward_primitive_desc_create',
    'void *engine, int propagation, int algorithm, void *src, void *dst, void *strides, void *kernel, void *dilations, void *before, void *after, void *attributes',
  );
  const poolingBackward = describe(
    'dnnl_pooling_backward_primitive_desc_create',
    'void *engine, int algorithm, void *diffSrc, void *diffDst, void *strides, void *kernel, void *dilations, void *before, void *after, void *hint, void *attributes',
  );
  const unaryForward = describe(
    'dnnl_eltwise_forward_primitive_desc_create',
    'void *engine, int propagation, int algorithm, void *src, void *dst, float alpha, float beta, void *attributes',
  );
  const unaryBackward = describe(
    'dnnl_eltwise_backward_primitive_desc_create',
    'void *engine, int algorithm, void *diffSrc, void *diffDst, void *src, float alpha, float beta, void *hint, void *attributes',
  );
  const binary = describe(
    'dnnl_binary_primitive_desc_create',
    'void *engine, int algorithm, void *src0, void *src1, void *dst, void *attributes',
  );
  const matmul = describe(
    'dnnl_matmul_primitive_desc_create',
    'void *engine, void *src, void *weights, void *bias, void *dst, void *attributes',
  );

  const result = new BigUint64Array(1);
  const made = (call: (...operands: unknown[]) => void, ...operands: unknown[]): bigint => {
    call(result, ...operands);
    return result[0];
  };
  const window = [both(2), both(2), both(0), both(0), both(0)];

  return {
    ...shared,
    version,
    plain: (dims, type, strides) =>
      made(byStrides, dims.length, extents(dims), TYPES[type], extents(strides)),
    blocked: () => undefined,
    undecided: (dims, type) => made(byTag, dims.length, extents(dims), TYPES[type], ANY),
    part: (whole, dims, offsets) => made(partOf, whole, extents(dims), extents(offsets)),
    copy: (descriptor) => made(clone, descriptor),
    freeDescriptor: (descriptor) => destroy(descriptor),
    query: (description, what) => made(clone, shared.queryDescriptor(description, what)),

    convolution: ({ src, weights, bias, dst, padding, winograd }, post) =>
      withAttributes(post, (attributes) =>
        convolution(
          engine,
          PROPAGATION.inference,
          winograd ? CONVOLUTION.winograd : CONVOLUTION.direct,
          src,
          weights,
          bias,
          dst,
          both(1),
          both(0),
          both(padding),
          both(padding),
          attributes,
        ),
      ),
    pooling: (kind, src, dst) =>
      poolingForward(engine, PROPAGATION.inference, POOLING[kind], src, dst, ...window, null),
    poolingBackward: (diffSrc, diffDst) =>
      hinted(
        poolingForward(engine, PROPAGATION.training, POOLING.average, diffSrc, diffDst, ...window, null),
        (hint) => poolingBackward(engine, POOLING.average, diffSrc, diffDst, ...window, hint, null),
      ),
    unary: (kind, src, dst, factor) =>
      unaryForward(
        engine,
        PROPAGATION.inference,
        UNARY[kind],
        src,
        dst,
        kind === 'scale' ? factor : 0,
        0,
        null,
      ),
    gate: (src, diff) =>
      hinted(unaryForward(engine, PROPAGATION.training, UNARY.relu, src, src, 0, 0, null), (hint) =>
        unaryBackward(engine, UNARY.relu, diff, diff, src, 0, 0, hint, null),
      ),
    binary: (kind, src, src1, dst) => binary(engine, BINARY[kind], src, src1, dst, null),
    matmul: (src, weights, dst, post) =>
      withAttributes(post, (attributes) => matmul(engine, src, weights, null, dst, attributes)),
  };
}
