import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { NstError } from '../error.js';

/** SHA-256 of a file, hexadecimal. Throws `NstError` input FILE_MISSING when it cannot be read. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : `${code}`;
    throw new NstError('input', 'FILE_MISSING', `${path}: expected a file that can be read, found ${found}`, {
      cause: error,
    });
  }
  return hash.digest('hex');
}
