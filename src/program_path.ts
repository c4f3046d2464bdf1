import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The surroundings in which a program or library is looked for; those of this process unless given. */
export interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly cwd?: string;
}

/** PATH where none is set. */
const USUAL = '/usr/bin:/bin';

/** Folders in which Linux keeps libraries besides those that its own list names. */
const LINUX_FOLDERS = ['/usr/local/lib', '/usr/lib64', '/usr/lib', '/lib64', '/lib'];
const MAC_FOLDERS = ['/opt/homebrew/lib', '/usr/local/lib', '/opt/local/lib', '/usr/lib'];

/**
 * The absolute path of a program, undefined where there is none. A bare name is looked for in the absolute folders of
 * PATH alone: systems take an empty or relative one for the current folder, and Windows begins there. A name with a
 * separator is a path, from the current folder on; that nothing is at it says whoever starts it. Never throws.
 */
export function programPath(name: string, surroundings: Surroundings = {}): string | undefined {
  const { env = process.env, platform = process.platform } = surroundings;
  const named = namedPath(name, surroundings);
  if (named !== undefined) return named;
  const file = platform === 'win32' && !/\.(exe|com)$/i.test(name) ? `${name}.exe` : name;
  const right = platform === 'win32' ? constants.F_OK : constants.X_OK;
  const list = env.PATH ?? env.Path ?? USUAL;
  return inFolders(absoluteFolders(list, platform), file, platform, right);
}

/**
 * A library as the system's loader is to be given it, likewise: an absolute path, or on Linux the bare name where the
 * loader does not look in the current folder. Undefined where there is none. Never throws.
 */
export function libraryPath(name: string, surroundings: Surroundings = {}): string | undefined {
  const { env = process.env, platform = process.platform } = surroundings;
  const named = namedPath(name, surroundings);
  if (named !== undefined) return named;
  const find = (list: string | undefined, more: readonly string[]) =>
    inFolders([...absoluteFolders(list, platform), ...more], name, platform, constants.R_OK);
  if (platform === 'win32') return find(env.PATH ?? env.Path, []);
  if (platform === 'darwin') return find(env.DYLD_LIBRARY_PATH, MAC_FOLDERS);
  // The loader takes both separators, and an empty folder for the current one.
  const list = env.LD_LIBRARY_PATH?.replaceAll(';', ':');
  if (!list || absoluteFolders(list, platform).length === list.split(':').length) return name;
  return find(list, LINUX_FOLDERS);
}

/** A library of Windows itself. */
export function windowsLibrary(name: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.win32.join(env.SystemRoot || 'C:\\Windows', 'System32', name);
}

const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? path.win32 : path.posix);

function namedPath(name: string, { platform = process.platform, cwd }: Surroundings): string | undefined {
  const isPath = platform === 'win32' ? /[\\/:]/.test(name) : name.includes('/');
  return isPath ? pathsOf(platform).resolve(cwd ?? process.cwd(), name) : undefined;
}

function absoluteFolders(list: string | undefined, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') return (list ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const folders = (list ?? '').split(';').map((folder) => folder.trim().replace(/^"(.*)"$/, '$1'));
  // `\tools` lies on the current drive, `C:tools` in its current folder.
  return folders.filter((folder) => /^([a-z]:[\\/]|\\\\)/i.test(folder));
}

function inFolders(
  folders: readonly string[],
  file: string,
  platform: NodeJS.Platform,
  right: number,
): string | undefined {
  return folders.map((folder) => pathsOf(platform).join(folder, file)).find((at) => isThere(at, right));
}

function isThere(file: string, right: number): boolean {
  try {
    accessSync(file, right);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
