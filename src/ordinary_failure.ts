import { type FailureKind, NstError } from './error.js';

/** The system's codes that have nothing to do with a bug here: kind, our code, and in words. */
const BY_CODE: Readonly<Record<string, readonly [FailureKind, string, string]>> = {
  ENOSPC: ['resources', 'DISK_FULL', 'the disk is full'],
  EDQUOT: ['resources', 'DISK_FULL', 'the disk quota is used up'],
  EMFILE: ['resources', 'TOO_MANY_FILES', 'too many files are open in this process (ulimit -n)'],
  ENFILE: ['resources', 'TOO_MANY_FILES', 'too many files are open on this system'],
  ENOMEM: ['resources', 'OUT_OF_MEMORY', 'there is not enough memory'],
  EAGAIN: ['resources', 'TOO_MANY_PROCESSES', 'the system allows no more processes or threads (ulimit -u)'],
  EFBIG: ['resources', 'FILE_TOO_LARGE', 'the file would be larger than is allowed here'],
  ERR_WORKER_OUT_OF_MEMORY: ['resources', 'OUT_OF_MEMORY', 'a thread ran out of memory'],
  ERR_WORKER_INIT_FAILED: [
    'resources',
    'TOO_MANY_PROCESSES',
    'the system allows no more threads (ulimit -u)',
  ],
  ERR_BUFFER_TOO_LARGE: ['resources', 'OUT_OF_MEMORY', 'more memory in one piece than Node.js can give'],
  ERR_STRING_TOO_LONG: ['resources', 'OUT_OF_MEMORY', 'a text longer than Node.js can hold'],
  ERR_MEMORY_ALLOCATION_FAILED: ['resources', 'OUT_OF_MEMORY', 'there is not enough memory'],
  EACCES: ['input', 'NOT_PERMITTED', 'no permission'],
  EPERM: ['input', 'NOT_PERMITTED', 'no permission'],
  EROFS: ['input', 'NOT_PERMITTED', 'the file system is read-only'],
  ENOENT: ['input', 'FILE_MISSING', 'no such file or folder'],
  ENOTDIR: ['input', 'FILE_MISSING', 'a part of its path is no folder'],
  EISDIR: ['input', 'FILE_UNREADABLE', 'it is a folder'],
  EEXIST: ['input', 'OUTPUT_EXISTS', 'it exists already'],
  ENOTEMPTY: ['input', 'OUTPUT_EXISTS', 'the folder is not empty'],
  ELOOP: ['input', 'FILE_UNREADABLE', 'its links lead in a circle'],
  ENAMETOOLONG: ['input', 'FILE_UNREADABLE', 'the name is too long for this file system'],
  EBUSY: ['input', 'FILE_UNREADABLE', 'it is in use'],
  ETXTBSY: ['input', 'FILE_UNREADABLE', 'it is in use'],
  ENXIO: ['input', 'FILE_UNREADABLE', 'there is no such device'],
  EXDEV: ['environment', 'FILE_SYSTEM', 'it would have to move to another file system'],
  EIO: ['environment', 'FILE_SYSTEM', 'the disk or its connection failed'],
  ESTALE: ['environment', 'FILE_SYSTEM', 'the network drive lost the file'],
  ENOTCONN: ['environment', 'FILE_SYSTEM', 'the network drive is not connected'],
  EHOSTDOWN: ['environment', 'FILE_SYSTEM', 'the network drive is not connected'],
  ETIMEDOUT: ['environment', 'FILE_SYSTEM', 'nothing came in time'],
  ERR_DLOPEN_FAILED: ['environment', 'PACKAGE_MISSING', 'a library does not load on this system'],
  ERR_MODULE_NOT_FOUND: ['environment', 'PACKAGE_MISSING', 'a package of the program is not installed'],
  MODULE_NOT_FOUND: ['environment', 'PACKAGE_MISSING', 'a package of the program is not installed'],
};

/** How JavaScript engines say that there is no memory; only their words tell. */
const MEMORY =
  /array buffer allocation failed|could not allocate memory|out of memory|bad_alloc|invalid typed array length: \d{10}|value of "size" is out of range|cannot create a string longer than|invalid string length/i;

/**
 * A failure of the system or the machine as the error that says so; undefined for what may be a bug. A mistake in a
 * name that this program made itself reads the same as a file that somebody took away, so the cause is always kept.
 */
export function ordinaryFailure(error: unknown): NstError | undefined {
  if (error instanceof NstError || !(error instanceof Error)) return undefined;
  const { code = '', path, syscall, message } = error as NodeJS.ErrnoException;
  const fail = (kind: FailureKind, name: string, sentence: string) =>
    new NstError(kind, name, sentence, { cause: error });
  if (Object.hasOwn(BY_CODE, code)) {
    const [kind, name, words] = BY_CODE[code];
    // A library's message says more than the code; of the system's the path is what counts.
    const about = path ?? (syscall ? `${syscall}` : message.split('\n')[0]);
    return fail(kind, name, `${about}: ${words}.`);
  }
  if (MEMORY.test(message))
    return fail('resources', 'OUT_OF_MEMORY', `There is not enough memory: ${message.split('\n')[0]}.`);
  return undefined;
}
