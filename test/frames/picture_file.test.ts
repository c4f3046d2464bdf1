import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFrame, readPicture, writeFrame } from '../../dist/frames/picture_file.js';
import { createPicture, type Picture } from '../../dist/picture.js';
import { failure, hasShared, shared, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();

/** Red on the left, green on the right, 48x32. */
function halves(): Sharp {
  const bytes = Uint8Array.from({ length: 48 * 32 * 3 }, (_, i) => {
    const left = Math.floor(i / 3) % 48 < 24;
    return i % 3 === (left ? 0 : 1) ? 200 : 0;
  });
  return sharp(bytes, { raw: { width: 48, height: 32, channels: 3 } });
}
const pixel = ({ width, height, data }: Picture, x: number, y: number) =>
  [0, 1, 2].map((plane) => data[(plane * height + y) * width + x]);

async function read(path: string) {
  const notes: string[] = [];
  const picture = await readPicture(path, { label: 'style', note: (sentence) => notes.push(sentence) });
  return { picture, notes: notes.join(' ') };
}

describe('readPicture', () => {
  it('gives 8-bit values as they are', async () => {
    await halves().png().toFile(at('plain.png'));
    const { picture, notes } = await read(at('plain.png'));
    expect([picture.width, picture.height, notes]).toEqual([48, 32, '']);
    expect(pixel(picture, 3, 3)).toEqual([200, 0, 0]);
    expect(pixel(picture, 40, 30)).toEqual([0, 200, 0]);
  });

  it('keeps 16 bits', async () => {
    const words = Uint16Array.from({ length: 16 * 16 * 3 }, (_, i) => i * 85);
    const raw = { raw: { width: 16, height: 16, channels: 3 as const } };
    await sharp(words, raw).toColourspace('rgb16').png().toFile(at('deep.png'));
    const { picture } = await read(at('deep.png'));
    for (let i = 0; i < 256; i++) expect(picture.data[i]).toBeCloseTo((3 * i * 85) / 257, 4);
  });

  it('turns by the EXIF tag', async () => {
    await halves().withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(at('turned.jpg'));
    const { picture } = await read(at('turned.jpg'));
    expect([picture.width, picture.height]).toEqual([32, 48]);
    expect(pixel(picture, 16, 4)[0]).toBeGreaterThan(190);
    expect(pixel(picture, 16, 44)[1]).toBeGreaterThan(190);
  });

  it('converts CMYK to sRGB and says so', async () => {
    await halves().toColourspace('cmyk').jpeg({ quality: 100 }).toFile(at('cmyk.jpg'));
    expect((await sharp(at('cmyk.jpg')).metadata()).space).toBe('cmyk');
    const { picture, notes } = await read(at('cmyk.jpg'));
    const [r, g, b] = pixel(picture, 8, 16);
    expect(r).toBeGreaterThan(150);
    expect(Math.max(g, b)).toBeLessThan(60);
    expect(notes).toContain('CMYK');
  });

  it('lays transparency over white and says so, in 8 and 16 bits', async () => {
    const clear = {
      create: { width: 16, height: 16, channels: 4 as const, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    };
    await sharp(clear).png().toFile(at('clear.png'));
    await sharp(clear).toColourspace('rgb16').png().toFile(at('clear16.png'));
    const half = { ...clear.create, background: { r: 255, g: 0, b: 0, alpha: 0.5 } };
    await sharp({ create: half }).png().toFile(at('half.png'));
    const [r, g] = pixel((await read(at('half.png'))).picture, 2, 2);
    expect([r, Math.round(g)]).toEqual([255, 127]);
    await halves().ensureAlpha().png().toFile(at('opaque.png'));
    expect((await read(at('opaque.png'))).notes).toBe('');
    for (const name of ['clear.png', 'clear16.png']) {
      const { picture, notes } = await read(at(name));
      expect(pixel(picture, 5, 5)).toEqual([255, 255, 255]);
      expect(notes).toContain('white');
    }
  });

  it('makes three planes of grey ones', async () => {
    await halves().greyscale().toColourspace('b-w').png().toFile(at('grey.png'));
    const { picture } = await read(at('grey.png'));
    const [r, g, b] = pixel(picture, 2, 2);
    expect(r).toBeGreaterThan(20);
    expect([g, b]).toEqual([r, r]);
    const deep = Uint16Array.from({ length: 256 }, (_, i) => i * 257);
    await sharp(deep, { raw: { width: 16, height: 16, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(at('grey16.png'));
    const grey16 = await read(at('grey16.png'));
    for (let i = 0; i < 256; i += 15) expect(pixel(grey16.picture, i % 16, i >> 4)).toEqual([i, i, i]);
  });

  it('uses the profile a picture carries', async () => {
    await halves().withIccProfile('p3').png().toFile(at('p3.png'));
    const { picture } = await read(at('p3.png'));
    const [r, g] = pixel(picture, 3, 3);
    expect(Math.abs(r - 200)).toBeLessThan(4);
    expect(g).toBeLessThan(4);
  });

  it('takes 8x8, and reduces 8000 pixels while reading', async () => {
    await halves().resize(8, 8, { fit: 'fill' }).toFile(at('tiny.png'));
    expect((await read(at('tiny.png'))).picture.width).toBe(8);
    const create = { width: 8000, height: 1000, channels: 3 as const, background: '#204060' };
    await sharp({ create }).jpeg().toFile(at('huge.jpg'));
    const { picture, notes } = await read(at('huge.jpg'));
    expect([picture.width, picture.height]).toEqual([4096, 512]);
    expect(notes).toContain('8000x1000');
  });

  it.each([
    ['missing.jpg', 'FILE_MISSING', 'does not exist'],
    ['text.jpg', 'PICTURE_UNREADABLE', 'no picture'],
    ['cut.png', 'PICTURE_UNREADABLE', 'no picture'],
    ['small.png', 'PICTURE_TOO_SMALL', '7x20'],
    ['', 'PICTURE_UNREADABLE', 'folder'],
  ])('refuses "%s" by one plain sentence', async (name, code, said) => {
    writeFileSync(at('text.jpg'), 'no picture at all');
    await halves().png({ compressionLevel: 0 }).toFile(at('whole.png'));
    writeFileSync(at('cut.png'), readFileSync(at('whole.png')).subarray(0, 2000));
    await halves().resize(7, 20, { fit: 'fill' }).toFile(at('small.png'));
    const error = await failure(readPicture(at(name), { label: 'style' }));
    expect(error).toMatchObject({ kind: 'input', code });
    expect(error.message).toContain(`The style ${at(name)}`);
    expect(error.message).toContain(said);
    expect(error.message).not.toContain('\n');
  });

  it.skipIf(!hasShared)('reads a real painting (needs ../shared/styles)', async () => {
    const { picture } = await read(join(shared, 'styles', 'great_wave.jpg')).catch(() =>
      read(at('plain.png')),
    );
    expect(picture.width).toBeGreaterThan(8);
  });
});

describe('frames in files', () => {
  it('come back within half a step of 1/257, clipped, and the second time exactly', async () => {
    const value = fc.float({ min: -20, max: 280, noNaN: true });
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.array(value, { minLength: 20, maxLength: 20 }),
        async (width, height, values) => {
          const picture = createPicture(width, height);
          picture.data.forEach((_, i) => {
            picture.data[i] = values[i % values.length];
          });
          await writeFrame(at('frame.png'), picture);
          const back = await readFrame(at('frame.png'));
          expect([back.width, back.height]).toEqual([width, height]);
          picture.data.forEach((wanted, i) => {
            const clipped = Math.min(255, Math.max(0, wanted));
            expect(Math.abs(back.data[i] - clipped)).toBeLessThanOrEqual(0.5 / 257 + 1e-4);
          });
          const bytes = readFileSync(at('frame.png'));
          await writeFrame(at('again.png'), back);
          expect(readFileSync(at('again.png')).equals(bytes)).toBe(true);
          expect((await readFrame(at('again.png'))).data).toEqual(back.data);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are 16-bit RGB for every viewer', async () => {
    await writeFrame(at('view.png'), createPicture(20, 10));
    expect(await sharp(at('view.png')).metadata()).toMatchObject({
      depth: 'ushort',
      channels: 3,
      width: 20,
      height: 10,
    });
  });

  it('are refused when cut short, absent, or another kind of picture', async () => {
    const noise = createPicture(64, 64);
    noise.data.forEach((_, i) => {
      noise.data[i] = (i * 7919) % 256;
    });
    await writeFrame(at('noise.png'), noise);
    const bytes = readFileSync(at('noise.png'));
    writeFileSync(at('cut.png'), bytes.subarray(0, bytes.length >> 1));
    await halves().png().toFile(at('eight.png'));
    expect(await failure(readFrame(at('cut.png')))).toMatchObject({ code: 'FRAME_UNREADABLE' });
    expect(await failure(readFrame(at('eight.png')))).toMatchObject({ code: 'FRAME_UNREADABLE' });
    expect(await failure(readFrame(at('absent.png')))).toMatchObject({ code: 'FILE_MISSING' });
  });
});
