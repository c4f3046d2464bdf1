import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../../../dist/render/networks/download.js';
import { scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => void close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/f`;
}
const options = (signal = new AbortController().signal) => ({
  signal,
  onProgress: () => undefined,
  patience: 300,
});

describe('download', () => {
  it('gives up a connection over which nothing comes, before or after the first bytes, and keeps those', async () => {
    const mute = await serve(() => undefined);
    const failed = {
      code: 'DOWNLOAD_FAILED',
      kind: 'environment',
      message: `${mute}: nothing came for 0.3 s`,
    };
    await expect(download(mute, at('a'), options())).rejects.toMatchObject(failed);
    expect(existsSync(at('a'))).toBe(false);
    const faltering = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('abc'),
    );
    await expect(download(faltering, at('b'), options())).rejects.toThrowError(/nothing came for 0\.3 s/);
    expect(readFileSync(at('b'), 'utf8')).toBe('abc');
  });

  it('does not add bytes from another place than it asked for', async () => {
    writeFileSync(at('c'), 'abc');
    const wrong = await serve((_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-5/6' }).end('abcdef');
    });
    await expect(download(wrong, at('c'), options())).rejects.toThrowError(
      /expected the bytes from 3 on, found bytes 0-5/,
    );
    expect(readFileSync(at('c'), 'utf8')).toBe('abc');
  });

  it('follows a redirect, tells how far it is, and ends with the reason of its signal', async () => {
    const there = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 6 }).end('abcdef'),
    );
    const moved = await serve((_, response) => void response.writeHead(302, { location: there }).end());
    const told: unknown[] = [];
    const onProgress = (received: number, total?: number) => told.push([received, total]);
    await download(moved, at('d'), { ...options(), onProgress });
    expect(readFileSync(at('d'), 'utf8')).toBe('abcdef');
    expect(told[0]).toEqual([0, 6]);
    expect(told.at(-1)).toEqual([6, 6]);
    const reason = new Error('enough');
    await expect(download(there, at('e'), options(AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  it('says what a file that cannot be written is', async () => {
    const there = await serve((_, response) => void response.end('abc'));
    await expect(download(there, at('none/f'), options())).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(at('none/f')),
    });
  });
});
