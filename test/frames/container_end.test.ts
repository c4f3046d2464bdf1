import { describe, expect, it } from 'vitest';
import { endOf, Pieces } from '../../dist/frames/container_end.js';

/** A file in memory that counts how often it is read. */
function counted(bytes: Buffer) {
  const reads = { count: 0 };
  const read = async (buffer: Buffer, offset: number, length: number, position: number) => {
    reads.count++;
    const bytesRead = bytes.copy(buffer, offset, position, Math.min(bytes.length, position + length));
    return { buffer, bytesRead };
  };
  const file = new Pieces({ read } as unknown as ConstructorParameters<typeof Pieces>[0]);
  return { file, reads };
}

const box = (type: string, size = 8) => {
  const head = Buffer.alloc(size);
  head.writeUInt32BE(size);
  head.write(type, 4, 'latin1');
  return head;
};

describe('endOf', () => {
  it('reads a film of boxes of eight bytes in pieces, and gives up on millions of them', async () => {
    const film = Buffer.concat([box('ftyp'), box('moov'), ...Array.from({ length: 3e5 }, () => box('free'))]);
    const { file, reads } = counted(film);
    expect(await endOf(file, film.length)).toEqual({ missingBytes: 0, hasIndex: true });
    expect(reads.count).toBeLessThan(film.length / 16_384 + 3);
    const many = Buffer.concat([box('ftyp'), Buffer.alloc(8 * 1.5e6, box('free'))]);
    expect(await endOf(counted(many).file, many.length)).toEqual({ missingBytes: 0, hasIndex: true });
  });

  it('finds what is missing at the end, and an index behind a box of its own length', async () => {
    const film = Buffer.concat([box('ftyp'), box('mdat', 40_000), box('moov', 100)]);
    expect(await endOf(counted(film).file, film.length)).toEqual({ missingBytes: 0, hasIndex: true });
    const cut = film.subarray(0, film.length - 150);
    expect(await endOf(counted(cut).file, cut.length)).toEqual({ missingBytes: 50, hasIndex: false });
  });
});
