import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { writeAtomic } from '../../frames/atomic.js';
import { contestants, type TriedRuntime } from '../../nst/runtime_trial.js';
import { cacheFolder } from '../networks/cache_folder.js';

/** Trials that are kept; the oldest goes. */
const KEPT = 32;

interface StoredTrials {
  readonly schema: 1;
  /** By `trialKey`, oldest first. */
  readonly trials: Readonly<Record<string, readonly TriedRuntime[]>>;
}

const file = (): string => join(cacheFolder(), 'runtimes.json');

/** What a trial's outcome depends on: the processor, the libraries with their versions, the threads, the network. */
export async function trialKey(networkPath: string, threads: number): Promise<string> {
  const { size } = await stat(networkPath);
  const parts = [
    cpus()[0]?.model ?? '',
    process.arch,
    threads,
    contestants(threads).map(({ name, precision }) => `${name} ${precision}`),
    basename(networkPath),
    size,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

async function readTrials(): Promise<StoredTrials['trials']> {
  try {
    const stored = JSON.parse(await readFile(file(), 'utf8')) as StoredTrials;
    return stored.schema === 1 ? stored.trials : {};
  } catch {
    // Not there, not readable, not ours: it is a cache.
    return {};
  }
}

/** The outcome of a trial that was made here before. */
export async function storedTrial(key: string): Promise<readonly TriedRuntime[] | undefined> {
  return (await readTrials())[key];
}

/** Keeps the outcome of a trial; a cache folder that cannot be written is no failure. */
export async function storeTrial(key: string, rows: readonly TriedRuntime[]): Promise<void> {
  const { [key]: _, ...others } = await readTrials();
  const trials = Object.fromEntries([...Object.entries(others), [key, rows]].slice(-KEPT));
  const stored: StoredTrials = { schema: 1, trials };
  try {
    await mkdir(cacheFolder(), { recursive: true });
    await writeAtomic(file(), `${JSON.stringify(stored, null, 1)}\n`);
  } catch {
    // The next job measures again.
  }
}
