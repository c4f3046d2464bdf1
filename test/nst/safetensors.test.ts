import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floatToHalf, halfToFloat } from '../../dist/engine/float16.js';
import { encodeSafetensors, parseSafetensors, readSafetensors } from '../../dist/nst/safetensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nst-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file of the given header and data, nothing checked. */
function rawFile(header: unknown, data: Uint8Array): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('reading', () => {
  test('gives back what was written, with metadata and checksum', async () => {
    const path = join(folder, 'whole.safetensors');
    const tensors = new Map([
      ['a', { shape: [2, 3], data: Float32Array.from([1, -2, 3.5, 1e-30, 0, 65504]) }],
      ['empty', { shape: [0], data: new Float32Array(0) }],
      ['b', { shape: [], data: Float32Array.from([7]) }],
    ]);
    const bytes = encodeSafetensors(tensors, { über: 'größe' });
    await writeFile(path, bytes);
    const file = await readSafetensors(path);
    expect(file.tensors).toEqual(tensors);
    expect(file.metadata).toEqual({ über: 'größe' });
    expect(file.checksum).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('float16 holds every half exactly and rounds others to the nearest', () => {
    const halves = Float32Array.from([0, -0, 1, -1.5, 65504, 2 ** -24, 2 ** -14, 0.333251953125, Number.NaN]);
    const { tensors } = parseSafetensors(
      encodeSafetensors(new Map([['h', { shape: [9], data: halves }]]), {}, 'F16'),
      'x',
    );
    expect(tensors.get('h')!.data).toEqual(halves);
    for (let bits = 0; bits < 0x7c00; bits++) expect(floatToHalf(halfToFloat(bits))).toBe(bits);
    expect(halfToFloat(floatToHalf(1 + 2 ** -11))).toBe(1); // a tie goes to the even neighbour
    expect(halfToFloat(floatToHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(halfToFloat(floatToHalf(-1e6))).toBe(Number.NEGATIVE_INFINITY);
  });

  test('bfloat16', () => {
    const bits = new Uint8Array(Uint16Array.from([0x3f80, 0xc040, 0x0000, 0x7f7f]).buffer);
    const { tensors } = parseSafetensors(rawFile({ b: entry('BF16', [4], 0, 8) }, bits), 'x');
    expect([...tensors.get('b')!.data]).toEqual([1, -3, 0, Math.fround(3.3895313892515355e38)]);
  });
});

describe('every kind of damage is one clear error', () => {
  const good = encodeSafetensors(new Map([['w', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]));
  const huge = Buffer.from(good);
  huge.writeBigUInt64LE(2n ** 63n);
  const cases: [name: string, bytes: Uint8Array, said: RegExp][] = [
    ['empty', new Uint8Array(0), /found only 0 bytes/],
    ['cut in the header', good.subarray(0, 40), /header claims \d+ bytes, but the file has 40/],
    [
      'cut in the data',
      good.subarray(0, good.length - 6),
      /tensor w: its data end at byte 16.*holds only 10/,
    ],
    ['longer than told', Buffer.concat([good, Buffer.alloc(3)]), /use 16 bytes of data.*holds 19/],
    ['absurd header length', huge, /header claims 9223372036854775808 bytes/],
    ['text', Buffer.from('not a network file at all, only words'), /not safetensors/],
    ['header no JSON', rawFile('{"w": [', floats(1)), /header is not JSON/],
    ['header not UTF-8', rawFile('{"w\\u0000": 1}', floats()), /tensor w/],
    ['header a list', rawFile('[1, 2]', floats()), /not a JSON object/],
    ['entry a number', rawFile({ w: 4 }, floats(1)), /tensor w: its header entry is not an object/],
    [
      'integers',
      rawFile({ w: entry('I32', [1], 0, 4) }, floats(1)),
      /expected type F32, F16 or BF16, found "I32"/,
    ],
    ['type of the prototype', rawFile({ w: entry('toString', [1], 0, 4) }, floats(1)), /found "toString"/],
    ['no shape', rawFile({ w: { dtype: 'F32', data_offsets: [0, 4] } }, floats(1)), /shape .* found none/],
    [
      'negative extent',
      rawFile({ w: entry('F32', [-1], 0, 4) }, floats(1)),
      /shape of whole numbers, found \[-1\]/,
    ],
    [
      'shape too large',
      rawFile({ w: entry('F32', [2], 0, 4) }, floats(1)),
      /shape \[2\] needs 8 bytes, found 4/,
    ],
    [
      'offsets backwards',
      rawFile({ w: entry('F32', [1], 4, 0) }, floats(1)),
      /offsets \[begin,end\], found \[4,0\]/,
    ],
    [
      'offsets past the end',
      rawFile({ w: entry('F32', [2], 4, 12) }, floats(1, 2)),
      /end at byte 12.*only 8/,
    ],
    [
      'overlap',
      rawFile({ a: entry('F32', [2], 0, 8), b: entry('F32', [2], 4, 12) }, floats(1, 2, 3)),
      /tensor b: its data begin at byte 4 and overlap a, which ends at 8/,
    ],
    [
      'hole',
      rawFile({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, floats(1, 2, 3)),
      /tensor b: its data begin at byte 8, expected 4, the end of a/,
    ],
    ['metadata of numbers', rawFile({ __metadata__: { a: 1 } }, floats()), /__metadata__ is not a table/],
  ];
  test.each(cases)('%s', (_name, bytes, said) => {
    const read = () => parseSafetensors(bytes, 'models/x.safetensors');
    expect(read).toThrow(said);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'NETWORK_FILE_BAD',
        kind: 'input',
        message: expect.stringMatching(/^models\/x/),
      }),
    );
  });

  test('a missing file is a matter of the environment', async () => {
    await expect(readSafetensors(join(folder, 'none.safetensors'))).rejects.toMatchObject({
      code: 'NETWORK_MISSING',
      kind: 'environment',
    });
  });

  test('a folder in place of the file', async () => {
    await expect(readSafetensors(folder)).rejects.toMatchObject({ code: 'NETWORK_FILE_BAD', kind: 'input' });
  });
});
