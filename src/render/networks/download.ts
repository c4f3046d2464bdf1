import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { NstError } from '../../error.js';
import { writeError } from '../../frames/atomic.js';
import { printable } from '../../printable.js';
import { guardedFetch, said } from './guarded_fetch.js';
import { openPartial, partialSize } from './partial_file.js';
import { type Patience, patientFor } from './patience.js';

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (received: number, total: number) => void;
  /** Size of the whole file; no more is ever stored. */
  readonly bytes: number;
  /** A connection over which nothing comes for as long has failed, ms. */
  readonly patience?: number;
}

/** Codes of an answer that ended before its time. */
const BROKEN = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** Size of a file in bytes; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/**
 * Adds to the file `partial` what it lacks of the `bytes` that lie at `url` (HTTP Range); a home that cannot do that
 * sends the whole, which replaces it. What has come stays when the connection fails. Nothing but
 * its size is said of the content.
 *
 * @throws NstError environment `DOWNLOAD_FAILED` where the home cannot be reached, refuses, breaks off or is too slow,
 *   `DOWNLOAD_UNLIKE` where it has something else than the file; input `PARTIAL_BAD`;
 *   what `writeError` makes of a full disk; the signal's reason.
 */
export async function download(url: string, partial: string, options: DownloadOptions): Promise<void> {
  const { signal, patience: limit = 30_000 } = options;
  const have = await partialSize(partial);
  const patience = patientFor(limit);
  try {
    const answer = await guardedFetch(url, {
      // Compressed on the way, bytes could not be counted.
      headers: {
        'user-agent': 'node',
        'accept-encoding': 'identity',
        ...(have > 0 && { range: `bytes=${have}-` }),
      },
      signal: AbortSignal.any([signal, patience.signal]),
    });
    try {
      const from = startOf(url, answer, have, options.bytes);
      await store(url, answer, partial, from, patience, options);
    } finally {
      answer.destroy(); // what is still to come of an answer nobody reads would keep the process alive
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof NstError) throw error;
    const cause = (patience.signal.reason ?? error) as NodeJS.ErrnoException;
    throw failed(url, printable(cause.message || cause.code || 'the connection failed'), cause);
  } finally {
    patience.end();
  }
}

/** The place in the file at which the body of `answer` begins; a body that cannot be the file is refused unread. */
function startOf(url: string, answer: IncomingMessage, have: number, bytes: number): number {
  const { statusCode: status = 0, headers } = answer;
  if (status !== 200 && status !== 206) throw failed(url, `HTTP ${status} ${said(answer)}`.trim());
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
  if (encoding.toLowerCase() !== 'identity')
    throw unlike(url, `expected the file as it is, found Content-Encoding ${printable(encoding, 40)}`);
  if (/^text\/html\b/i.test(type)) throw unlike(url, 'expected the file, found a page of HTML');
  const from = status === 206 ? rangeStart(url, headers['content-range'], have, bytes) : 0;
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isFinite(length) && from + length !== bytes)
    throw unlike(url, `expected ${bytes} bytes, found a file of ${from + length}`);
  return from;
}

function rangeStart(url: string, range: string | undefined, have: number, bytes: number): number {
  const [found, first, total] = range?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/) ?? [];
  if (Number(first) !== have)
    throw failed(
      url,
      `expected the bytes from ${have} on, found ${printable(found ?? range ?? 'no Content-Range', 80)}`,
    );
  if (total !== '*' && Number(total) !== bytes)
    throw unlike(url, `expected ${bytes} bytes, found a file of ${total}`);
  return have;
}

async function store(
  url: string,
  answer: IncomingMessage,
  partial: string,
  from: number,
  patience: Patience,
  { bytes, onProgress }: DownloadOptions,
): Promise<void> {
  let received = from;
  onProgress(received, bytes);
  const file = await openPartial(partial, { anew: from === 0 });
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      patience.came(chunk.length);
      const fitting = chunk.subarray(0, bytes - received);
      await file.writeFile(fitting).catch((error) => {
        throw writeError(error, partial);
      });
      received += fitting.length;
      onProgress(received, bytes);
      if (fitting.length < chunk.length) throw unlike(url, `expected ${bytes} bytes, found more`, true);
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!BROKEN.includes(code) || patience.signal.aborted) throw error;
    throw brokenOff(url, received, bytes, error);
  } finally {
    await file.close();
  }
  if (received < bytes) throw brokenOff(url, received, bytes);
}

/** What a home has is not the file; `stored` where some of it was written. */
export class Unlike extends NstError {
  constructor(
    message: string,
    readonly stored: boolean,
  ) {
    super('environment', 'DOWNLOAD_UNLIKE', message);
  }
}

function unlike(url: string, problem: string, stored = false): Unlike {
  return new Unlike(`${shownUrl(url)}: ${problem}`, stored);
}

function brokenOff(url: string, received: number, bytes: number, cause?: unknown): NstError {
  return failed(url, `expected ${bytes} bytes, the connection ended after ${received}`, cause);
}

function failed(url: string, reason: string, cause?: unknown): NstError {
  return new NstError('environment', 'DOWNLOAD_FAILED', `${shownUrl(url)}: ${reason}`, { cause });
}

/** An address as messages show it: without user and password. */
export function shownUrl(url: string): string {
  return printable(url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1'));
}
