import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { connect, type TLSSocket } from 'node:tls';
import { NstError } from '../../error.js';
import { type HttpProxy, proxyFor } from './proxy.js';

export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

type ResponseBody = ConstructorParameters<typeof Response>[0];

/** As many as browsers follow. */
const REDIRECTS = 20;

/**
 * `fetch` for GET by way of the proxies that the environment names, which Node's own heeds from version 24 on only:
 * encrypted addresses through a tunnel (RFC 9110 §9.3.6), others by asking the proxy for the whole address. Redirects
 * are followed, each by the proxy of its address.
 *
 * @throws NstError as `proxyFor`; other failures are an `Error` that names the proxy.
 */
export async function proxiedFetch(address: string, options: FetchOptions): Promise<Response> {
  let url = new URL(address);
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const proxy = proxyFor(url);
    const answer = await get(url, proxy, options).catch((error: NodeJS.ErrnoException) => {
      if (!proxy || options.signal.aborted || error instanceof NstError) throw error;
      throw new Error(`proxy ${proxy.shown}: ${error.message || error.code}`);
    });
    const { statusCode: status = 0, headers } = answer;
    if (!(status >= 300 && status < 400 && status !== 304 && headers.location))
      return responseOf(answer, proxy);
    answer.resume();
    url = new URL(headers.location, url);
  }
  throw new Error(`more than ${REDIRECTS} redirects`);
}

async function get(url: URL, proxy: HttpProxy | undefined, { headers, signal }: FetchOptions) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const own = { method: 'GET', signal, headers: { host: url.host, ...headers } };
  const path = `${url.pathname}${url.search}`;
  if (url.protocol === 'https:') {
    const port = Number(url.port) || 443;
    if (!proxy) return answerOf(https.request({ ...own, host, port, path, agent: false }));
    const socket = await tunnel(proxy, `${url.hostname}:${port}`, host, signal);
    return answerOf(https.request({ ...own, host, port, path, createConnection: () => socket }));
  }
  if (!proxy)
    return answerOf(http.request({ ...own, host, port: Number(url.port) || 80, path, agent: false }));
  return answerOf(
    requestTo(proxy, { ...own, path: url.href, headers: { ...own.headers, ...authorised(proxy) } }),
  );
}

const authorised = ({ authorization }: HttpProxy) =>
  authorization && { 'proxy-authorization': authorization };

function requestTo({ secure, host, port }: HttpProxy, options: http.RequestOptions): ClientRequest {
  return (secure ? https : http).request({ ...options, host, port, agent: false });
}

/** An encrypted connection to `host` that the proxy passes on unread. */
function tunnel(proxy: HttpProxy, authority: string, host: string, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const headers = { host: authority, ...authorised(proxy) };
    const request = requestTo(proxy, { method: 'CONNECT', path: authority, headers, signal });
    const refused = ({ statusCode, statusMessage }: IncomingMessage) => {
      request.destroy();
      reject(new Error(`HTTP ${statusCode} ${statusMessage}`.trim()));
    };
    request.on('error', reject);
    request.once('response', refused);
    request.once('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        return refused(answer);
      }
      const secured = connect({ socket, host, servername: isIP(host) ? '' : host });
      secured.on('error', reject);
      secured.once('secureConnect', () => resolve(secured));
    });
    request.end();
  });
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.once('response', resolve);
    request.end();
  });
}

function responseOf(answer: IncomingMessage, proxy: HttpProxy | undefined): Response {
  const { statusCode: status = 0, statusMessage = '' } = answer;
  if (status === 407 && proxy) {
    answer.destroy();
    throw new Error(`proxy ${proxy.shown}: HTTP 407 ${statusMessage}`.trim());
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  const bodiless = [204, 205, 304].includes(status);
  const body = bodiless ? null : (Readable.toWeb(answer) as ReadableStream as ResponseBody);
  return new Response(body, { status, statusText: statusMessage, headers });
}
