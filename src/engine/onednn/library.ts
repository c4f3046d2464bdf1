import { createRequire } from 'node:module';
import type { LibraryHandle } from 'koffi';
import { NstError } from '../../error.js';
import { libraryPath, windowsLibrary } from '../../program_path.js';
import { libraryMissing, reasonOf } from '../runtime_errors.js';
import type { Dnnl } from './dnnl.js';
import { dnnlVersion2 } from './dnnl_v2.js';
import { dnnlVersion3 } from './dnnl_v3.js';

/** Calls functions of native libraries; ready-made binaries, no compiler. */
export type Koffi = typeof import('koffi');

const LIBRARY = 'oneDNN';
const ADVICE =
  'install it, "apt install libdnnl3" or libdnnl2 on Debian and Ubuntu, "brew install onednn" on a Mac, or name its ' +
  'file in NST_ONEDNN';

/**
 * Where the library may lie, by platform; names without a folder are looked for as `libraryPath` does. Version 2 first: it has
 * Winograd's method, and is the one that this was tested with.
 */
function candidates(): string[] {
  const named = process.env.NST_ONEDNN;
  if (named) return [named];
  switch (process.platform) {
    case 'darwin':
      return ['libdnnl.dylib'];
    case 'win32':
      return ['dnnl.dll'];
    default:
      return ['libdnnl.so.2', 'libdnnl.so.3', '/usr/local/lib/libdnnl.so.2', '/usr/local/lib/libdnnl.so.3'];
  }
}

let opened: Dnnl | undefined;

/**
 * Loads oneDNN into this thread, once.
 * @throws NstError environment RUNTIME_MISSING where it, or koffi, is not installed or does not load
 */
export function openDnnl(): Dnnl {
  opened ??= open();
  return opened;
}

function open(): Dnnl {
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi');
    return bind(koffi, load(koffi));
  } catch (cause) {
    throw cause instanceof NstError ? cause : libraryMissing(LIBRARY, cause, ADVICE);
  }
}

/** The first library that loads; where none does, what the first that is there said. */
function load(koffi: Koffi): LibraryHandle {
  const reasons: string[] = [];
  for (const name of candidates()) {
    const path = libraryPath(name);
    if (path === undefined) continue;
    try {
      const library = koffi.load(path);
      keepLoaded(koffi, path);
      return library;
    } catch (error) {
      reasons.push(`${path}: ${reasonOf(error)}`);
    }
  }
  const telling = reasons.find((reason) => !/no such file|not found|cannot find/i.test(reason));
  throw new Error(telling ?? `found none of ${candidates().join(', ')}`);
}

/** `dlopen`'s flag on Linux and macOS alike. */
const RTLD_NOW = 2;

/**
 * Keeps a library in the process until that ends. koffi unloads what it loaded when a thread of ours ends, while OpenMP's
 * own threads are still about in the library's code: a crash.
 */
function keepLoaded(koffi: Koffi, path: string): void {
  if (process.platform === 'win32')
    koffi.load(windowsLibrary('kernel32.dll')).func('void *LoadLibraryA(const char *path)')(path);
  else koffi.load(null).func('void *dlopen(const char *path, int flags)')(path, RTLD_NOW);
}

function bind(koffi: Koffi, library: LibraryHandle): Dnnl {
  const version = library.func('dnnl_version', 'void *', []);
  const [major, minor, patch] = koffi.decode(version(), 'int', 3) as Int32Array;
  const name = `${major}.${minor}.${patch}`;
  if (major === 2 && minor >= 3) return dnnlVersion2(koffi, library, name);
  if (major === 3) return dnnlVersion3(koffi, library, name);
  throw libraryMissing(LIBRARY, `expected version 2.3 to 3, found ${name}`, ADVICE);
}
