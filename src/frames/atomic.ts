import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { NstError } from '../error.js';
import { fittingName } from './name_length.js';

/** A name beside `path` that no reader takes for it; keeps the extension, by which programs choose a format. */
export function temporaryName(path: string): string {
  const extension = extname(path);
  const tag = `${process.pid}-${randomBytes(3).toString('hex')}`;
  return join(dirname(path), `${prefixOf(path)}${tag}${extension}`);
}

/** With room for the longest process id, the tag and the extension. */
function prefixOf(path: string): string {
  const extension = extname(path);
  return fittingName(`.${basename(path, extension)}`, '.tmp-', 20 + Buffer.byteLength(extension));
}

/** Removes what processes that are gone left behind while writing `path`. */
export async function removeStaleTemporaries(path: string): Promise<void> {
  const extension = extname(path);
  const prefix = prefixOf(path);
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(extension)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (pid > 0 && !isAlive(pid)) await rm(join(dirname(path), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Writes a file so that a reader, also after a power cut, finds either the old content or all of the new:
 * temporary name in the same folder, flushed, renamed, folder flushed.
 *
 * @throws NstError resources DISK_FULL; input OUTPUT_NOT_WRITABLE.
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await flush(file);
    } finally {
      await file.close();
    }
    await publish(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw writeError(error, path);
  }
}

/** Flushes a finished temporary file and gives it its name. */
export async function flushAndPublish(temporary: string, path: string): Promise<void> {
  try {
    const file = await open(temporary, 'r+');
    await flush(file).finally(() => file.close());
    await publish(temporary, path);
  } catch (error) {
    throw writeError(error, path);
  }
}

async function publish(temporary: string, path: string): Promise<void> {
  await move(temporary, path);
  // Windows cannot open folders; there the rename itself is what the file system journals.
  if (process.platform !== 'win32') await flushFolder(dirname(path));
}

/**
 * Renames a file. A file server whose answer was lost is asked again and finds nothing to rename any more: what has the new
 * name then is the file.
 * @throws the system's error.
 */
export async function move(from: string, to: string, ask: typeof rename = rename): Promise<void> {
  const { ino, size } = await stat(from);
  try {
    await ask(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const there = await stat(to).catch(() => undefined); // the first error says it all
    if (there?.ino !== ino || there.size !== size) throw error;
  }
}

/** Flushes the names in a folder, where the file system can. */
export async function flushFolder(path: string): Promise<void> {
  let folder: FileHandle;
  try {
    folder = await open(path, 'r');
  } catch (error) {
    // A folder may be written to and not read.
    if (['EACCES', 'EPERM', 'EISDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw error;
  }
  await flush(folder).finally(() => folder.close());
}

/** Flushes a file; some drives of networks and programs know no such thing, and theirs is all the safety there is. */
async function flush(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EBADF'].includes(code)) throw error;
  }
}

/** The one error for a file that could not be written; errors that are not the system's pass through. */
export function writeError(error: unknown, path: string): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof NstError || typeof code !== 'string') return error;
  const fail = (kind: 'resources' | 'input', name: string, sentence: string) =>
    new NstError(kind, name, sentence, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return fail('resources', 'DISK_FULL', `${path} could not be written: the disk is full.`);
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return fail('resources', 'TOO_MANY_FILES', `${path} could not be written: too many files are open.`);
  }
  const reason =
    {
      EACCES: 'no permission',
      EPERM: 'no permission',
      EROFS: 'the file system is read-only',
      ENOENT: 'its folder does not exist',
      ENOTDIR: 'what should be its folder is a file',
      EISDIR: 'it is a folder',
    }[code] ?? code;
  return fail('input', 'OUTPUT_NOT_WRITABLE', `${path} cannot be written: ${reason}.`);
}
