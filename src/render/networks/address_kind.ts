import { isIPv4, isIPv6 } from 'node:net';

/** Who can be reached at an address: everybody's hosts, or only what is near. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'link-local' | 'unspecified' | 'reserved';

/** IPv4 blocks that are not public (RFC 6890): first address, bits, kind. */
const BLOCKS: readonly (readonly [string, number, AddressKind])[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'],
  ['224.0.0.0', 3, 'reserved'],
];

/** The kind of an IP address, IPv4 inside of IPv6 (mapped, compatible, NAT64, 6to4) included; never throws. */
export function addressKind(address: string): AddressKind {
  if (isIPv4(address)) return kindOf4(number4(address));
  const groups = groups6(address);
  return groups ? kindOf6(groups) : 'reserved';
}

function kindOf4(value: number): AddressKind {
  const block = BLOCKS.find(([first, bits]) => value >>> (32 - bits) === number4(first) >>> (32 - bits));
  return block?.[2] ?? 'public';
}

function kindOf6(groups: readonly number[]): AddressKind {
  const [first, second, third] = groups;
  const zeros = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  const last4 = ((groups[6] << 16) | groups[7]) >>> 0;
  if (zeros(0, 6)) return last4 === 0 ? 'unspecified' : last4 === 1 ? 'loopback' : kindOf4(last4);
  if (zeros(0, 5) && groups[5] === 0xffff) return kindOf4(last4);
  if (zeros(0, 4) && groups[4] === 0xffff && groups[5] === 0) return kindOf4(last4);
  if (first === 0x64 && second === 0xff9b) return zeros(2, 6) ? kindOf4(last4) : 'private';
  if (first === 0x2002) return kindOf4(((second << 16) | third) >>> 0);
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0) return 'private';
  // Global unicast is 2000::/3; Teredo, 2001::/32, hides an IPv4 address.
  return (first & 0xe000) === 0x2000 && !(first === 0x2001 && second === 0) ? 'public' : 'reserved';
}

function number4(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 address; its zone does not count. */
function groups6(address: string): number[] | undefined {
  const [bare] = address.split('%');
  if (!isIPv6(bare)) return undefined;
  // URL spells every address in one way: hexadecimal groups, one run of zeros left out.
  const [left, right] = new URL(`http://[${bare}]/`).hostname.slice(1, -1).split('::');
  const parse = (part = '') =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [head, tail] = [parse(left), parse(right)];
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
