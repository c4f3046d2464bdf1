import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { maskSize, readMask } from '../../dist/frames/mask_file.js';
import { writePlane } from '../../dist/frames/plane_file.js';
import { failure, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const write = (name: string, ...parts: (string | number[])[]) => {
  const bytes = Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p) : Buffer.from(p))));
  writeFileSync(at(name), bytes);
  return at(name);
};

describe('readMask', () => {
  it.each([
    ['8 bits', 'P5\n3 2\n255\n', [0, 51, 102, 153, 204, 255], 1],
    ['comments', 'P5 # made by hand\n3\t2 # size\n# most\n255\n', [0, 51, 102, 153, 204, 255], 1],
    ['a smaller white', 'P5\n3 2\n5\n', [0, 1, 2, 3, 4, 5], 1],
    ['16 bits', 'P5\n3 2\n1280\n', [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0], 1],
    ['one more picture behind', 'P5\n3 2\n255\n', [0, 51, 102, 153, 204, 255, 80, 53], 1],
  ])('reads a PGM of %s', async (_, header, pixels) => {
    const path = write('a.pgm', header, pixels);
    const { width, height, data } = await readMask(path);
    expect([width, height]).toEqual([3, 2]);
    for (let i = 0; i < 6; i++) expect(data[i]).toBeCloseTo(i / 5, 6);
    expect(await maskSize(path)).toEqual({ width: 3, height: 2 });
  });

  it('reads what writePlane writes, to the bit, and 8-bit and colour PNGs', async () => {
    const data = Float32Array.of(0, 1 / 65535, 0.5, 1);
    await writePlane(at('deep.png'), { width: 4, height: 1, data });
    expect((await readMask(at('deep.png'))).data).toEqual(
      Float32Array.of(0, 1 / 65535, Math.round(0.5 * 65535) / 65535, 1),
    );
    const grey = sharp(Uint8Array.of(0, 128, 255), { raw: { width: 3, height: 1, channels: 1 } });
    await grey.clone().toColourspace('b-w').png().toFile(at('grey.png'));
    await grey.clone().toColourspace('srgb').png().toFile(at('rgb.png'));
    for (const name of ['grey.png', 'rgb.png']) {
      const mask = await readMask(at(name));
      for (const [i, value] of [0, 128 / 255, 1].entries()) expect(mask.data[i]).toBeCloseTo(value, 4);
      expect(await maskSize(at(name))).toEqual({ width: 3, height: 1 });
    }
  });

  it.each([
    ['P2\n1 1\n255\n7', /expected a binary PGM/],
    ['P5\n2 2\n255\nabc', /expected 4 bytes of pixels, found 3/],
    ['P5\n0 2\n255\n', /found 0x2/],
  ])('refuses %j', async (text, words) => {
    const error = await failure(readMask(write('bad.pgm', text)));
    expect(error).toMatchObject({ kind: 'input', code: 'PLANE_UNREADABLE' });
    expect(error.message).toMatch(words);
    expect(error.message).toContain(at('bad.pgm'));
  });

  it('refuses what is missing or no picture', async () => {
    expect(await failure(readMask(at('none.pgm')))).toMatchObject({ code: 'FILE_MISSING' });
    expect(await failure(readMask(write('x.png', 'hello')))).toMatchObject({ code: 'PLANE_UNREADABLE' });
    expect(await failure(maskSize(at('x.png')))).toMatchObject({ code: 'PLANE_UNREADABLE' });
  });
});
