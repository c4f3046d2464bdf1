import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export interface Home {
  readonly url: string;
  /** What was asked for, as `whole` or the Range header. */
  readonly requests: string[];
  /** Bytes of file that were sent. */
  sent(): number;
}

export interface HomeOptions {
  /** Connections that break off, each after so many bytes; later ones go through. */
  readonly cutAfter?: readonly number[];
  /** A server that knows nothing of Range. */
  readonly wholeOnly?: boolean;
  /** Answers with this status alone. */
  readonly status?: number;
  /** Bytes a second. */
  readonly speed?: number;
}

/** Serves `bytes` at /weights.h5 on 127.0.0.1 until the test file is done. */
export async function home(bytes: Uint8Array, options: HomeOptions = {}): Promise<Home> {
  const requests: string[] = [];
  const cuts = [...(options.cutAfter ?? [])];
  let sent = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const range = options.wholeOnly ? undefined : request.headers.range;
    requests.push(range ?? 'whole');
    if (options.status) return response.writeHead(options.status).end();
    const from = Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    if (from >= bytes.length)
      return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    response.writeHead(range ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(range && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    const cut = cuts.shift();
    const end = cut === undefined ? bytes.length : Math.min(bytes.length, from + cut);
    const step = options.speed ? Math.ceil(options.speed / 20) : 1 << 20;
    for (let at = from; at < end && !response.destroyed; at += step) {
      const part = bytes.subarray(at, Math.min(end, at + step));
      await new Promise((resolve) => response.write(part, resolve));
      sent += part.length;
      if (options.speed) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (cut === undefined) response.end();
    // Time for what was written to leave before the connection is torn down.
    else setTimeout(() => response.destroy(), 50);
  };
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/weights.h5`, requests, sent: () => sent };
}

/** An address of 127.0.0.1 at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/weights.h5`;
}
