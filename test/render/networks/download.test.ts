import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../../../dist/render/networks/download.js';
import { scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => void close()));

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/f`;
}
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server);
}
const options = (bytes: number, signal = new AbortController().signal) => ({
  signal,
  bytes,
  onProgress: () => undefined,
  patience: 300,
});
let files = 0;
const fresh = () => at(`file ${++files}`);

describe('download', () => {
  it('gives up a connection over which nothing comes, before or after the first bytes, and keeps those', async () => {
    const mute = await serve(() => undefined);
    const failed = {
      code: 'DOWNLOAD_FAILED',
      kind: 'environment',
      message: `${mute}: nothing came for 0.3 s`,
    };
    await expect(download(mute, at('a'), options(9))).rejects.toMatchObject(failed);
    expect(existsSync(at('a'))).toBe(false);
    const faltering = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('abc'),
    );
    await expect(download(faltering, at('b'), options(9))).rejects.toThrowError(/nothing came for 0\.3 s/);
    expect(readFileSync(at('b'), 'utf8')).toBe('abc');
  });

  it('gives up a connection over which next to nothing comes', async () => {
    const dripping = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(drip));
    });
    await expect(download(dripping, fresh(), options(900))).rejects.toThrowError(
      /: only \d+ bytes came in 0\.6 s$/,
    );
  });

  it('does not add bytes from another place than it asked for', async () => {
    writeFileSync(at('c'), 'abc');
    const wrong = await serve((_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-5/6' }).end('abcdef');
    });
    await expect(download(wrong, at('c'), options(6))).rejects.toThrowError(
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
    await download(moved, at('d'), { ...options(6), onProgress });
    expect(readFileSync(at('d'), 'utf8')).toBe('abcdef');
    expect(told[0]).toEqual([0, 6]);
    expect(told.at(-1)).toEqual([6, 6]);
    const reason = new Error('enough');
    await expect(download(there, at('e'), options(6, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  it('says what a file that cannot be written is', async () => {
    const there = await serve((_, response) => void response.end('abc'));
    await expect(download(there, at('none/f'), options(3))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(at('none/f')),
    });
  });
});

describe('a download of 6 bytes', () => {
  it('stores no seventh, whatever the server sends or does not tell', async () => {
    let sent = 0;
    const endless = await serve((_, response) => {
      const more = () => void (response.writable && response.write('x'.repeat(1000), more) && (sent += 1000));
      more();
    });
    await expect(download(endless, at('g'), options(6))).rejects.toMatchObject({
      code: 'DOWNLOAD_UNLIKE',
      message: `${endless}: expected 6 bytes, found more`,
    });
    expect(readFileSync(at('g'), 'utf8')).toBe('xxxxxx');
    expect(sent).toBeLessThan(10_000_000);
  });

  it.each<[string, number, Record<string, string>, string, RegExp]>([
    ['a longer file', 200, { 'content-length': '1000000' }, '', /expected 6 bytes, found a file of 1000000$/],
    ['a shorter file', 200, { 'content-length': '2' }, 'ab', /expected 6 bytes, found a file of 2$/],
    ['a page', 200, { 'content-type': 'text/html; charset=x' }, '<html>', /found a page of HTML$/],
    ['packed bytes', 200, { 'content-encoding': 'gzip' }, '', /found Content-Encoding gzip$/],
    ['a wrong status', 503, {}, '', /HTTP 503 Service Unavailable$/],
    ['nothing after the end', 416, {}, '', /HTTP 416 /],
    ['a body cut short', 200, {}, 'abc', /expected 6 bytes, the connection ended after 3$/],
    ['an address of files', 302, { location: 'file:///etc/passwd' }, '', /redirects to file:\/\/\/etc/],
    ['no address', 302, { location: 'http://[' }, '', /which is no address$/],
    [
      'metadata',
      302,
      { location: 'http://169.254.169.254/' },
      '',
      /169.254.169.254, whose address is link-local; /,
    ],
    ['a private host', 301, { location: 'http://[::ffff:10.0.0.1]/' }, '', /address is private; /],
    ['no host', 307, { location: 'http://0.0.0.0:80/' }, '', /0.0.0.0, whose address is unspecified/],
    ['a circle', 302, { location: '/f' }, '', /more than 20 redirects$/],
    ['a long head', 302, { location: `/${'a'.repeat(60_000)}` }, '', /Header overflow$/],
  ])('is refused in a sentence where it meets %s', async (_, status, headers, body, message) => {
    const packed = headers['content-encoding'] ? gzipSync(Buffer.alloc(1 << 20)) : body;
    const url = await serve((_, response) => void response.writeHead(status, headers).end(packed));
    const partial = fresh();
    await expect(download(url, partial, options(6))).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(message),
    });
    expect(existsSync(partial) ? readFileSync(partial, 'utf8') : '').toBe(
      body.length < 4 && status === 200 && !headers['content-length'] ? body : '',
    );
  });

  it('shows no control characters and no password of a server', async () => {
    const raw = createTcp((socket) =>
      socket.end('HTTP/1.1 404 \x1b[31mNo\x1b[0m\r\ncontent-length: 0\r\n\r\n'),
    );
    closers.push(() => void raw.close());
    const url = await listen(raw);
    const error = await download(url.replace('//', '//me:secret@'), fresh(), options(6)).catch((e) => e);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the one that must not be there
    expect(error.message).not.toMatch(/\x1b|secret/);
    expect(error.message).toContain(url);
  });
});

describe('a proxy that opens a tunnel to nowhere', () => {
  it('is given up as a silent connection is', async () => {
    const mute = createTcp((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      closers.push(() => void socket.destroy());
    });
    closers.push(() => void mute.close());
    process.env.https_proxy = new URL(await listen(mute)).origin;
    closers.push(() => void delete process.env.https_proxy);
    await expect(download('https://weights.example/f', fresh(), options(6))).rejects.toThrowError(
      'https://weights.example/f: nothing came for 0.3 s',
    );
  });
});

describe('the file of a download', () => {
  it('is never written through a link, into a folder or into a file with another name', async () => {
    let asked = 0;
    const there = await serve((_, response) => {
      asked++;
      response.end('abcdef');
    });
    writeFileSync(at('mine'), 'abc');
    symlinkSync(at('mine'), at('link.part'));
    symlinkSync(at('not there'), at('dangling.part'));
    linkSync(at('mine'), at('hard.part'));
    mkdirSync(at('folder.part'));
    for (const [name, found] of [
      ['link', 'a link'],
      ['dangling', 'a link'],
      ['hard', 'a file that has another name too'],
      ['folder', 'a folder'],
    ])
      await expect(download(there, at(`${name}.part`), options(6))).rejects.toMatchObject({
        code: 'PARTIAL_BAD',
        exitCode: 3,
        message: expect.stringContaining(
          `${at(`${name}.part`)}: expected an ordinary file or none, found ${found}`,
        ),
      });
    expect([asked, readFileSync(at('mine'), 'utf8'), existsSync(at('not there'))]).toEqual([0, 'abc', false]);
  });
});
