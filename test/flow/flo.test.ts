import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFlo, encodeFlo, floSize, readFlo } from '../../dist/flow/flo.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nst-flo-'));
});
afterAll(() => rm(folder, { recursive: true }));

const field = { width: 2, height: 1, u: Float32Array.of(1, -2.5), v: Float32Array.of(0.5, 1.6e9) };
// "PIEH", 2, 1, then 1, 0.5, −2.5, 1.6e9: little-endian.
const BYTES = '504945480200000001000000' + '0000803f' + '0000003f' + '000020c0' + '20bcbe4e';

describe('.flo', () => {
  it('has the bytes of the format', () => {
    expect(Buffer.from(encodeFlo(field)).toString('hex')).toBe(BYTES);
    expect(decodeFlo(Buffer.from(BYTES, 'hex'))).toEqual(field);
  });

  it('gives back what was written, to the bit', () => {
    const value = fc.float({ noNaN: true });
    const fields = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
      .chain(([width, height]) => {
        const plane = fc.array(value, { minLength: width * height, maxLength: width * height });
        return fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          u: plane.map((values) => Float32Array.from(values)),
          v: plane.map((values) => Float32Array.from(values)),
        });
      });
    fc.assert(
      fc.property(fields, (flow) => {
        expect(decodeFlo(encodeFlo(flow))).toEqual(flow);
      }),
    );
  });

  it('is read from a file as it was', async () => {
    const path = join(folder, 'a.flo');
    await writeFile(path, encodeFlo(field));
    expect(await readFlo(path)).toEqual(field);
  });

  it.each([
    ['an empty file', '', /header of 12 bytes, found 0 bytes/],
    ['another format', '89504e470d0a1a0a00000000', /tag 202021.25, found/],
    ['no width', '504945480000000001000000', /sides of 1 to 99999 pixels, found 0x1/],
    ['a negative height', '5049454801000000ffffffff', /found 1x-1/],
    ['a file cut short', BYTES.slice(0, -2), /28 bytes for 2x1 pixels, found 27 bytes/],
    ['a file too long', `${BYTES}00`, /28 bytes for 2x1 pixels, found 29 bytes/],
  ])('refuses %s', async (_, hex, words) => {
    const path = join(folder, 'bad.flo');
    await writeFile(path, Buffer.from(hex, 'hex'));
    const error = await readFlo(path).catch((e) => e);
    expect(error).toMatchObject({ name: 'NstError', kind: 'input', code: 'FLO_BAD' });
    expect(error.message).toMatch(words);
    expect(error.message).toContain(path);
    await rm(path);
  });

  it('says when there is no file and no reading', async () => {
    await expect(readFlo(join(folder, 'none.flo'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(readFlo(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('tells its size without being read, and checks its length', async () => {
    const path = join(folder, 'size.flo');
    await writeFile(path, encodeFlo(field));
    expect(await floSize(path)).toEqual({ width: 2, height: 1 });
    await writeFile(path, encodeFlo(field).subarray(0, 20));
    await expect(floSize(path)).rejects.toMatchObject({
      code: 'FLO_BAD',
      message: expect.stringContaining('28 bytes for 2x1 pixels, found 20 bytes'),
    });
    await expect(floSize(join(folder, 'none.flo'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});
