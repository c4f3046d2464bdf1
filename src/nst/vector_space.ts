import { wasmKernels } from '../wasm_module.js';

// The part of the WebAssembly interface that is used here; neither lib es2023 nor Node's types declare it.
declare const WebAssembly: {
  Memory: new (size: { readonly initial: number }) => Memory;
};

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The exports of vectors.wasm, for what vectors.ts says of them; vectors are byte addresses, n their length. */
export interface VectorKernels {
  dot(a: number, b: number, n: number): number;
  updateThenDot(q: number, a: number, p: number, scale: number, r: number, n: number): number;
  replaceAndSubtract(difference: number, now: number, before: number, n: number): void;
  along(out: number, x: number, t: number, d: number, n: number): void;
}

/** A memory that the kernels work in, and a vector of it for what comes from elsewhere. */
export interface VectorSpace {
  readonly kernels: VectorKernels;
  readonly scratch: Float32Array;
}

const PAGE = 65_536;
/** As far as 32-bit addresses go. */
const MOST_PAGES = 65_536;
/** Vectors begin at whole cache lines. */
const LINE = 64;

const kernels = wasmKernels<VectorKernels>(new URL('./vectors.wasm', import.meta.url), 'vector');

const spaces = new WeakMap<ArrayBufferLike, VectorSpace>();

/**
 * Room for `count` vectors of `size` float32 in one memory, where `vectors.ts` computes several times as fast: a
 * function that gives one after the other. Memory is taken up as vectors are written to. Where there is no room for
 * them all, or where more are asked for, it gives plain arrays, which serve as well.
 *
 * @throws NstError `VECTOR_KERNELS_MISSING` (environment)
 */
export function vectorSpace(size: number, count: number): () => Float32Array {
  const plain = () => new Float32Array(size);
  const stride = LINE * Math.ceil((4 * size) / LINE);
  const memory = memoryOf(Math.ceil(((count + 1) * stride) / PAGE));
  if (!memory) return plain;
  const at = (place: number) => new Float32Array(memory.buffer, place * stride, size);
  spaces.set(memory.buffer, { kernels: kernels({ env: { memory } }), scratch: at(count) });
  let given = 0;
  return () => (given < count ? at(given++) : plain());
}

/** Undefined where there is no such memory to be had. */
function memoryOf(pages: number): Memory | undefined {
  if (pages > MOST_PAGES) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch {
    return undefined;
  }
}

/** The space that all these vectors lie in, if there is one. */
export function spaceOf(first: Float32Array, ...others: Float32Array[]): VectorSpace | undefined {
  return others.every(({ buffer }) => buffer === first.buffer) ? spaces.get(first.buffer) : undefined;
}
