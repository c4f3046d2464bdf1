import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import { NstError } from '../../error.js';
import { writeAtomic } from '../../frames/atomic.js';
import { networkFileBad, readSafetensors } from '../../nst/safetensors.js';
import { readRecord } from '../../stored_record.js';
import { checkNetwork } from './check_network.js';
import type { NetworkSource } from './network_table.js';
import { digestsOf } from './source_digest.js';

const RECORD = v.object({
  size: v.pipe(v.string(), v.regex(/^\d+$/)),
  /** When it was last written and its number on the disk: a file of the same state is not read again. */
  state: v.string(),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** The record beside a cached network's file of how it was when it was checked. */
export const recordPath = (path: string): string => path.replace(/\.safetensors$/, '.checked.json');

const stateOf = ({ mtimeNs, ino }: BigIntStats): string => `${mtimeNs} ${ino}`;

/**
 * Checks the cached file of `source` as far as its state asks for: the size always, the digest where it was written
 * since it was checked, and everything that is known of the network where there is no record of a check.
 * @throws NstError input NETWORK_FILE_BAD, with the command that fetches it again.
 */
export async function checkCached(path: string, source: NetworkSource): Promise<void> {
  const found = await fileState(path, source);
  // A record that cannot be read is none: it is made anew.
  const record = await readRecord(recordPath(path), RECORD).catch(() => undefined);
  if (!record) {
    await checkNetwork(await readSafetensors(path), source).catch((error) => {
      if (!(error instanceof NstError) || error.code !== 'NETWORK_FILE_BAD') throw error;
      throw new NstError(error.kind, error.code, advised(error.message, source), { cause: error });
    });
    return recordChecked(path);
  }
  if (record.size !== String(found.size))
    throw damaged(path, source, `expected ${record.size} bytes, found ${found.size}`);
  if (record.state === stateOf(found)) return;
  const { sha256 } = await digestsOf(path);
  if (sha256 !== record.sha256)
    throw damaged(path, source, `expected a file of SHA-256 ${record.sha256}, found ${sha256}`);
  await writeRecord(path, found, sha256);
}

/** Notes that the file at `path` was checked as it is now. */
export async function recordChecked(path: string): Promise<void> {
  const before = await stat(path, { bigint: true });
  await writeRecord(path, before, (await digestsOf(path)).sha256);
}

async function writeRecord(path: string, found: BigIntStats, sha256: string): Promise<void> {
  const record = { size: String(found.size), state: stateOf(found), sha256 };
  // A cache folder that only others may write serves as well, at the cost of a check at each start.
  await writeAtomic(recordPath(path), `${JSON.stringify(record)}\n`).catch(() => undefined);
}

async function fileState(path: string, source: NetworkSource): Promise<BigIntStats> {
  const found = await stat(path, { bigint: true });
  if (!found.isFile())
    throw networkFileBad(
      path,
      `expected a file, found ${found.isDirectory() ? 'a folder' : 'something else'}; remove it, then: ${command(source)}`,
    );
  return found;
}

const command = ({ name }: NetworkSource): string => `nst-video networks pull ${name}`;

const advised = (problem: string, source: NetworkSource): string =>
  `${problem}; fetch it again with: ${command(source)}`;

function damaged(path: string, source: NetworkSource, problem: string): NstError {
  return networkFileBad(path, advised(problem, source));
}
