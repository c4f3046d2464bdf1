import type { LibraryHandle } from 'koffi';
import type { Binary, Descriptor, Dnnl, PostOp } from './dnnl.js';
import type { Koffi } from './library.js';

/** A call whose status is looked at: throws unless it succeeded. */
export type Call = (...operands: unknown[]) => void;

const OUT_OF_MEMORY = 1;
/** `dnnl_status_t`, by number. */
const STATUS = [
  'success',
  'out of memory',
  'invalid arguments',
  'not implemented',
  'last implementation reached',
  'runtime error',
  'not required',
];

/** Binds a function by its C types. */
export type Bind = (name: string, types: string) => ReturnType<LibraryHandle['func']>;

/** A function of the library that returns a status. */
export function checked(bind: Bind): (name: string, types: string) => Call {
  return (name, types) => {
    const call = bind(`int ${name}`, types);
    return (...operands) => check(name, call(...operands));
  };
}

function check(name: string, status: number): void {
  if (status !== 0) throw new Error(`${name}: ${STATUS[status] ?? `status ${status}`}`);
}

/** A function of the library that describes a primitive, first operand left out; undefined where there is none. */
export function describing(
  bind: Bind,
): (name: string, types: string) => (...operands: unknown[]) => bigint | undefined {
  return (name, types) => {
    const call = bind(`int ${name}`, `void *result, ${types}`);
    const result = new BigUint64Array(1);
    return (...operands) => {
      const status: number = call(result, ...operands);
      if (status === OUT_OF_MEMORY) check(name, status);
      // Some combinations that no implementation takes count as wrong arguments.
      return status === 0 ? result[0] : undefined;
    };
  };
}

/** Extents or strides as the library takes them, always 12 of them. */
export function extents(values: readonly number[]): BigInt64Array {
  const list = new BigInt64Array(12);
  values.forEach((value, axis) => {
    list[axis] = BigInt(value);
  });
  return list;
}

/** Both dimensions alike. */
export const both = (value: number): BigInt64Array => extents([value, value]);

/** The values of `dnnl_data_type_t`. */
export const TYPES = { float32: 3, bfloat16: 2, bytes: 6 } as const;
/** `dnnl_prop_kind_t`. */
export const PROPAGATION = { training: 64, inference: 96 } as const;
export const CONVOLUTION = { direct: 1, winograd: 2 } as const;
export const BINARY: Readonly<Record<Binary, number>> = {
  add: 0x1fff0,
  mul: 0x1fff1,
  div: 0x1fff4,
  sub: 0x1fff5,
  equal: 0x1fffa,
};
export const POOLING = { max: 0x1ff, average: 0x2ff } as const;
const QUERY = { src: 129, weights: 131, implementation: 8 } as const;
const CPU = 1;
const IN_ORDER = 1;
const ALLOCATE = 2n ** 64n - 1n;

/** What makes post-ops, which differs between the versions. */
export interface PostOpCalls {
  readonly scale: (list: bigint, factor: number) => void;
  readonly relu: (list: bigint) => void;
  readonly sum: (list: bigint) => void;
}

/** The functions that are the same in versions 2 and 3, bound. */
export type Shared = Pick<
  Dnnl,
  | 'setThreads'
  | 'sizeOf'
  | 'same'
  | 'reorder'
  | 'implementation'
  | 'freeDescription'
  | 'primitive'
  | 'freePrimitive'
  | 'memory'
  | 'addressOf'
  | 'freeMemory'
  | 'view'
  | 'execute'
> & {
  readonly engine: bigint;
  /** Does something with attributes that hold the post-ops, null where there are none. */
  withAttributes<T>(post: readonly PostOp[], action: (attributes: bigint | null) => T): T;
  /** A backward description, which wants that of the forward pass as a hint; undefined where either has none. */
  hinted(forward: bigint | undefined, backward: (hint: bigint) => bigint | undefined): bigint | undefined;
  queryDescriptor(description: bigint, what: keyof typeof QUERY): bigint;
};

export function bindShared(koffi: Koffi, library: LibraryHandle, postOps: PostOpCalls): Shared {
  const bind: Bind = (name, types) => library.func(`${name}(${types})`);
  const status = checked(bind);
  const result = new BigUint64Array(1);
  const made = (call: Call, ...operands: unknown[]): bigint => {
    call(result, ...operands);
    return result[0];
  };

  const engine = made(status('dnnl_engine_create', 'void *result, int kind, size_t index'), CPU, 0);
  const stream = made(
    status('dnnl_stream_create', 'void *result, void *engine, unsigned int flags'),
    engine,
    IN_ORDER,
  );
  const wait = status('dnnl_stream_wait', 'void *stream');
  const execute = status('dnnl_primitive_execute', 'void *primitive, void *stream, int count, void *list');
  const size = bind('size_t dnnl_memory_desc_get_size', 'void *descriptor');
  const equal = bind('int dnnl_memory_desc_equal', 'void *a, void *b');
  const reorder = describing(bind)(
    'dnnl_reorder_primitive_desc_create',
    'void *src, void *srcEngine, void *dst, void *dstEngine, void *attributes',
  );
  const query = status('dnnl_primitive_desc_query', 'void *description, int what, int index, void *result');
  const queryDescriptor = bind(
    'void *dnnl_primitive_desc_query_md',
    'void *description, int what, int index',
  );
  const primitive = status('dnnl_primitive_create', 'void *result, void *description');
  const memory = status('dnnl_memory_create', 'void *result, void *descriptor, void *engine, void *address');
  const address = status('dnnl_memory_get_data_handle', 'void *memory, void *result');
  const attributes = status('dnnl_primitive_attr_create', 'void *result');
  const setPostOps = status('dnnl_primitive_attr_set_post_ops', 'void *attributes, void *list');
  const postOpList = status('dnnl_post_ops_create', 'void *result');
  const freeDescription = status('dnnl_primitive_desc_destroy', 'void *description');
  const freePrimitive = status('dnnl_primitive_destroy', 'void *primitive');
  const freeMemory = status('dnnl_memory_destroy', 'void *memory');
  const freeAttributes = status('dnnl_primitive_attr_destroy', 'void *attributes');
  const freePostOps = status('dnnl_post_ops_destroy', 'void *list');

  const withAttributes: Shared['withAttributes'] = (post, action) => {
    if (post.length === 0) return action(null);
    const list = made(postOpList);
    const holder = made(attributes);
    try {
      for (const one of post) {
        if (one.kind === 'scale') postOps.scale(list, one.factor);
        else postOps[one.kind](list);
      }
      setPostOps(holder, list);
      return action(holder);
    } finally {
      freePostOps(list);
      freeAttributes(holder);
    }
  };

  return {
    engine,
    withAttributes,
    hinted(forward, backward) {
      if (forward === undefined) return undefined;
      const description = backward(forward);
      freeDescription(forward);
      return description;
    },
    setThreads: threadSetter(library),
    sizeOf: (descriptor) => Number(size(descriptor)),
    same: (a, b) => equal(a, b) === 1,
    reorder: (src, dst, post) => withAttributes(post, (holder) => reorder(src, engine, dst, engine, holder)),
    queryDescriptor: (description, what) => queryDescriptor(description, QUERY[what], 0),
    implementation(description) {
      query(description, QUERY.implementation, 0, result);
      return koffi.decode(result[0], 'char', -1) as string;
    },
    freeDescription,
    primitive: (description) => made(primitive, description),
    freePrimitive,
    memory: (descriptor: Descriptor, at) => made(memory, descriptor, engine, at ?? ALLOCATE),
    addressOf(handle) {
      address(handle, result);
      return result[0];
    },
    freeMemory,
    view: (at, bytes) => koffi.view(at, bytes),
    execute(handle, list, count) {
      execute(handle, stream, count, list);
      wait(stream);
    },
  };
}

/**
 * OpenMP's own, found through the library, which depends on it; the number holds for the calling thread. Builds on
 * another threading have no such function.
 */
function threadSetter(library: LibraryHandle): (threads: number) => boolean {
  try {
    const set = library.func('void omp_set_num_threads(int threads)');
    return (threads) => {
      set(threads);
      return true;
    };
  } catch {
    return () => false;
  }
}
