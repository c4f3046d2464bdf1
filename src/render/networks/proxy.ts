import { BlockList, isIP } from 'node:net';
import { NstError } from '../../error.js';

/** A proxy that the environment names. */
export interface HttpProxy {
  readonly secure: boolean;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** For the header `proxy-authorization`, where the variable has a user. */
  readonly authorization?: string;
  /** For people: address and variable, without user and password. */
  readonly shown: string;
}

/** The first of two spellings that says something; the small one is the older and goes first, as with curl. */
function setting(env: NodeJS.ProcessEnv, name: string): { variable: string; value: string } | undefined {
  const variable = [name, name.toUpperCase()].find((spelling) => env[spelling]?.trim());
  return variable === undefined ? undefined : { variable, value: env[variable]!.trim() };
}

/**
 * The proxy through which an address is to be reached: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, else `ALL_PROXY`,
 * unless `NO_PROXY` names it.
 *
 * @throws NstError environment PROXY_BAD for what is no address of an HTTP proxy.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): HttpProxy | undefined {
  const found =
    setting(env, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? setting(env, 'all_proxy');
  if (!found || isExcepted(url, setting(env, 'no_proxy')?.value ?? '')) return undefined;
  const { variable, value } = found;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (!proxy || !/^https?:$/.test(proxy.protocol)) throw bad(variable, text);
  const secure = proxy.protocol === 'https:';
  const user = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return {
    secure,
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.port) || (secure ? 443 : 80),
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    shown: `${proxy.protocol}//${proxy.host} (${variable})`,
  };
}

function bad(variable: string, text: string): NstError {
  const scheme = /^\w+:\/\//.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length).replace(/^.*@/, '');
  const sentence = `${variable}: expected a proxy such as http://proxy.example:3128, found ${scheme}${rest}`;
  return new NstError('environment', 'PROXY_BAD', sentence);
}

/** A part of an address whose percent signs may be meant as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `NO_PROXY`: `*`, or names (with all below them), addresses, networks such as 10.0.0.0/8; each may have a port. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInNetwork(host, entry);
      const [, named, wanted = port] = (isIP(entry) ? undefined : /^\[?([^\]]*?)\]?:(\d+)$/.exec(entry)) ?? [
        entry,
        entry.replace(/^\[|\]$/g, ''),
      ];
      const name = named.replace(/^\*?\./, '').replace(/\.$/, '');
      return wanted === port && name !== '' && (host === name || (!isIP(host) && host.endsWith(`.${name}`)));
    });
}

function isInNetwork(host: string, network: string): boolean {
  const [address, bits] = network.split('/');
  const family = isIP(address);
  if (
    family === 0 ||
    isIP(host) !== family ||
    !/^\d{1,3}$/.test(bits) ||
    Number(bits) > (family === 4 ? 32 : 128)
  )
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, Number(bits), type);
  return block.check(host, type);
}
