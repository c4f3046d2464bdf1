import { createHash } from 'node:crypto';
import type { Tensor } from './safetensors.js';

/** SHA-256 over names, shapes and float32 elements in the order of the names; hexadecimal. */
export function tensorsDigest(tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join('x')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
