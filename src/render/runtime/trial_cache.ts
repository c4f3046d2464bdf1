import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { DEVICES, RUNTIMES } from '../../engine/index.js';
import { writeAtomic } from '../../frames/atomic.js';
import { contestants, type TriedRuntime } from '../../nst/runtime_trial.js';
import { finiteNumber, readRecord } from '../../stored_record.js';
import { cacheFolder } from '../networks/cache_folder.js';

/** Trials that are kept; the oldest goes. */
const KEPT = 32;

const row = v.object({
  runtime: v.picklist(RUNTIMES),
  precision: v.picklist(['float32', 'bfloat16']),
  device: v.optional(v.picklist(DEVICES)),
  name: v.string(),
  milliseconds: v.optional(v.pipe(finiteNumber, v.gtValue(0))),
  // A gradient that is no number is null in JSON.
  gradientError: v.pipe(
    v.nullish(finiteNumber),
    v.transform((error) => error ?? undefined),
  ),
  right: v.boolean(),
  failure: v.optional(v.string()),
  chosen: v.optional(v.boolean()),
});

const schema = v.object({
  schema: v.literal(1),
  /** By `trialKey`, oldest first. */
  trials: v.record(v.string(), v.pipe(v.array(row), v.minLength(1))),
});

type StoredTrials = v.InferOutput<typeof schema>;

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
    return (await readRecord(file(), schema))?.trials ?? {};
  } catch {
    // Not readable, damaged, not ours: it is a cache.
    return {};
  }
}

/** The outcome of a trial that was made here before. */
export async function storedTrial(key: string): Promise<readonly TriedRuntime[] | undefined> {
  const trials = await readTrials();
  return Object.hasOwn(trials, key) ? trials[key] : undefined;
}

/** Keeps the outcome of a trial; a cache folder that cannot be written is no failure. */
export async function storeTrial(key: string, rows: readonly TriedRuntime[]): Promise<void> {
  const { [key]: _, ...others } = await readTrials();
  const trials = Object.fromEntries([...Object.entries(others), [key, rows]].slice(-KEPT));
  try {
    await mkdir(cacheFolder(), { recursive: true });
    await writeAtomic(file(), `${JSON.stringify({ schema: 1, trials }, null, 1)}\n`);
  } catch {
    // The next job measures again.
  }
}
