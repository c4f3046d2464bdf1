import { describe, expect, it } from 'vitest';
import { checksumOf, crc32, crc32ByTable } from '../src/crc32.js';

describe('CRC-32', () => {
  it('is that of the standard, with and without a function of Node', () => {
    const bytes = Buffer.from('123456789');
    expect([crc32(bytes), crc32ByTable(bytes)]).toEqual([0xcbf43926, 0xcbf43926]);
  });

  it('is kept as eight digits', () => {
    expect(checksumOf('123456789')).toBe('cbf43926');
    expect(checksumOf('')).toBe('00000000');
  });
});
