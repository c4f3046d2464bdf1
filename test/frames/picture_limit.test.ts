import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../dist/crc32.js';
import { drawPng, isDrawing } from '../../dist/frames/drawing.js';
import { maskSize, readMask } from '../../dist/frames/mask_file.js';
import { readFrame, readPicture } from '../../dist/frames/picture_file.js';
import { readPlane } from '../../dist/frames/plane_file.js';
import { probe } from '../../dist/frames/probe.js';
import { scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const write = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of a few hundred bytes that claims any size; colour types 0 grey, 2 RGB. */
function claiming(width: number, height: number, depth: number, colour: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(4096));
  const parts = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

const tooLarge = { kind: 'input', code: 'PICTURE_TOO_LARGE', message: /expected at most 268 million pixels/ };
const refused = expect.objectContaining({
  kind: tooLarge.kind,
  code: tooLarge.code,
  message: expect.stringMatching(tooLarge.message),
});

describe('a picture that claims more pixels than any may have is refused by its header', () => {
  it.each([
    ['RGB', claiming(1_000_000, 65_535, 8, 2)],
    ['1 bit', claiming(38_000, 38_000, 1, 0)],
  ])('as photo, mask and folder: %s', async (name, bytes) => {
    const path = write(`${name}.png`, bytes);
    await expect(readPicture(path)).rejects.toEqual(refused);
    await expect(maskSize(path)).rejects.toEqual(refused);
    await expect(readMask(path)).rejects.toEqual(refused);
    mkdirSync(join(folder, `${name} alone`));
    write(`${name} alone/0001.png`, bytes);
    await expect(probe(join(folder, `${name} alone`))).rejects.toEqual(refused);
  });

  it('as a stored frame or plane', async () => {
    const frame = readFrame(write('000001.png', claiming(20_000, 20_000, 16, 2)));
    await expect(frame).rejects.toMatchObject({ kind: 'input' });
    const plane = readPlane(write('000002.png', claiming(20_000, 20_000, 16, 0)));
    await expect(plane).rejects.toMatchObject({ kind: 'input' });
  });

  it('or of which its bytes can hold next to nothing', async () => {
    const path = write('thin.png', claiming(24, 4_194_320, 8, 2));
    const thin = expect.objectContaining({ message: expect.stringMatching(/claims, found \d+ bytes/) });
    await expect(readPicture(path)).rejects.toEqual(thin);
    await expect(readMask(path)).rejects.toEqual(thin);
    const frame = readFrame(write('000003.png', claiming(24, 4_194_320, 16, 2)));
    await expect(frame).rejects.toEqual(thin);
    await expect(readPlane(write('000004.png', claiming(24, 4_194_320, 16, 0)))).rejects.toEqual(thin);
  });

  it('as PGM and as formats that ffmpeg reads', async () => {
    const pgm = write('mask.pgm', 'P5 60000 60000 255\n');
    await expect(maskSize(pgm)).rejects.toEqual(refused);
    await expect(readPicture(write('photo.ppm', 'P6 30000 30000 255\n0'))).rejects.toMatchObject({
      kind: 'input',
    });
  });

  it('as a drawing', async () => {
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="1e5" height="1e5"/>';
    await expect(readPicture(write('huge.svg', drawing))).rejects.toEqual(refused);
  });
});

describe('a drawing', () => {
  const red =
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"><rect width="64" height="32" fill="red"/></svg>';

  it.each([
    ['plain', red],
    ['after a declaration', `<?xml version="1.0"?>\n<!-- a -->\n${red}`],
    ['gzipped', gzipSync(red)],
  ])('is drawn in a process of its own: %s', async (name, bytes) => {
    const { width, height, data } = await readPicture(write(`${name}.svg`, bytes));
    expect([width, height, data[0], data[width * height]]).toEqual([64, 32, 255, 0]);
  });

  it('that takes too long is given up, and its process ended', async () => {
    const slow = `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="200"/></filter><rect width="4000" height="4000" filter="url(#f)"/></svg>`;
    await expect(drawPng(write('slow.svg', slow), 'The style slow.svg', 4096, 1)).rejects.toMatchObject({
      kind: 'input',
      message: 'The style slow.svg is a drawing that takes longer than 1 s to draw; give it as PNG.',
    });
  });

  it('is known by its first bytes', () => {
    expect(isDrawing(Buffer.from('\ufeff<svg '))).toBe(true);
    expect(isDrawing(Buffer.from('<svg ', 'utf16le'))).toBe(true);
    expect(isDrawing(Buffer.from('\x89PNG\r\n<svg'))).toBe(false);
  });
});
