import { statSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { NstError } from './error.js';
import { ordinaryFailure } from './ordinary_failure.js';

/**
 * Whether there is something at `path`, links followed. A system that cannot tell is no "no": taken for one, finished
 * work would be made again or thrown away.
 * @throws NstError input FILE_UNREADABLE; resources where the system has run out of something.
 */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw unknown(path, cause);
  }
}

/** The names in a folder; none where there is no such folder. Throws as isThere. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw unknown(folder, cause);
  }
}

/** Removes a file that may be gone already. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
}

/** Whether a failure of the system says that there is no such file or folder. */
export function isMissing(cause: unknown): boolean {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  // ENOTDIR: a part of the path is a file.
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unknown(path: string, cause: unknown): NstError {
  const ordinary = ordinaryFailure(cause);
  if (ordinary?.kind === 'resources') return ordinary;
  const { code } = cause as NodeJS.ErrnoException;
  const sentence = `${path}: cannot be read (${code ?? 'unknown reason'}), so nobody knows what is there`;
  return new NstError('input', 'FILE_UNREADABLE', sentence, { cause });
}
