import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { NstError } from '../../error.js';
import { writeError } from '../../frames/atomic.js';

/**
 * Bytes that have come of a download so far; 0 where there is no file.
 * @throws NstError input PARTIAL_BAD for what is not an ordinary file of one name: it is never written through.
 */
export async function partialSize(path: string): Promise<number> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw writeError(error, path);
  });
  if (!found) return 0;
  if (found.isSymbolicLink()) throw bad(path, 'a link');
  if (found.isDirectory()) throw bad(path, 'a folder');
  if (!found.isFile()) throw bad(path, 'a pipe, socket or device');
  if (found.nlink > 1) throw bad(path, 'a file that has another name too');
  return found.size;
}

/** Opens the file of a download to add to it, or to write it anew; a link that comes in between is refused. */
export async function openPartial(path: string, { anew }: { anew: boolean }): Promise<FileHandle> {
  await partialSize(path);
  // Windows has no such flag.
  const noFollow = constants.O_NOFOLLOW ?? 0;
  const flags = constants.O_WRONLY | constants.O_CREAT | (anew ? constants.O_TRUNC : constants.O_APPEND);
  return open(path, flags | noFollow, 0o666).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? bad(path, 'a link') : writeError(error, path);
  });
}

function bad(path: string, found: string): NstError {
  return new NstError(
    'input',
    'PARTIAL_BAD',
    `${path}: expected an ordinary file or none, found ${found}; remove it, a download is written there`,
  );
}
