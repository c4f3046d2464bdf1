import { type FileHandle, open, stat } from 'node:fs/promises';
import { NstError } from '../../error.js';
import { writeError } from '../../frames/atomic.js';
import { proxiedFetch } from './proxied_fetch.js';
import { anyProxy } from './proxy.js';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (received: number, total: number | undefined) => void;
  /** A connection over which nothing comes for as long has failed, ms. */
  readonly patience?: number;
}

/** Size of a file in bytes; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/**
 * Adds to the file `partial` what it lacks of what lies at `url` (HTTP Range); a home that cannot do that sends the
 * whole, which replaces it. What has come stays when the connection fails. Nothing is said about the content.
 *
 * @throws NstError `DOWNLOAD_FAILED` (environment) where the home cannot be reached, refuses or breaks off;
 *   what `writeError` makes of a full disk; the signal's reason.
 */
export async function download(
  url: string,
  partial: string,
  { signal, onProgress, patience = 30_000 }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(partial);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${patience / 1000} s`)), patience);
  let file: FileHandle | undefined;
  try {
    const response = await (anyProxy() ? proxiedFetch : fetch)(url, {
      // Compressed on the way, bytes could not be counted.
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    // Nothing lies after what is here: whether that is the file, its checksum tells.
    if (response.status === 416 && have > 0) return;
    if (response.status !== 200 && response.status !== 206)
      throw failed(url, `HTTP ${response.status} ${response.statusText}`.trim());
    const resumed = response.status === 206;
    const range = response.headers.get('content-range')?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/);
    if (resumed && Number(range?.[1]) !== have)
      throw failed(url, `expected the bytes from ${have} on, found ${range?.[0] ?? 'no Content-Range'}`);
    let received = resumed ? have : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isFinite(length) ? received + length : undefined;
    onProgress(received, total);
    file = await open(partial, resumed ? 'a' : 'w').catch(throwWriteError(partial));
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      await file.writeFile(chunk).catch(throwWriteError(partial));
      received += chunk.length;
      onProgress(received, total);
    }
    if (total !== undefined && received < total)
      throw failed(url, `expected ${total} bytes, the connection ended after ${received}`);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof NstError) throw error;
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason =
      silence.signal.reason?.message ?? (cause?.message || cause?.code || (error as Error).message);
    throw failed(url, reason, error);
  } finally {
    clearTimeout(timer);
    silence.abort(); // what is still to come of an answer nobody reads would keep the process alive
    await file?.close();
  }
}

function throwWriteError(path: string) {
  return (error: unknown): never => {
    throw writeError(error, path);
  };
}

function failed(url: string, reason: string, cause?: unknown): NstError {
  return new NstError('environment', 'DOWNLOAD_FAILED', `${url}: ${reason}`, { cause });
}
