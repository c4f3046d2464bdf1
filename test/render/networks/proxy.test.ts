import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { proxyFor } from '../../../dist/render/networks/proxy.js';
import { env, expectWhole, folder, pull, weights } from './network_cache.js';
import { deadUrl, home } from './weights_server.js';

const CLEAN = {
  HTTP_PROXY: '',
  http_proxy: '',
  HTTPS_PROXY: '',
  https_proxy: '',
  ALL_PROXY: '',
  all_proxy: '',
  NO_PROXY: '',
  no_proxy: '',
};

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => void server.close());
  return (server.address() as AddressInfo).port;
};

/** A forward proxy on 127.0.0.1; `asked` are the request lines it got, with what they say of the user. */
async function forwardProxy(user?: string) {
  const asked: string[] = [];
  const allowed = (request: IncomingMessage, refuse: (status: string) => void) => {
    asked.push(`${request.method} ${request.url}`);
    const sent = request.headers['proxy-authorization'];
    const fits = !user || sent === `Basic ${Buffer.from(user).toString('base64')}`;
    if (!fits) refuse('407 Proxy Authentication Required');
    return fits;
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (!allowed(request, () => response.writeHead(407).end())) return;
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest(request.url!, { headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      // Time for what came to be stored before the connection is torn down.
      answer.on('error', () => setTimeout(() => response.destroy(), 500));
    });
    onward.on('error', () => response.destroy());
    onward.end();
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    if (!allowed(request, (status) => void socket.end(`HTTP/1.1 ${status}\r\n\r\n`))) return;
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => void [socket.destroy(), onward.destroy()]);
  });
  return { address: `127.0.0.1:${await listen(server)}`, asked };
}

describe('networks behind a proxy', () => {
  it('are fetched through it, broken-off downloads taken up again, with user and password', async () => {
    const proxy = await forwardProxy('me:p@ss');
    const there = await home(weights, { cutAfter: [20_000] });
    const { status, stderr } = await pull({
      ...env([there.url]),
      ...CLEAN,
      http_proxy: `http://me:p%40ss@${proxy.address}`,
    });
    expect(stderr).not.toMatch(/p@ss|p%40ss/);
    expect(status).toBe(0);
    expect(proxy.asked).toEqual([`GET ${there.url}`, `GET ${there.url}`]);
    expect(there.requests[1]).toMatch(/^bytes=\d+-$/);
    await expectWhole();
  });

  it('are not fetched through it where NO_PROXY names their home', async () => {
    const proxy = await forwardProxy();
    const there = await home(weights);
    const around = { ...CLEAN, ALL_PROXY: `http://${proxy.address}`, NO_PROXY: 'example.org, 127.0.0.0/8' };
    expect((await pull({ ...env([there.url]), ...around })).status).toBe(0);
    expect(proxy.asked).toEqual([]);
    await expectWhole();
  });

  it('are told which proxy refused, was not there, or is none', async () => {
    const proxy = await forwardProxy('me:secret');
    const there = await home(weights);
    const refused = await pull({
      ...env([there.url]),
      ...CLEAN,
      HTTP_PROXY: `http://me:wrong@${proxy.address}`,
    });
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain(`proxy http://${proxy.address} (HTTP_PROXY): HTTP 407`);
    expect(refused.stderr).not.toContain('wrong');
    const dead = new URL(await deadUrl()).host;
    const gone = await pull({ ...env(['https://weights.example/w.h5']), ...CLEAN, HTTPS_PROXY: dead });
    expect(gone.status).toBe(4);
    expect(gone.stderr).toContain(`proxy http://${dead} (HTTPS_PROXY): connect ECONNREFUSED`);
    const socks = await pull({
      ...env([there.url]),
      ...CLEAN,
      all_proxy: 'socks5://me:secret@127.0.0.1:1080',
    });
    expect(socks.status).toBe(4);
    expect(socks.stderr).toMatch(
      /all_proxy: expected a proxy such as http\S+, found socks5:\/\/127\.0\.0\.1:1080/,
    );
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)(
    'are fetched from encrypted homes through a tunnel (skipped without openssl)',
    async () => {
      const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
      execFileSync('openssl', ['req', ...made, ...subject], { stdio: 'ignore' });
      const plain = await home(weights);
      const secure = createSecure(
        { key: readFileSync(key), cert: readFileSync(cert) },
        (request, response) => {
          if (request.url === '/down') return response.writeHead(302, { location: plain.url }).end();
          if (request.url === '/old') return response.writeHead(302, { location: '/weights.h5' }).end();
          response.writeHead(200, { 'content-length': weights.length }).end(weights);
        },
      );
      const url = `https://localhost:${await listen(secure)}`;
      const proxy = await forwardProxy();
      const behind = { ...CLEAN, HTTPS_PROXY: `http://${proxy.address}`, NODE_EXTRA_CA_CERTS: cert };
      const { status, stderr } = await pull({ ...env([`${url}/old`]), ...behind });
      expect(stderr).toContain('checked and stored');
      expect(status).toBe(0);
      const line = `CONNECT ${new URL(url).host}`;
      expect(proxy.asked).toEqual([line, line]);
      await expectWhole();
      const down = await pull({
        ...env([`${url}/down`]),
        ...behind,
        NST_VIDEO_CACHE: join(folder, 'down'),
      });
      expect(down.status).toBe(4);
      expect(down.stderr).toContain(`redirects from https to ${plain.url}, which is not encrypted`);
      expect(plain.requests).toEqual([]);
      const unknown = await pull({
        ...env([`${url}/old`]),
        ...behind,
        NODE_EXTRA_CA_CERTS: '',
        NST_VIDEO_CACHE: join(folder, 'other'),
      });
      expect(unknown.status).toBe(4);
      expect(unknown.stderr).toMatch(/self.signed certificate/);
    },
  );
});

describe('the proxy of an address', () => {
  const shown = (url: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(url), env)?.shown;

  it('is the one of its scheme, small letters first, else ALL_PROXY', () => {
    const all = {
      https_proxy: 'http://a:1',
      HTTPS_PROXY: 'http://b:2',
      HTTP_PROXY: 'c:3',
      ALL_PROXY: 'https://d',
    };
    expect(shown('https://x/', all)).toBe('http://a:1 (https_proxy)');
    expect(shown('http://x/', all)).toBe('http://c:3 (HTTP_PROXY)');
    expect(shown('http://x/', { all_proxy: 'https://d' })).toBe('https://d (all_proxy)');
    expect(proxyFor(new URL('http://x/'), { ALL_PROXY: 'http://[::1]:8080' })).toMatchObject({
      host: '::1',
      port: 8080,
    });
    expect(proxyFor(new URL('http://x/'), { ALL_PROXY: 'https://d' })).toMatchObject({
      secure: true,
      port: 443,
    });
    expect(shown('https://x/', { https_proxy: ' ', HTTP_PROXY: 'c:3' })).toBeUndefined();
  });

  it.each([
    ['*', 'https://a.example/'],
    ['a.example', 'https://a.example/'],
    ['example', 'https://a.example/'],
    ['.example', 'https://a.example/'],
    ['*.example', 'https://a.example/'],
    ['b,A.Example:443', 'https://a.example/'],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['::1', 'https://[::1]:8443/'],
    ['[::1]:8443', 'https://[::1]:8443/'],
    ['fd00::/8', 'https://[fd00::7]/'],
  ])('is none where NO_PROXY is %s: %s', (list, url) => {
    expect(shown(url, { ALL_PROXY: 'http://p:1', NO_PROXY: list })).toBeUndefined();
  });

  it.each([
    ['ample', 'https://a.example/'],
    ['a.example:80', 'https://a.example/'],
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['1.2.3', 'https://10.1.2.3/'],
    ['::1', 'https://[::2]/'],
    ['10.0.0.0/99', 'https://10.0.0.1/'],
  ])('stays where NO_PROXY is %s: %s', (list, url) => {
    expect(shown(url, { ALL_PROXY: 'http://p:1', NO_PROXY: list })).toBe('http://p:1 (ALL_PROXY)');
  });
});
