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

// Sizes and numbers of version 2's dnnl_types.h.
const DESCRIPTOR_BYTES = 696;
/** Room for the description of any operation; a convolution's, the largest, has 5976 bytes. */
const OPERATION_BYTES = 8192;
const ANY = 1;
const BLOCKED = 69;
const UNARY: Readonly<Record<Unary, number>> = {
  relu: 0x1f,
  square: 0x4f,
  abs: 0x5f,
  sqrt: 0x6f,
  scale: 0x7f,
};

/** Version 2: an operation is described in a structure of ours, then a primitive of it. */
export function dnnlVersion2(koffi: Koffi, library: LibraryHandle, version: string): Dnnl {
  const bind: Bind = (name, types) => library.func(`${name}(${types})`);
  const status = checked(bind);
  const appendUnary = status(
    'dnnl_post_ops_append_eltwise',
    'void *list, float scale, int kind, float alpha, float beta',
  );
  const appendSum = status('dnnl_post_ops_append_sum', 'void *list, float scale');
  const shared = bindShared(koffi, library, {
    scale: (list, factor) => appendUnary(list, 1, UNARY.scale, factor, 0),
    relu: (list) => appendUnary(list, 1, UNARY.relu, 0, 0),
    sum: (list) => appendSum(list, 1),
  });
  const { engine, withAttributes, hinted } = shared;

  const byStrides = status(
    'dnnl_memory_desc_init_by_strides',
    'void *result, int rank, void *dims, int type, void *strides',
  );
  const byTag = status(
    'dnnl_memory_desc_init_by_tag',
    'void *result, int rank, void *dims, int type, int tag',
  );
  const partOf = status(
    'dnnl_memory_desc_init_submemory',
    'void *result, void *whole, void *dims, void *offsets',
  );
  const describe = describing(bind)(
    'dnnl_primitive_desc_create',
    'void *operation, void *attributes, void *engine, void *hint',
  );
  const operation = new Uint8Array(OPERATION_BYTES);
  /** One that fills `operation`; false where the library refuses the combination. */
  const filling = (name: string, types: string) => {
    const call = bind(`int ${name}`, `void *operation, ${types}`);
    return (...operands: unknown[]): boolean => call(operation, ...operands) === 0;
  };
  const convolutionForward = filling(
    'dnnl_convolution_forward_desc_init',
    'int propagation, int algorithm, void *src, void *weights, void *bias, void *dst, void *strides, void *before, void *after',
  );
  const poolingForward = filling(
    'dnnl_pooling_forward_desc_init',
    'int propagation, int algorithm, void *src, void *dst, void *strides, void *kernel, void *before, void *after',
  );
  const poolingBackward = filling(
    'dnnl_pooling_backward_desc_init',
    'int algorithm, void *diffSrc, void *diffDst, void *strides, void *kernel, void *before, void *after',
  );
  const unaryForward = filling(
    'dnnl_eltwise_forward_desc_init',
    'int propagation, int algorithm, void *src, float alpha, float beta',
  );
  const unaryBackward = filling(
    'dnnl_eltwise_backward_desc_init',
    'int algorithm, void *diff, void *src, float alpha, float beta',
  );
  const binary = filling('dnnl_binary_desc_init', 'int algorithm, void *src0, void *src1, void *dst');
  const matmul = filling('dnnl_matmul_desc_init', 'void *src, void *weights, void *bias, void *dst');

  const described = (filled: boolean, attributes: bigint | null = null, hint: bigint | null = null) =>
    filled ? describe(operation, attributes, engine, hint) : undefined;
  const tagged = (dims: readonly number[], type: keyof typeof TYPES, tag: number) => {
    const descriptor = new Uint8Array(DESCRIPTOR_BYTES);
    byTag(descriptor, dims.length, extents(dims), TYPES[type], tag);
    return descriptor;
  };
  const inference = PROPAGATION.inference;
  const window = [both(2), both(2), both(0), both(0)];

  return {
    ...shared,
    version,
    plain(dims, type, strides) {
      const descriptor = new Uint8Array(DESCRIPTOR_BYTES);
      byStrides(descriptor, dims.length, extents(dims), TYPES[type], extents(strides));
      return descriptor;
    },
    blocked: (dims, type) => tagged(dims, type, BLOCKED),
    undecided: (dims, type) => tagged(dims, type, ANY),
    part(whole, dims, offsets) {
      const descriptor = new Uint8Array(DESCRIPTOR_BYTES);
      partOf(descriptor, whole, extents(dims), extents(offsets));
      return descriptor;
    },
    copy: (descriptor) => (descriptor as Uint8Array).slice(),
    freeDescriptor() {},
    query: (description, what) =>
      new Uint8Array(koffi.view(shared.queryDescriptor(description, what), DESCRIPTOR_BYTES)).slice(),

    convolution: ({ src, weights, bias, dst, padding, winograd }, post) =>
      withAttributes(post, (attributes) =>
        described(
          convolutionForward(
            inference,
            winograd ? CONVOLUTION.winograd : CONVOLUTION.direct,
            src,
            weights,
            bias,
            dst,
            both(1),
            both(padding),
            both(padding),
          ),
          attributes,
        ),
      ),
    pooling: (kind, src, dst) => described(poolingForward(inference, POOLING[kind], src, dst, ...window)),
    poolingBackward: (diffSrc, diffDst) =>
      hinted(
        described(poolingForward(PROPAGATION.training, POOLING.average, diffSrc, diffDst, ...window)),
        (hint) => described(poolingBackward(POOLING.average, diffSrc, diffDst, ...window), null, hint),
      ),
    unary: (kind, src, _dst, factor) =>
      described(unaryForward(inference, UNARY[kind], src, kind === 'scale' ? factor : 0, 0)),
    gate: (src, diff) =>
      hinted(described(unaryForward(PROPAGATION.training, UNARY.relu, src, 0, 0)), (hint) =>
        described(unaryBackward(UNARY.relu, diff, src, 0, 0), null, hint),
      ),
    binary: (kind, src, src1, dst) => described(binary(BINARY[kind], src, src1, dst)),
    matmul: (src, weights, dst, post) =>
      withAttributes(post, (attributes) => described(matmul(src, weights, null, dst), attributes)),
  };
}
