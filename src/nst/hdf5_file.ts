import { open } from 'node:fs/promises';
import type { Dataset, Group } from 'h5wasm/node';
import { networkFileBad, type Tensor } from './safetensors.js';

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * All float32 arrays of an HDF5 file by their paths, such as `block1_conv1/block1_conv1_W_1:0`.
 *
 * The reader is HDF5's C library as WebAssembly: it is loaded only here and keeps its memory, and the way it treats
 * errors, for as long as its thread lives. Call this in a worker thread of its own.
 *
 * @throws NstError `NETWORK_FILE_BAD` (input)
 */
export async function readHdf5(path: string): Promise<Map<string, Tensor>> {
  await checkSignature(path);
  const { File, ready } = await import('h5wasm/node');
  // Else the library writes its stack to standard error and goes on.
  (await ready).activate_throwing_error_handler();
  const arrays = new Map<string, Tensor>();
  try {
    const file = new File(path, 'r');
    try {
      collect(file, '', arrays);
    } finally {
      file.close();
    }
  } catch (cause) {
    throw networkFileBad(path, `cannot be read as HDF5 (${innermost(cause as Error)})`, cause);
  }
  return arrays;
}

function collect(group: Group, prefix: string, arrays: Map<string, Tensor>): void {
  for (const name of group.keys()) {
    const entity = group.get(name);
    if (!entity || !('type' in entity)) continue;
    if (entity.type === 'Group') collect(entity as Group, `${prefix}${name}/`, arrays);
    if (entity.type !== 'Dataset') continue;
    const { shape, value } = entity as Dataset;
    if (shape && value instanceof Float32Array) arrays.set(prefix + name, { shape, data: value });
  }
}

/** The library's errors are stacks, a line for each call; the last one knows what was wrong. */
function innermost({ message }: Error): string {
  return [...message.matchAll(/^ *#\d+: .*?\(\): (.*)$/gm)].at(-1)?.[1] ?? message;
}

/** The library itself would answer a file of another kind with a page of its own stack. */
async function checkSignature(path: string): Promise<void> {
  const found = Buffer.alloc(SIGNATURE.length);
  const file = await open(path, 'r');
  await file.read(found, 0, found.length, 0).finally(() => file.close());
  if (!found.equals(SIGNATURE)) throw networkFileBad(path, 'expected an HDF5 file, found another kind');
}
