import { fileURLToPath } from 'node:url';

/** The small network of the package. */
export const litePath = fileURLToPath(new URL('../../models/lite.safetensors', import.meta.url));

/** A file of the data folder beside the project (or NST_SHARED); tests skip where it is absent. */
export function sharedFile(path: string): string {
  const folder = process.env.NST_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
  return `${folder}/${path}`;
}
