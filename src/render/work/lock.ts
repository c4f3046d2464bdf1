import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { NstError } from '../../error.js';
import { programPath } from '../../program_path.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as its system tells it; tells a process from a later one of the same id. */
  readonly started: string;
  /** Tells one lock from another of the same process. */
  readonly token: string;
}

/** When a living process started; undefined where there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    // Field 22 of /proc/<pid>/stat; the second field is a name in brackets that may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  if (process.platform === 'win32') return 'running';
  try {
    return execFileSync(programPath('ps') ?? '/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'running';
  }
}

function isHeld(holder: Holder): boolean {
  // A lock taken on another machine (a shared disk) cannot be checked from here: it is respected.
  if (holder.host !== hostname()) return true;
  return startOf(holder.pid) === holder.started;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // A lock cut short while being written belongs to nobody who is still alive to finish it.
    if (error instanceof SyntaxError) return { pid: -1, host: hostname(), started: '', token: '' };
    throw error;
  }
}

/**
 * Takes the lock file at `path` for this process and returns what gives it back. A lock whose process no
 * longer lives is taken over.
 *
 * @throws NstError resources WORK_FOLDER_LOCKED while another process holds it.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid) ?? '',
    token: randomUUID(),
  };
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(JSON.stringify(mine));
        await file.sync();
      } finally {
        await file.close();
      }
      return async () => {
        if ((await readHolder(path))?.token === mine.token) await unlink(path);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(path);
    if (holder === undefined) continue;
    if (isHeld(holder))
      throw new NstError(
        'resources',
        'WORK_FOLDER_LOCKED',
        `${path}: process ${holder.pid} on ${holder.host} is working in this folder; expected nobody (wait for it, or give another --output)`,
      );
    // Renaming is atomic: of several processes that find the same dead lock, one moves it away.
    const aside = `${path}.${mine.token}`;
    await rename(path, aside).catch(() => undefined);
    const moved = await readHolder(aside);
    if (moved !== undefined && moved.token !== holder.token && isHeld(moved))
      await rename(aside, path).catch(() => undefined);
    else await unlink(aside).catch(() => undefined);
  }
  throw new NstError('resources', 'WORK_FOLDER_LOCKED', `${path}: the lock changes hands all the time`);
}
