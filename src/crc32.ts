import * as zlib from 'node:zlib';

/** Present in Node 20.15 and 22.2 and later. */
const { crc32: native } = zlib as { crc32?: (bytes: Uint8Array | string, before?: number) => number };

/** The remainder of each byte, for polynomial 0xEDB88320. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** CRC-32 of bytes by a table (ISO 3309, the one of PNG and zip): what `crc32` is where Node has none of its own. */
export function crc32ByTable(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-32 of bytes (ISO 3309), 0..2³²−1: it tells damage, no malice. */
export const crc32 = (bytes: Uint8Array): number => (native ? native(bytes) : crc32ByTable(bytes));

/** CRC-32 as records keep it: eight hexadecimal digits. */
export const checksumOf = (bytes: Uint8Array | string): string =>
  crc32(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    .toString(16)
    .padStart(8, '0');
