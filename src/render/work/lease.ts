import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, link, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { NstError } from '../../error.js';
import { removeStaleTemporaries, temporaryName, writeError } from '../../frames/atomic.js';
import { printable } from '../../printable.js';
import { parseRecord, positiveWhole } from '../../stored_record.js';
import { interrupted } from '../interrupted.js';
import { isAlive, startOf, thisProcess } from './process_place.js';

/** How often a lease is renewed, and for how long it may not be before others take it over, ms. */
const INTERVAL = 5000;
const SILENCE = 60_000;
/** As long for one of a version that renewed none, ms. */
const SILENCE_OF_FORMER = 3_600_000;
/** A file that no lease can be read from may be one that is being written for so long, ms. */
const WRITING = 2000;
/** How often a lease that may be given up is looked at, ms. */
const LOOK = 500;
const ATTEMPTS = 50;

const lease = v.object({
  id: v.string(),
  /** Rises by one with every takeover: whoever sees a higher one than its own has lost the lease. */
  counter: positiveWhole,
  pid: positiveWhole,
  started: v.string(),
  host: v.string(),
  system: v.string(),
});
/** Of versions before leases; never renewed. */
const former = v.object({ pid: positiveWhole, host: v.string(), started: v.string(), token: v.string() });
const holderSchema = v.union([lease, former]);

type Holder = v.InferOutput<typeof holderSchema>;

/** A lease that this process holds. */
export interface Lease {
  /** Gives it back; does nothing where it was lost. */
  release(): Promise<void>;
  /** @throws NstError resources LEASE_LOST where another process has taken it over. */
  assertHeld(): Promise<void>;
}

export interface LeaseOptions {
  readonly signal?: AbortSignal | undefined;
  readonly note?: (sentence: string) => void;
}

/** A lease as it lies there. */
interface Found {
  readonly path: string;
  readonly counter: number;
  /** Undefined for what no lease can be read from. */
  readonly holder: Holder | undefined;
  /** When it was renewed, by the clock of the file server, ms. */
  readonly renewed: number;
  readonly inode: number;
}

/**
 * Takes the lease at `path` for this process, and renews it until it is given back.
 *
 * A lease is a file; its name ends in its counter from 2 on. A new one is written aside and linked to its name, which only
 * one process can do. One whose process is gone is taken over at once, by the next counter; where that cannot be seen from
 * here (another machine or container), after a minute without renewal by the clock of the file server, which is waited for
 * as long as nothing is renewed.
 *
 * @throws NstError resources WORK_FOLDER_LOCKED while another process holds it; as writeAtomic where it cannot be written.
 */
export async function takeLease(path: string, options: LeaseOptions = {}): Promise<Lease> {
  const id = randomUUID();
  const aside = temporaryName(path);
  await removeStaleTemporaries(path);
  let told = false;
  let seen: Found | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; ) {
    if (options.signal?.aborted) throw interrupted(options.signal.reason);
    const newest = (await leasesAt(path)).at(-1);
    const now = await serverTime(aside);
    const left = newest ? timeLeft(newest, now) : 0;
    if (newest && left > 0) {
      if (isSurelyHeld(newest, seen)) throw locked(newest);
      if (!told && newest.holder) options.note?.(waitingFor(newest, left));
      told = true;
      seen = newest;
      await wait(Math.min(left, LOOK), undefined, { signal: options.signal }).catch(() => undefined); // an abort is seen above
      continue;
    }
    attempt++;
    const taken = await claim(
      path,
      aside,
      { id, counter: (newest?.counter ?? 0) + 1, ...thisProcess() },
      newest,
    );
    if (taken) return taken;
    await wait(Math.random() * LOOK * 0.1);
  }
  throw new NstError('resources', 'WORK_FOLDER_LOCKED', `${path}: the lease changes hands all the time`);
}

const nameOf = (path: string, counter: number): string => (counter === 1 ? path : `${path}-${counter}`);

/** All leases at a path, ascending by counter. */
async function leasesAt(path: string): Promise<Found[]> {
  const names = await readdir(dirname(path)).catch((error) => {
    throw writeError(error, path);
  });
  const found: Found[] = [];
  for (const name of names) {
    const counter = counterOf(basename(path), name);
    if (counter === undefined) continue;
    const one = await readLease(join(dirname(path), name), counter);
    if (one) found.push(one);
  }
  return found.sort((a, b) => a.counter - b.counter);
}

function counterOf(base: string, name: string): number | undefined {
  if (name === base) return 1;
  if (!name.startsWith(`${base}-`)) return undefined;
  const [digits] = /^[1-9]\d{0,14}$/.exec(name.slice(base.length + 1)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A lease that lies there; undefined where it has gone meanwhile. */
async function readLease(path: string, counter: number): Promise<Found | undefined> {
  try {
    const { mtimeMs: renewed, ino: inode } = await stat(path);
    return { path, counter, holder: holderOf(path, await readFile(path, 'utf8')), renewed, inode };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw writeError(error, path);
  }
}

function holderOf(path: string, text: string): Holder | undefined {
  try {
    return parseRecord(path, text, holderSchema);
  } catch {
    return undefined;
  }
}

/** The file server's clock, ms, as a file that is written now has it. */
async function serverTime(aside: string): Promise<number> {
  try {
    const file = await open(aside, 'w');
    try {
      await file.write('.');
      return (await file.stat()).mtimeMs;
    } finally {
      await file.close();
      await rm(aside, { force: true });
    }
  } catch (error) {
    throw writeError(error, aside);
  }
}

/** How long a lease still binds others unless it is renewed, ms. */
function timeLeft({ holder, renewed }: Found, now: number): number {
  // A clock that was put back makes renewals of the future: they count as of now.
  const silent = Math.max(0, now - renewed);
  if (holder === undefined) return WRITING - silent;
  if ('token' in holder) {
    const gone = holder.host === hostname() && startOf(holder.pid) !== holder.started;
    return gone ? 0 : SILENCE_OF_FORMER - silent;
  }
  return isAlive(holder) === false ? 0 : SILENCE - silent;
}

/** Whether the process of a lease is seen to live: here, or by a renewal since it was `seen` before. */
function isSurelyHeld({ holder, renewed, inode }: Found, seen: Found | undefined): boolean {
  if (holder === undefined) return false;
  if ('token' in holder || isAlive(holder)) return true;
  return seen !== undefined && seen.inode === inode && renewed > seen.renewed;
}

function locked({ path, holder }: Found): NstError {
  const { pid, host } = holder!;
  return new NstError(
    'resources',
    'WORK_FOLDER_LOCKED',
    `${path}: process ${pid} on ${printable(host)} is working in this folder; expected nobody (wait for it, or give another --output)`,
  );
}

function waitingFor({ path, holder }: Found, left: number): string {
  const { pid, host } = holder!;
  return `${path}: process ${pid} on ${printable(host)} was working here; its lease is taken over in ${Math.ceil(left / 1000)} s unless it is renewed`;
}

/**
 * Makes a lease that nobody holds this process's; undefined where another process was faster.
 * @param stale The lease that is taken over.
 */
async function claim(
  path: string,
  aside: string,
  mine: v.InferOutput<typeof lease>,
  stale: Found | undefined,
): Promise<Lease | undefined> {
  const target = nameOf(path, mine.counter);
  const file = await place(aside, target, `${JSON.stringify(mine)}\n`);
  if (!file) return undefined;
  const { ino } = await file.stat();
  // Whoever judged an older state may have made another lease meanwhile: of two, each sees the other and both begin anew.
  const others = (await leasesAt(path)).filter(({ inode }) => inode !== ino);
  if (others.some(({ path: other, inode }) => other !== stale?.path || inode !== stale.inode)) {
    await file.close();
    await unlink(target).catch(() => undefined);
    return undefined;
  }
  if (stale) await unlink(stale.path).catch(() => undefined);
  return held(path, mine.counter, file, ino);
}

/** Writes a file that was not there before, whole from the first; undefined where there was one. */
async function place(aside: string, target: string, text: string): Promise<FileHandle | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(aside, 'wx+');
    await file.write(text, 0);
    await file.sync().catch(() => undefined); // not every file system can, and a lease need not outlast a power cut
    try {
      await link(aside, target);
    } catch (error) {
      // A file server's answer may be lost: two names say that it was done all the same.
      if ((await file.stat()).nlink < 2) {
        await file.close();
        return await placeWithoutLinks(target, text, error as NodeJS.ErrnoException);
      }
    }
    return file;
  } catch (error) {
    await file?.close().catch(() => undefined);
    throw writeError(error, target);
  } finally {
    await rm(aside, { force: true });
  }
}

/** As place, on file systems that have no links; whoever reads it while it is written waits. */
async function placeWithoutLinks(
  target: string,
  text: string,
  failure: NodeJS.ErrnoException,
): Promise<FileHandle | undefined> {
  // Not there: another machine took it for what a dead process left.
  if (failure.code === 'EEXIST' || failure.code === 'ENOENT') return undefined;
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(failure.code ?? '')) throw failure;
  try {
    const file = await open(target, 'wx+');
    await file.write(text, 0);
    return file;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

function held(path: string, counter: number, file: FileHandle, inode: number): Lease {
  const own = nameOf(path, counter);
  const isHeld = async () => {
    if (existsSync(nameOf(path, counter + 1))) return false;
    return (await stat(own).catch(() => undefined))?.ino === inode;
  };
  // Writing what is there already renews it by the file server's clock.
  const renewal = setInterval(() => file.write('{', 0).catch(() => undefined), INTERVAL);
  renewal.unref();
  return {
    async release() {
      clearInterval(renewal);
      const mine = await isHeld();
      await file.close();
      if (mine) await unlink(own);
    },
    async assertHeld() {
      if (await isHeld()) return;
      throw new NstError(
        'resources',
        'LEASE_LOST',
        `${own}: another process has taken over this folder; expected the lease of process ${process.pid}, which was silent for too long`,
      );
    },
  };
}
