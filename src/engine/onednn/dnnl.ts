/** An object of the library, by its address. */
export type Pointer = bigint;

/** How a tensor lies in memory: version 2 of the library has us hold its structure, version 3 keeps it itself. */
export type Descriptor = Uint8Array | Pointer;

export type ElementType = 'float32' | 'bfloat16' | 'bytes';

/** What is done to a primitive's result before it is stored, in this order. */
export type PostOp =
  | { readonly kind: 'scale'; readonly factor: number }
  | { readonly kind: 'relu' }
  /** What the destination held is added. */
  | { readonly kind: 'sum' };

export interface ConvolutionShape {
  readonly src: Descriptor;
  /** May be of an undecided layout: the primitive then says which it wants. */
  readonly weights: Descriptor;
  readonly bias: Descriptor | null;
  readonly dst: Descriptor;
  /** On all four sides. */
  readonly padding: number;
  readonly winograd: boolean;
}

export type Unary = 'relu' | 'square' | 'sqrt' | 'abs' | 'scale';
export type Binary = 'add' | 'sub' | 'mul' | 'div' | 'equal';

/** Which part a tensor plays for a primitive, by the library's numbers. */
export const ARGUMENT = {
  src: 1,
  src1: 2,
  dst: 17,
  weights: 33,
  bias: 41,
  diffSrc: 129,
  diffDst: 145,
} as const;

export type Argument = keyof typeof ARGUMENT;

/** What a description of a primitive knows of a tensor. */
export type Described = 'src' | 'weights';

/**
 * What versions 2 and 3 of oneDNN have in common, for float32 and bfloat16 on the processor. Descriptions of primitives
 * are `undefined` where the library has no implementation. All throw where memory runs out or the library refuses.
 */
export interface Dnnl {
  /** `2.6.3`. */
  readonly version: string;
  /** For this thread; false where the library decides for itself. */
  setThreads(threads: number): boolean;

  plain(dims: readonly number[], type: ElementType, strides: readonly number[]): Descriptor;
  /**
   * In blocks of 16 channels, with zeros for those that are missing in the last: `[N,⌈C/16⌉,H,W,16]`. Undefined in
   * version 3, which has no kernels that gain by it.
   */
  blocked(dims: readonly number[], type: ElementType): Descriptor | undefined;
  /** In whatever layout a primitive likes best. */
  undecided(dims: readonly number[], type: ElementType): Descriptor;
  /** The part of `whole` that begins at `offsets`, in the memory of the whole. */
  part(whole: Descriptor, dims: readonly number[], offsets: readonly number[]): Descriptor;
  sizeOf(descriptor: Descriptor): number;
  same(a: Descriptor, b: Descriptor): boolean;
  copy(descriptor: Descriptor): Descriptor;
  /** Frees what `plain` and the like gave. */
  freeDescriptor(descriptor: Descriptor): void;

  convolution(shape: ConvolutionShape, post: readonly PostOp[]): Pointer | undefined;
  pooling(kind: 'max' | 'average', src: Descriptor, dst: Descriptor): Pointer | undefined;
  /** A quarter of each value of `diffDst` on its 2×2 block of `diffSrc`, zeros on an odd last row and column. */
  poolingBackward(diffSrc: Descriptor, diffDst: Descriptor): Pointer | undefined;
  unary(kind: Unary, src: Descriptor, dst: Descriptor, factor: number): Pointer | undefined;
  binary(kind: Binary, src: Descriptor, src1: Descriptor, dst: Descriptor): Pointer | undefined;
  /** diffSrc = diffDst where src > 0, else 0. */
  gate(src: Descriptor, diff: Descriptor): Pointer | undefined;
  matmul(src: Descriptor, weights: Descriptor, dst: Descriptor, post: readonly PostOp[]): Pointer | undefined;
  reorder(src: Descriptor, dst: Descriptor, post: readonly PostOp[]): Pointer | undefined;

  /** A copy of what the description says, to be freed by `freeDescriptor`. */
  query(description: Pointer, what: Described): Descriptor;
  /** The implementation's name, such as `jit_wino_4x3:avx512_core`. */
  implementation(description: Pointer): string;
  freeDescription(description: Pointer): void;

  primitive(description: Pointer): Pointer;
  freePrimitive(primitive: Pointer): void;
  /** The library's handle on a tensor; with `address` null it allocates the memory, aligned as it likes. */
  memory(descriptor: Descriptor, address: Pointer | null): Pointer;
  addressOf(memory: Pointer): Pointer;
  freeMemory(memory: Pointer): void;
  /** A view of memory of the library's, to be used no longer than that lives. */
  view(address: Pointer, bytes: number): ArrayBuffer;
  /** Runs a primitive on tensors to the end. */
  execute(primitive: Pointer, list: Uint8Array, count: number): void;
}
