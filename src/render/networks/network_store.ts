import { existsSync } from 'node:fs';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NstError } from '../../error.js';
import { removeStaleTemporaries, writeError } from '../../frames/atomic.js';
import { networkFileBad, readSafetensors } from '../../nst/safetensors.js';
import type { Emit } from '../events.js';
import { interrupted } from '../interrupted.js';
import { takeLease } from '../work/lease.js';
import { cacheFolder } from './cache_folder.js';
import { checkCached, recordChecked, recordPath } from './cached_network.js';
import { checkNetwork } from './check_network.js';
import { convertNetwork } from './convert_network.js';
import { shownUrl } from './download.js';
import { fetchSource } from './fetch_source.js';
import type { NetworkSource } from './network_table.js';
import { partialSize } from './partial_file.js';
import { unlikeSource } from './source_digest.js';

export interface PullOptions {
  /** Nothing may be fetched: what lies in the cache folder has to do. */
  readonly offline?: boolean;
  readonly emit?: Emit;
  /** Aborting stops at once; what has come stays, and the same call goes on from there. */
  readonly signal?: AbortSignal;
}

/** A process that waits for another one's download looks again after this many ms. */
const LOOK_AGAIN = 200;

/** Where the usable file of a fetched network is, or will be. */
export function storedPath(source: NetworkSource): string {
  return join(cacheFolder(), `${source.name}.safetensors`);
}

/**
 * The file of a network that is fetched on demand: the one in the cache folder, else fetched, checked and converted
 * now. Of several processes that want the same one fetches, the others wait for it.
 *
 * A file that is there is checked as `checkCached` does. A source file that was put into the cache folder by hand is taken instead of a download, and left there. A download
 * lies beside it as `<file>.part`, and is gone once it is converted.
 *
 * @throws NstError environment `NETWORK_MISSING` (offline), `NETWORK_UNREACHABLE`, `NETWORK_CHECKSUM`;
 *   resources `DISK_FULL`; input `OUTPUT_NOT_WRITABLE`, `NETWORK_FILE_BAD`, `PARTIAL_BAD`
 */
export async function storedNetwork(
  source: NetworkSource,
  { offline = false, emit = () => undefined, signal = new AbortController().signal }: PullOptions = {},
): Promise<string> {
  const target = storedPath(source);
  if (existsSync(target)) return checkedPath(target, source);
  const folder = cacheFolder();
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw unwritable(writeError(error, folder));
  });
  const lease = await waitForLease(join(folder, `${source.name}.lock`), source, emit, signal);
  try {
    // It may have come while this process waited.
    if (existsSync(target)) return await checkedPath(target, source);
    await removeStaleTemporaries(target);
    const byHand = join(folder, source.file);
    const partial = `${byHand}.part`;
    const given = existsSync(byHand);
    if (given) await checkGiven(byHand, source);
    else if (offline && !(await isWhole(partial, source))) throw notThere(source);
    else await fetchSource(source, partial, instructions(source, byHand), emit, signal);
    emit({ type: 'note', message: `converting ${source.name}` });
    const from = given ? byHand : partial;
    await convertNetwork({ source, from, to: target }, signal);
    await recordChecked(target);
    await rm(partial, { force: true });
    emit({ type: 'note', message: `${source.name} is checked and stored: ${target}` });
    return target;
  } catch (error) {
    throw signal.aborted ? interrupted(error) : error;
  } finally {
    await lease.release();
  }
}

/** As `storedNetwork`, but looks at a file that is there already, and fetches a damaged one anew. */
export async function checkedNetwork(source: NetworkSource, options: PullOptions = {}): Promise<string> {
  const target = storedPath(source);
  if (existsSync(target)) {
    try {
      await checkNetwork(await readSafetensors(target), source);
      await recordChecked(target);
      options.emit?.({ type: 'note', message: `${source.name} is there already: ${target}` });
      return target;
    } catch (error) {
      if (!(error instanceof NstError) || error.code !== 'NETWORK_FILE_BAD') throw error;
      if (options.offline || (await lstat(target)).isDirectory()) throw error;
      options.emit?.({ type: 'note', message: `${error.message}; it is made anew` });
      await rm(recordPath(target), { force: true });
      await rm(target, { force: true });
    }
  }
  return storedNetwork(source, options);
}

/** Takes the lease, as soon as whoever holds it is done or gone. */
async function waitForLease(path: string, source: NetworkSource, emit: Emit, signal: AbortSignal) {
  let told = false;
  for (;;) {
    if (signal.aborted) throw interrupted(signal.reason);
    try {
      return await takeLease(path, { signal });
    } catch (error) {
      if (!(error instanceof NstError)) throw writeError(error, path);
      if (error.code !== 'WORK_FOLDER_LOCKED') throw error;
    }
    if (!told)
      emit({ type: 'note', message: `another process is fetching ${source.name}; waiting for it (${path})` });
    told = true;
    await wait(LOOK_AGAIN, undefined, { signal }).catch(() => undefined); // an abort is seen above
  }
}

/** Another folder may do where this one does not. */
function unwritable(error: unknown): unknown {
  if (!(error instanceof NstError) || error.code !== 'OUTPUT_NOT_WRITABLE') return error;
  const sentence = `${error.message} Networks are kept there; NST_VIDEO_CACHE names another folder.`;
  return new NstError(error.kind, error.code, sentence, { cause: error });
}

async function checkedPath(path: string, source: NetworkSource): Promise<string> {
  await checkCached(path, source);
  return path;
}

async function isWhole(path: string, source: NetworkSource): Promise<boolean> {
  return (await partialSize(path)) === source.bytes && (await unlikeSource(path, source)) === undefined;
}

async function checkGiven(path: string, source: NetworkSource): Promise<void> {
  const difference = await unlikeSource(path, source);
  if (difference !== undefined) throw networkFileBad(path, difference);
}

function instructions(source: NetworkSource, path: string): string {
  return `Fetch ${shownUrl(source.urls[0])} by hand (MD5 ${source.md5}), put it there: ${path}, and give the same command again`;
}

/** The error for a network that is to be used and must not be fetched. */
export function notThere(source: NetworkSource): NstError {
  const path = join(cacheFolder(), source.file);
  return new NstError(
    'environment',
    'NETWORK_MISSING',
    `${source.name} is not in the cache folder and --offline forbids fetching it. Without --offline it is fetched (${Math.round(source.bytes / 1e6)} MB); or: ${instructions(source, path)}`,
  );
}
