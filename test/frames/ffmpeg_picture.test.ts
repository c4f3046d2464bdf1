import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { findPictures } from '../../dist/frames/picture_sequence.js';
import { probe } from '../../dist/frames/probe.js';
import type { Picture } from '../../dist/picture.js';
import { ffmpeg, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25,format=rgb24'];
const picture = (...args: string[]) => ffmpeg(...SOURCE, '-frames:v', '1', ...args);

/** Largest difference of two pictures, levels of 255. */
const apart = (a: Picture, b: Picture) =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);

/** IEC 61966-2-1 of a code value taken for linear light. */
const asLight = (value: number) => {
  const light = value / 255;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
};

let plain: Picture;
beforeAll(async () => {
  picture(at('plain.png'));
  plain = await readPicture(at('plain.png'));
});

describe('a picture that ffmpeg reads', () => {
  it.each(['ppm', 'bmp', 'tga', 'pam', 'sgi', 'pcx'])('is the same as %s', async (extension) => {
    picture(
      '-pix_fmt',
      extension === 'bmp' || extension === 'tga' ? 'bgr24' : 'rgb24',
      at(`same.${extension}`),
    );
    expect(apart(await readPicture(at(`same.${extension}`)), plain)).toBe(0);
  });

  it('is known by its content, whatever its name', async () => {
    picture(at('named.ppm'));
    writeFileSync(at('really %03d.png'), readFileSync(at('named.ppm')));
    expect(apart(await readPicture(at('really %03d.png')), plain)).toBe(0);
  });

  it('keeps the 10 bits of a DPX, white at 255', async () => {
    picture('-pix_fmt', 'gbrp10be', at('deep.dpx'));
    const found = await readPicture(at('deep.dpx'));
    expect(apart(found, plain)).toBeLessThan(1);
    const bytes = readFileSync(at('deep.dpx'));
    const start = bytes.readUInt32BE(4);
    // One word a pixel: 10 bits each of red, green and blue, then two of nothing.
    for (let i = 0; i < 64 * 36; i++) bytes.writeUInt32BE(((i % 1024) << 22) >>> 0, start + 4 * i);
    bytes.writeUInt32BE(0xfffffffc, start);
    writeFileSync(at('steps.dpx'), bytes);
    const { data } = await readPicture(at('steps.dpx'));
    expect([data[0], data[64 * 36], data[2 * 64 * 36]]).toEqual([255, 255, 255]);
    expect(data[513]).toBeCloseTo((513 / 1023) * 255, 1);
    expect(data[514] - data[513]).toBeCloseTo(255 / 1023, 1);
  });

  it('shows linear light as viewers do, in colour, in grey and with alpha', async () => {
    const float = (format: string, name: string, ...filters: string[]) =>
      picture('-vf', ['format=rgb24', ...filters].join(','), '-pix_fmt', format, at(name));
    float('gbrpf32le', 'light.exr');
    const light = await readPicture(at('light.exr'));
    expect(apart(light, { ...plain, data: plain.data.map(asLight) })).toBeLessThan(3);
    picture('-pix_fmt', 'gray', at('grey.pgm'));
    ffmpeg('-i', at('grey.pgm'), '-pix_fmt', 'grayf32le', at('grey.exr'));
    const grey = await readPicture(at('grey.exr'));
    const n = 64 * 36;
    expect(grey.data.subarray(0, n)).toEqual(grey.data.subarray(n, 2 * n));
    expect(grey.data[n + 700]).toBeCloseTo(asLight((await readPicture(at('grey.pgm'))).data[700]), 0);
    // Half covered, premultiplied: the colours are the whole ones.
    float('gbrapf32le', 'alpha.exr', 'format=rgba', 'colorchannelmixer=rr=0.5:gg=0.5:bb=0.5:aa=0.5');
    const seen = await readPicture(at('alpha.exr'), { keepAlpha: true });
    expect(seen.alpha?.[0]).toBeCloseTo(0.5, 2);
    const worst = seen.data.reduce(
      (most, v, i) => Math.max(most, Math.abs(v / seen.alpha![i % n] - light.data[i])),
      0,
    );
    expect(worst).toBeLessThan(8);
  });

  it('is read as far as it goes, with a note, and refused where there is nothing in it', async () => {
    picture('-pix_fmt', 'gbrpf32le', '-compression', 'none', at('cut.exr'));
    truncateSync(at('cut.exr'), 12_000);
    const notes: string[] = [];
    await readPicture(at('cut.exr'), { note: (sentence) => notes.push(sentence) });
    expect(notes).toEqual([
      expect.stringMatching(/cut\.exr is not quite as it should be \(\d+ of 36 blocks/),
    ]);
    picture(at('cut.ppm'));
    truncateSync(at('cut.ppm'), 500);
    await expect(readPicture(at('cut.ppm'))).rejects.toMatchObject({
      code: 'PICTURE_UNREADABLE',
      kind: 'input',
    });
  });
});

describe('a JPEG or PNG that a decoder warns of', () => {
  const read = async (name: string) => {
    const notes: string[] = [];
    const found = await readPicture(at(name), { label: 'style', note: (sentence) => notes.push(sentence) });
    return { found, notes };
  };

  it("is read as viewers do, with the decoder's words", async () => {
    picture('-q:v', '2', at('base.jpg'));
    const whole = (await read('base.jpg')).found;
    const bytes = readFileSync(at('base.jpg'));
    const scan = Buffer.from(bytes);
    // The end of the spectrum in the scan's header, as some telephones write it.
    scan[scan.indexOf(Buffer.from([0xff, 0xda])) + 12] = 0;
    writeFileSync(at('scan.jpg'), scan);
    const { found, notes } = await read('scan.jpg');
    expect(apart(found, whole)).toBe(0);
    expect(notes).toEqual([
      expect.stringMatching(/^The style .*scan\.jpg is not quite .*Invalid SOS parameters/),
    ]);
    writeFileSync(at('most.jpg'), bytes.subarray(0, Math.round(bytes.length * 0.8)));
    const most = await read('most.jpg');
    expect(most.found.data.subarray(0, 64 * 8)).toEqual(whole.data.subarray(0, 64 * 8));
    expect(most.notes).toEqual([expect.stringMatching(/premature end/)]);
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=640x360', '-frames:v', '1', at('large.png'));
    const large = (await read('large.png')).found;
    const png = readFileSync(at('large.png'));
    writeFileSync(at('most.png'), png.subarray(0, Math.round(png.length * 0.9)));
    expect((await read('most.png')).found.data.subarray(0, 6400)).toEqual(large.data.subarray(0, 6400));
    writeFileSync(at('head.jpg'), bytes.subarray(0, bytes.indexOf(Buffer.from([0xff, 0xda]))));
    await expect(read('head.jpg')).rejects.toMatchObject({ code: 'PICTURE_UNREADABLE' });
  });
});

describe('a film in such pictures', () => {
  it.each([
    ['exr', 'gbrpf32le', 16],
    ['dpx', 'gbrp10be', 16],
    ['ppm', 'rgb24', 8],
    ['tga', 'bgr24', 8],
    ['tif', 'rgb24', 8],
  ])('is read from folders, patterns and wildcards: %s', async (extension, format, depth) => {
    mkdirSync(at(extension));
    const numbered = at(`${extension}/f_%04d.${extension}`);
    ffmpeg(...SOURCE, '-frames:v', '3', '-start_number', '17', '-pix_fmt', format, numbered);
    for (const input of [at(extension), numbered, at(`${extension}/*.${extension}`)]) {
      const { video } = await probe(input);
      expect(video).toMatchObject({ frameCount: 3, width: 64, height: 36, bitDepth: depth, alpha: false });
    }
    const media = await probe(numbered);
    const indices: number[] = [];
    for await (const { index, picture: frame } of decodeFrames(media, { width: 64, height: 36 })) {
      const one = await readPicture(media.pictures!.files[index]);
      expect(apart(frame, one)).toBe(0);
      indices.push(index);
    }
    expect(indices).toEqual([0, 1, 2]);
  });

  it('has no gaps and one size, and pictures of other kinds beside it are no frames', async () => {
    const folder = at('mixed');
    mkdirSync(folder);
    ffmpeg(...SOURCE, '-frames:v', '4', `${folder}/f_%d.bmp`);
    ffmpeg(...SOURCE, '-frames:v', '1', '-s', '32x32', `${folder}/f_4.bmp`);
    await expect(probe(folder)).rejects.toMatchObject({ code: 'SIZES_DIFFER' });
    rmSync(`${folder}/f_3.bmp`);
    await expect(probe(`${folder}/f_%d.bmp`)).rejects.toMatchObject({ code: 'PICTURES_MISSING' });
    picture(`${folder}/only.png`);
    expect((await findPictures(folder))?.files).toEqual([`${folder}/only.png`]);
  });
});

describe('a HEIC picture', () => {
  // The first box of an iPhone's file, and no picture: nothing here reads one.
  const START = Buffer.from('0000001c667479706865696300000000', 'hex');
  it('is told what it is and what makes a JPEG of it, alone, as a film and in a folder', async () => {
    mkdirSync(at('phone'));
    for (const name of ['phone/IMG 1.heic', 'phone/IMG 2.heic'])
      writeFileSync(
        at(name),
        Buffer.concat([START, Buffer.from('6d6966316865696300000000', 'hex'), Buffer.alloc(400)]),
      );
    const advice = /is HEIC \(iPhone.*make a JPEG of it with: \S+.*'.*IMG [12]\.heic'.*'.*IMG [12]\.jpg'/;
    for (const work of [
      () => readPicture(at('phone/IMG 1.heic')),
      () => probe(at('phone/IMG 1.heic')),
      () => probe(at('phone')),
    ])
      await expect(work()).rejects.toMatchObject({
        code: 'PICTURE_UNREADABLE',
        message: expect.stringMatching(advice),
      });
  });
});
