import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { NstError } from '../../error.js';
import type { MediaInfo } from '../../frames/probe.js';

/** SHA-256 of a file, hexadecimal. Throws `NstError` input FILE_MISSING when it cannot be read. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch (error) {
    throw unreadable(path, error);
  }
  return hash.digest('hex');
}

/**
 * SHA-256 of a film: of its file, or of the names and contents of its pictures in their order. Where the pictures
 * lie does not count, nor when they were written: copied elsewhere they are the same film.
 *
 * @throws NstError input FILE_MISSING when a file cannot be read.
 */
export async function inputHash({ path, pictures }: MediaInfo): Promise<string> {
  if (!pictures) return fileHash(path);
  const hash = createHash('sha256');
  for (const file of pictures.files) {
    const bytes = await readFile(file).catch((error) => {
      throw unreadable(file, error);
    });
    hash.update(`${basename(file)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function unreadable(path: string, cause: unknown): NstError {
  const { code } = cause as NodeJS.ErrnoException;
  const found = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : `${code}`;
  const sentence = `${path}: expected a file that can be read, found ${found}`;
  return new NstError('input', 'FILE_MISSING', sentence, { cause });
}
