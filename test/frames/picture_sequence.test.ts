import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { findPictures } from '../../dist/frames/picture_sequence.js';
import { probe } from '../../dist/frames/probe.js';
import { rational } from '../../dist/frames/rational.js';
import { decodeAll, failure, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();

/** A folder of empty files: names alone decide what is found. */
function names(folder: string, ...files: string[]): string {
  mkdirSync(at(folder), { recursive: true });
  for (const file of files) writeFileSync(at(`${folder}/${file}`), '');
  return at(folder);
}
const found = async (path: string) => (await findPictures(path))?.files.map((file) => basename(file));
const refused = async (path: string, code: string, ...said: string[]) => {
  const error = await failure(findPictures(path));
  expect(error).toMatchObject({ kind: 'input', code });
  for (const words of said) expect(error.message).toContain(words);
};

describe('findPictures', () => {
  it('sorts by number, not by letter, and leaves out what is no picture', async () => {
    const folder = names('natural', '9.png', '10.png', '11.PNG', '8.png', '.7.png', 'notes.txt');
    expect(await found(folder)).toEqual(['8.png', '9.png', '10.png', '11.PNG']);
    expect((await findPictures(`${folder}/`))?.base).toBe(folder);
  });

  it('takes the number that differs for the frame number', async () => {
    const folder = names('take2', 'take2_009_v3.jpg', 'take2_010_v3.jpg', 'take2_011_v3.jpg');
    expect(await found(folder)).toHaveLength(3);
    rmSync(`${folder}/take2_010_v3.jpg`);
    await refused(folder, 'PICTURES_MISSING', 'missing is take2_010_v3.jpg (1 in all)');
  });

  it('follows patterns as printf would write them', async () => {
    const folder = names('printf', ...[7, 8, 9, 10].map((n) => `a_${String(n).padStart(2, '0')}.png`));
    names('printf', 'a_7.png', 'b_07.png', 'a_007.png', '100%.png');
    expect(await found(`${folder}/a_%02d.png`)).toEqual(['a_07.png', 'a_08.png', 'a_09.png', 'a_10.png']);
    expect(await found(`${folder}/a_%03d.png`)).toEqual(['a_007.png']);
    await refused(`${folder}/a_%d.png`, 'PICTURES_MISSING', 'a_8.png, a_9.png');
    expect(await found(`${folder}/a_%d.mp4`)).toBeUndefined();
  });

  it('follows wildcards, and takes an existing file for itself', async () => {
    const folder = names('wild', 'x1.png', 'x2.png', 'y1.png', 'z[1].png', 'x1.txt');
    expect(await found(`${folder}/x*.png`)).toEqual(['x1.png', 'x2.png']);
    expect(await found(`${folder}/?1.png`)).toEqual(['x1.png', 'y1.png']);
    expect(await found(`${folder}/[!y]?.png`)).toEqual(['x1.png', 'x2.png']);
    expect(await found(`${folder}/z[1].png`)).toBeUndefined();
    await refused(`${folder}/*.tiff`, 'NO_PICTURES', '*.tiff');
  });

  it('names the first missing pictures and how many there are', async () => {
    const numbers = [1, 2, 5, 6, 20, 21];
    const folder = names('gaps', ...numbers.map((n) => `s${String(n).padStart(4, '0')}.png`));
    const first = 's0003.png, s0004.png, s0007.png, s0008.png, s0009.png and 10 more (15 in all)';
    await refused(folder, 'PICTURES_MISSING', 'from s0001.png to s0021.png', first);
    await refused(`${folder}/s%04d.png`, 'PICTURES_MISSING', first);
    await refused(`${folder}/s*.png`, 'PICTURES_MISSING', first);
  });

  it('refuses a number that comes twice and several runs in one folder', async () => {
    await refused(names('twice', '1.png', '01.png', '2.png'), 'PICTURES_AMBIGUOUS', 'number 1', '01.png');
    const runs = names('runs', 'left1.png', 'left2.png', 'right1.png', 'right2.png');
    await refused(runs, 'PICTURES_AMBIGUOUS', 'left#.png (2), right#.png (2)', '_%04d.png');
    expect(await found(`${runs}/left%d.png`)).toHaveLength(2);
    await refused(names('stray', '1.png', '2.png', 'cover.png'), 'PICTURES_AMBIGUOUS', 'cover.png (1)');
  });

  it('takes pictures without numbers by their names, and says so', async () => {
    const sequence = await findPictures(names('plain', 'b.png', 'a.png'));
    expect(sequence?.files.map((file) => basename(file))).toEqual(['a.png', 'b.png']);
    expect(sequence?.notes.join()).toContain('from a.png to b.png');
    const stamps = names('stamps', 'IMG_20260102_080000.jpg', 'IMG_20260101_235959.jpg');
    expect(await found(stamps)).toEqual(['IMG_20260101_235959.jpg', 'IMG_20260102_080000.jpg']);
  });

  it('says what a folder without pictures has', async () => {
    await refused(names('clips', 'a.mp4', 'b.mp4'), 'NO_PICTURES', at('clips'), 'a.mp4, b.mp4');
    await refused(names('nothing'), 'NO_PICTURES', 'found nothing');
  });

  it('names outputs after the folder or the pictures', async () => {
    const folder = names('shots', 'a_01.png', 'a_02.png');
    expect((await findPictures(`${folder}/a_%02d.png`))?.base).toBe(at('shots/a'));
    expect((await findPictures(`${folder}/*.png`))?.base).toBe(at('shots/shots'));
  });
});

describe('probe of pictures', () => {
  const level = (value: number, width = 24, height = 16) =>
    sharp({ create: { width, height, channels: 3, background: { r: value, g: value, b: value } } });

  beforeAll(async () => {
    mkdirSync(at('levels'));
    for (let n = 0; n < 4; n++) await level(40 * n).toFile(at(`levels/l${n}.png`));
  });

  it('is a film of their number and the rate asked for', async () => {
    const { video, notes } = await probe(at('levels'), { fps: '24000/1001' });
    const rate = rational(24000, 1001);
    expect(video).toMatchObject({ width: 24, height: 16, frameCount: 4, frameRate: rate, alpha: false });
    expect(notes).toEqual([]);
    const plain = await probe(at('levels'));
    expect([plain.video.frameRate, plain.notes.length]).toEqual([rational(25), 1]);
    expect((await probe(at('levels'), { fps: '29.97' })).video.frameRate).toEqual(rational(30000, 1001));
    expect((await probe(at('levels'), { fps: '12.5' })).video.frameRate).toEqual(rational(25, 2));
    for (const fps of ['fast', '0', '1/0', '-5'])
      expect(await failure(probe(at('levels'), { fps }))).toMatchObject({ kind: 'usage' });
  });

  it('decodes them in order, resized, and any of them', async () => {
    const media = await probe(at('levels'));
    const frames = await decodeAll(media, { width: 12, height: 8 });
    frames.forEach(({ index, picture }) => {
      expect(picture.data.every((value) => Math.abs(value - 40 * index) < 0.01)).toBe(true);
    });
    expect(frames.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  it('names the first picture of another size, and one that is none', async () => {
    mkdirSync(at('sizes'));
    for (let n = 0; n < 5; n++) await level(9, n < 3 ? 24 : 26).toFile(at(`sizes/${n}.png`));
    const error = await failure(probe(at('sizes')));
    expect(error).toMatchObject({ kind: 'input', code: 'SIZES_DIFFER' });
    expect(error.message).toMatch(/sizes\/3\.png: expected 24x16 pixels as in .*0\.png, found 26x16/);
    writeFileSync(at('sizes/3.png'), 'no picture');
    const broken = await failure(probe(at('sizes')));
    expect(broken).toMatchObject({ kind: 'input', code: 'PICTURE_UNREADABLE' });
    expect(broken.message).toContain('3.png');
  });

  it('takes 12,000 of them', async () => {
    mkdirSync(at('many'));
    await level(80, 16, 16).toFile(at('many.png'));
    for (let n = 0; n < 12000; n++) linkSync(at('many.png'), at(`many/with_a_rather_long_name_${n}.png`));
    const media = await probe(at('many'));
    expect(media.video.frameCount).toBe(12000);
    const last = await decodeAll({
      ...media,
      pictures: { ...media.pictures!, files: media.pictures!.files.slice(-2) },
    });
    expect(last[1].picture.data[0]).toBe(80);
    renameSync(at('many/with_a_rather_long_name_777.png'), at('many/with_a_rather_long_name_12000.png'));
    expect((await failure(probe(at('many')))).message).toContain('name_777.png (1 in all)');
  });
});
