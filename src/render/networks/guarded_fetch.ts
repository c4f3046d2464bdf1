import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { NstError } from '../../error.js';
import { printable } from '../../printable.js';
import { type AddressKind, addressKind } from './address_kind.js';
import { type HttpProxy, proxyFor } from './proxy.js';
import { checkKind, guardedLookup, kindOfHost, redirected } from './redirect_guard.js';

export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** As many as browsers follow. */
const REDIRECTS = 20;

/** Longest head of an answer, bytes. */
const HEAD = 32 * 1024;

/**
 * The answer to a GET, body unread and as it was sent, by way of the proxies that the environment names: encrypted
 * addresses through a tunnel (RFC 9110 §9.3.6), others by asking the proxy for the whole address. Redirects are
 * followed, each by the proxy of its address, as far as `redirected` and `checkKind` let them.
 *
 * @throws NstError as `proxyFor`; other failures are an `Error` that names the proxy.
 */
export async function guardedFetch(address: string, options: FetchOptions): Promise<IncomingMessage> {
  let url = new URL(address);
  let home: AddressKind | undefined;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const proxy = proxyFor(url);
    const answer = await get(url, proxy, home, options).catch((error: NodeJS.ErrnoException) => {
      if (!proxy || options.signal.aborted || error instanceof NstError) throw error;
      throw new Error(`proxy ${proxy.shown}: ${error.message || error.code}`);
    });
    const { statusCode: status = 0, headers } = answer;
    if (!(status >= 300 && status < 400 && status !== 304 && headers.location)) {
      if (status === 407 && proxy) throw ended(answer, `proxy ${proxy.shown}: HTTP 407 ${said(answer)}`);
      return answer;
    }
    home ??= proxy ? kindOfHost(bare(url)) : addressKind(answer.socket.remoteAddress ?? '');
    answer.destroy();
    url = redirected(url, headers.location);
  }
  throw new Error(`more than ${REDIRECTS} redirects`);
}

/** The words that a server put beside its status. */
export const said = ({ statusMessage = '' }: IncomingMessage): string => printable(statusMessage, 80);

function ended(answer: IncomingMessage, reason: string): Error {
  answer.destroy();
  return new Error(reason.trim());
}

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

async function get(
  url: URL,
  proxy: HttpProxy | undefined,
  home: AddressKind | undefined,
  { headers, signal }: FetchOptions,
): Promise<IncomingMessage> {
  const host = bare(url);
  // Names are looked up by the proxy where there is one; an address that is written out is known to both.
  if (proxy || isIP(host)) checkKind(host, kindOfHost(host), home);
  const own = { method: 'GET', signal, maxHeaderSize: HEAD, headers: { host: url.host, ...headers } };
  const direct = { ...own, agent: false, lookup: guardedLookup(home) };
  const path = `${url.pathname}${url.search}`;
  if (url.protocol === 'https:') {
    const port = Number(url.port) || 443;
    if (!proxy) return answerOf(https.request({ ...direct, host, port, path }));
    const socket = await tunnel(proxy, `${url.hostname}:${port}`, host, signal);
    return answerOf(https.request({ ...own, host, port, path, createConnection: () => socket }));
  }
  if (!proxy) return answerOf(http.request({ ...direct, host, port: Number(url.port) || 80, path }));
  return answerOf(
    requestTo(proxy, { ...own, path: url.href, headers: { ...own.headers, ...authorised(proxy) } }),
  );
}

const authorised = ({ authorization }: HttpProxy) =>
  authorization && { 'proxy-authorization': authorization };

function requestTo({ secure, host, port }: HttpProxy, options: http.RequestOptions): ClientRequest {
  return (secure ? https : http).request({ maxHeaderSize: HEAD, ...options, host, port, agent: false });
}

/** An encrypted connection to `host` that the proxy passes on unread. */
function tunnel(proxy: HttpProxy, authority: string, host: string, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const headers = { host: authority, ...authorised(proxy) };
    const request = requestTo(proxy, { method: 'CONNECT', path: authority, headers, signal });
    const refused = (answer: IncomingMessage) => {
      request.destroy();
      reject(new Error(`HTTP ${answer.statusCode} ${said(answer)}`.trim()));
    };
    request.on('error', reject);
    request.once('response', refused);
    request.once('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        return refused(answer);
      }
      const secured = connect({ socket, host, servername: isIP(host) ? '' : host });
      // The request is over for Node; who waits for the other end's greeting still has to be let go.
      addAbortSignal(signal, secured);
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
