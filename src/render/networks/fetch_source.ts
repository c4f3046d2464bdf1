import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { NstError } from '../../error.js';
import type { Emit } from '../events.js';
import { download, sizeOf } from './download.js';
import type { NetworkSource } from './network_table.js';

/** A broken connection is taken up again after this many ms, and so often at one home. */
const PAUSE = 500;
const ATTEMPTS = 20;

/** MD5 of a file, hexadecimal; the homes of weights publish no other. */
export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * Completes the file `partial` from the homes of `source` and checks it. A home that breaks off is asked again for the
 * rest as long as it sends something; then the next one is asked for what is still missing.
 *
 * @param byHand what to do without a network, a sentence for the error
 * @throws NstError environment `NETWORK_UNREACHABLE`, `NETWORK_CHECKSUM` (then nothing is left of the file);
 *   resources `DISK_FULL` (what has come stays)
 */
export async function fetchSource(
  source: NetworkSource,
  partial: string,
  byHand: string,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  // Fetched to the end by a process that then was stopped.
  if ((await sizeOf(partial)) === source.bytes && (await md5Of(partial)) === source.md5) return;
  const problems: string[] = [];
  let unlike = 0;
  for (const url of source.urls) {
    const had = await sizeOf(partial);
    emit({
      type: 'note',
      message: `${had > 0 ? 'going on with' : 'fetching'} ${source.name} (${Math.round(source.bytes / 1e6)} MB) from ${new URL(url).host}`,
    });
    const { problem, wrong } = await fetchFrom(url, source, partial, emit, signal);
    if (problem === undefined) return;
    problems.push(problem);
    if (wrong) unlike++;
  }
  const message = `${source.name} could not be fetched: ${problems.join('; ')}. ${byHand}`;
  throw new NstError(
    'environment',
    unlike === source.urls.length ? 'NETWORK_CHECKSUM' : 'NETWORK_UNREACHABLE',
    message,
  );
}

async function fetchFrom(
  url: string,
  source: NetworkSource,
  partial: string,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ problem?: string; wrong?: boolean }> {
  const onProgress = (received: number, total = source.bytes) =>
    emit({ type: 'download', network: source.name, received, total });
  let problem = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await sizeOf(partial);
    try {
      await download(url, partial, { signal, onProgress });
      const found = await md5Of(partial);
      if (found === source.md5) return {};
      await rm(partial, { force: true });
      problem = `${url}: expected a file of MD5 ${source.md5}, found ${found}`;
      // What was there before may have come from elsewhere: once more, from the first byte.
      if (before === 0) return { problem, wrong: true };
    } catch (error) {
      if (!(error instanceof NstError) || error.code !== 'DOWNLOAD_FAILED') throw error;
      problem = error.message;
      if ((await sizeOf(partial)) <= before) break;
      await wait(PAUSE, undefined, { signal });
    }
  }
  return { problem };
}
