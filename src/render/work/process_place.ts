import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { programPath } from '../../program_path.js';

/** A process as others can know it again. */
export interface ProcessPlace {
  readonly pid: number;
  /** When it started, as its system tells it; tells a process from a later one of the same id. */
  readonly started: string;
  readonly host: string;
  /** The start of the system it runs on, and the space its id counts in: containers of one name have different ones. */
  readonly system: string;
}

export function thisProcess(): ProcessPlace {
  return { pid: process.pid, started: startOf(process.pid) ?? '', host: hostname(), system: thisSystem() };
}

/** Whether a process lives; undefined where that cannot be seen from here. */
export function isAlive({ pid, started, host, system }: ProcessPlace): boolean | undefined {
  if (host !== hostname() || system !== thisSystem()) return undefined;
  return startOf(pid) === started;
}

/** When a living process started; undefined where there is no such process. */
export function startOf(pid: number): string | undefined {
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

/** Other systems than Linux have no containers of their own that share a folder: there the host's name is enough. */
function thisSystem(): string {
  if (process.platform !== 'linux') return process.platform;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'linux';
  }
}
