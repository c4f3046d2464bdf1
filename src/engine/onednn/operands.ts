import { ARGUMENT, type Argument, type Descriptor, type Dnnl, type Pointer } from './dnnl.js';

/** A tensor and the part it plays for a primitive. */
export interface Operand {
  readonly part: Argument;
  readonly descriptor: Descriptor;
  readonly address: Pointer;
}

/**
 * What `execute` takes, and the library's handles in it, to be freed by `freeMemory`: an array of structures of a number
 * and a pointer.
 */
export function operandList(
  dnnl: Dnnl,
  operands: readonly Operand[],
): { readonly list: Uint8Array; readonly memories: Pointer[] } {
  const list = new Uint8Array(16 * operands.length);
  const fields = new DataView(list.buffer);
  const memories = operands.map(({ part, descriptor, address }, i) => {
    const memory = dnnl.memory(descriptor, address);
    fields.setInt32(16 * i, ARGUMENT[part], true);
    fields.setBigUint64(16 * i + 8, memory, true);
    return memory;
  });
  return { list, memories };
}
