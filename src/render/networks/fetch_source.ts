import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { NstError } from '../../error.js';
import type { Emit } from '../events.js';
import { download, shownUrl, Unlike } from './download.js';
import type { NetworkSource } from './network_table.js';
import { partialSize } from './partial_file.js';
import { TooSlow } from './patience.js';
import { unlikeSource } from './source_digest.js';

/** A broken connection is taken up again after this many ms, and so often at one home. */
const PAUSE = 500;
const ATTEMPTS = 20;

/** A home that broke off by being too slow is asked again only where it brought more than this, bytes. */
const WORTH_ASKING = 64 * 1024;

/**
 * Completes the file `partial` from the homes of `source` and checks it. A home that breaks off is asked again for the
 * rest as long as it sends something; then the next one is asked for what is still missing.
 *
 * @param byHand what to do without a network, a sentence for the error
 * @throws NstError environment `NETWORK_UNREACHABLE`, `NETWORK_CHECKSUM` (then nothing is left of the file);
 *   input `PARTIAL_BAD`; resources `DISK_FULL` (what has come stays)
 */
export async function fetchSource(
  source: NetworkSource,
  partial: string,
  byHand: string,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  // Fetched to the end by a process that then was stopped.
  if ((await partialSize(partial)) >= source.bytes) {
    if (!(await unlikeSource(partial, source))) return;
    await rm(partial, { force: true });
  }
  const problems: string[] = [];
  let unlike = 0;
  for (const url of source.urls) {
    const had = await partialSize(partial);
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
  const onProgress = (received: number, total: number) =>
    emit({ type: 'download', network: source.name, received, total });
  let problem = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await partialSize(partial);
    try {
      await download(url, partial, { signal, onProgress, bytes: source.bytes });
      const difference = await unlikeSource(partial, source);
      if (difference === undefined) return {};
      await rm(partial, { force: true });
      problem = `${shownUrl(url)}: ${difference}`;
      // What was there before may have come from elsewhere: once more, from the first byte.
      if (before === 0) return { problem, wrong: true };
    } catch (error) {
      if (error instanceof Unlike) {
        if (error.stored) await rm(partial, { force: true });
        return { problem: error.message, wrong: true };
      }
      if (!(error instanceof NstError) || error.code !== 'DOWNLOAD_FAILED') throw error;
      problem = error.message;
      const brought = (await partialSize(partial)) - before;
      if (brought <= 0 || (error.cause instanceof TooSlow && brought < WORTH_ASKING)) break;
      await wait(PAUSE, undefined, { signal });
    }
  }
  return { problem };
}
