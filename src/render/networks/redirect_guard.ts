import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { printable } from '../../printable.js';
import { type AddressKind, addressKind } from './address_kind.js';

/** Kind of a host's address as far as its name tells without asking: any but `localhost` and addresses is public. */
export function kindOfHost(host: string): AddressKind {
  if (isIP(host)) return addressKind(host);
  return /(^|\.)localhost\.?$/i.test(host) ? 'loopback' : 'public';
}

/**
 * Refuses an address that a redirect may not lead to: one that is not public, unless `home`, the kind of the address
 * that was given, is the same. Without `home` it is the given one itself, which may be anywhere.
 */
export function checkKind(host: string, kind: AddressKind, home: AddressKind | undefined): void {
  if (home === undefined || kind === 'public' || kind === home) return;
  throw new Error(
    `redirects to ${printable(host, 80)}, whose address is ${kind}; only a mirror there may do that`,
  );
}

/** Looks names up as Node does, and refuses those of which any address is refused by `checkKind`. */
export function guardedLookup(home: AddressKind | undefined): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      try {
        for (const { address } of addresses) checkKind(`${host} (${address})`, addressKind(address), home);
      } catch (refused) {
        return callback(refused as Error, '', 0);
      }
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0].address, addresses[0].family);
    });
  };
}

/**
 * The address that the answer of `from` leads on to.
 * @throws Error for what is no HTTP address, and for one that gives up encryption.
 */
export function redirected(from: URL, location: string): URL {
  const shown = printable(location, 120);
  if (!URL.canParse(location, from.href)) throw new Error(`redirects to ${shown}, which is no address`);
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new Error(`redirects to ${shown}; expected an address of https`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new Error(`redirects from https to ${shown}, which is not encrypted`);
  return to;
}
