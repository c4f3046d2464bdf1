import { describe, expect, it } from 'vitest';
import { colourNumbers, outputColour, resolveColour } from '../../dist/frames/colour.js';
import { decodeFrames } from '../../dist/frames/decode.js';
import { encodeFilm } from '../../dist/frames/encode.js';
import { readFrame, writeFrame } from '../../dist/frames/picture_file.js';
import { type MediaInfo, probe } from '../../dist/frames/probe.js';
import { pictureFromYuv, yuvFromPicture } from '../../dist/frames/raw_frame.js';
import type { Picture } from '../../dist/picture.js';
import { failure, ffmpeg, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();

/** A lossless film of saturated, moving colours, converted from RGB by the named matrix and range. */
function film(name: string, format: string, matrix: 'bt601' | 'bt709', range: 'tv' | 'pc'): string {
  const tag = matrix === 'bt709' ? 'bt709' : 'smpte170m';
  const convert = `format=gbrp,scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd+full_chroma_int`;
  const tags = ['-colorspace', tag, '-color_primaries', tag, '-color_trc', tag, '-color_range', range];
  const source = 'testsrc2=s=160x90:r=25:d=0.16';
  const lossless = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0'];
  ffmpeg('-f', 'lavfi', '-i', source, '-vf', `${convert},format=${format}`, ...lossless, ...tags, at(name));
  return at(name);
}

async function* throughFiles(media: MediaInfo): AsyncGenerator<Picture> {
  const { displayWidth: width, displayHeight: height } = media.video;
  for await (const { index, picture } of decodeFrames(media, { width, height })) {
    await writeFrame(at(`frame${index % 2}.png`), picture);
    yield await readFrame(at(`frame${index % 2}.png`));
  }
}

/** Decodes, stores, reads and encodes losslessly in 4:4:4; nothing is painted. */
async function unchanged(media: MediaInfo, output: string, pixelFormat: string): Promise<string> {
  const { displayWidth: width, displayHeight: height, frameRate } = media.video;
  const encoder = { crf: 0, pixelFormat, extra: ['-preset', 'ultrafast'] };
  await encodeFilm({
    output: at(output),
    width,
    height,
    frameRate,
    frames: throughFiles(media),
    source: media,
    encoder,
  });
  return at(output);
}

function largestDifference(a: string, b: string, filter: string, wide: boolean): number {
  const raw = (path: string) => {
    const bytes = ffmpeg('-i', path, '-vf', filter, '-f', 'rawvideo', '-');
    return wide
      ? new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
      : bytes;
  };
  const [one, two] = [raw(a), raw(b)];
  expect(two.length).toBe(one.length);
  let largest = 0;
  for (let i = 0; i < one.length; i++) largest = Math.max(largest, Math.abs(one[i] - two[i]));
  return largest;
}

describe('a film that is decoded, stored and encoded unpainted', () => {
  it.each([
    ['yuv444p', 'bt601', 'tv'],
    ['yuv444p', 'bt709', 'tv'],
    ['yuv444p', 'bt709', 'pc'],
    ['yuv444p', 'bt601', 'pc'],
    ['yuv444p10le', 'bt709', 'tv'],
    ['yuv444p10le', 'bt601', 'pc'],
  ] as const)('is the source within 1 code value: %s %s %s', async (format, matrix, range) => {
    const media = await probe(film('source.mp4', format, matrix, range));
    const output = await unchanged(media, 'output.mp4', format);
    const same = `scale=in_range=${range}:out_range=${range},format=${format}`;
    expect(largestDifference(media.path, output, same, format !== 'yuv444p')).toBeLessThanOrEqual(1);
    expect((await probe(output)).video.colour).toEqual(media.video.colour);
  });

  // Chroma interpolated between saturated colours leaves the RGB gamut, where no 0..255 picture can follow;
  // so 4:2:0 is compared as what is seen.
  it.each([
    ['yuv420p', 'bt601', 'tv'],
    ['yuv420p', 'bt709', 'tv'],
    ['yuv420p', 'bt709', 'pc'],
    ['yuv420p10le', 'bt709', 'tv'],
  ] as const)('shows the source within 2 levels of RGB: %s %s %s', async (format, matrix, range) => {
    const media = await probe(film('source.mp4', format, matrix, range));
    const output = await unchanged(media, 'output.mp4', format.replace('420', '444'));
    const flags = 'flags=bicubic+accurate_rnd+full_chroma_int';
    const rgb = `scale=in_color_matrix=${matrix}:in_range=${range}:${flags},format=gbrp`;
    expect(largestDifference(media.path, output, rgb, false)).toBeLessThanOrEqual(2);
    expect((await probe(output)).video).toMatchObject({
      colour: media.video.colour,
      bitDepth: media.video.bitDepth,
    });
  });

  it('has its luma within 2 code values also in 4:2:0 and from an untagged film', async () => {
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'mandelbrot=s=160x90:r=25',
      '-frames:v',
      '4',
      ...['-vf', 'hue=s=0.3,format=yuv420p'],
      ...['-c:v', 'libx264', '-qp', '0'],
      at('untagged.mp4'),
    );
    const media = await probe(at('untagged.mp4'));
    const output = await unchanged(media, 'untagged_out.mp4', 'yuv420p');
    expect(largestDifference(media.path, output, 'extractplanes=y', false)).toBeLessThanOrEqual(2);
  });

  it('goes from RGB to tagged BT.601 or BT.709 and back', async () => {
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x90:r=25:d=0.16',
      '-pix_fmt',
      'gbrp',
      '-c:v',
      'ffv1',
      at('rgb.mkv'),
    );
    const media = await probe(at('rgb.mkv'));
    const output = await unchanged(media, 'rgb_out.mp4', 'yuv444p10le');
    expect((await probe(output)).video.colour).toMatchObject({ matrix: 'smpte170m', range: 'limited' });
    const rgb = 'scale=in_color_matrix=bt601:flags=bicubic+accurate_rnd+full_chroma_int,format=gbrp';
    expect(largestDifference(media.path, output, rgb, false)).toBeLessThanOrEqual(1);
    const { displayWidth: width, displayHeight: height, frameRate } = media.video;
    const encoder = { codec: 'ffv1', pixelFormat: 'gbrp' };
    const options = { output: at('back.mkv'), width, height, frameRate, source: media, encoder };
    await encodeFilm({ ...options, frames: throughFiles(media) });
    expect(largestDifference(media.path, at('back.mkv'), 'format=gbrp', false)).toBe(0);
  });
});

describe('the matrices', () => {
  const bt709 = { matrix: 'bt709', range: 'limited', primaries: 'bt709', transfer: 'bt709' } as const;

  // EBU Tech 3280 / SMPTE RP 219: 100 % colour bars in 8-bit BT.709 codes.
  it.each([
    [
      [255, 255, 255],
      [235, 128, 128],
    ],
    [
      [0, 0, 0],
      [16, 128, 128],
    ],
    [
      [255, 255, 0],
      [219, 16, 138],
    ],
    [
      [0, 255, 255],
      [188, 154, 16],
    ],
    [
      [0, 255, 0],
      [173, 42, 26],
    ],
    [
      [255, 0, 255],
      [78, 214, 230],
    ],
    [
      [255, 0, 0],
      [63, 102, 240],
    ],
    [
      [0, 0, 255],
      [32, 240, 118],
    ],
  ])('BT.709 codes of %j are %j', (rgb, codes) => {
    const picture = { width: 1, height: 1, data: Float32Array.from(rgb) };
    expect([...yuvFromPicture(picture, bt709, 8, 8)]).toEqual(codes);
    const words = Uint16Array.from(codes, (code) => code * 256);
    const back = pictureFromYuv(words, 1, 1, bt709, 8, 16);
    back.data.forEach((value, i) => {
      expect(Math.abs(value - rgb[i])).toBeLessThan(1.2);
    });
  });

  it('clips what lies outside 0..255, and what is no number to black', () => {
    const picture = { width: 1, height: 1, data: Float32Array.from([300, 300, 300]) };
    expect([...yuvFromPicture(picture, bt709, 10, 10)]).toEqual([940, 512, 512]);
    const broken = { width: 1, height: 1, data: Float32Array.from([Number.NaN, -5, 0]) };
    expect([...yuvFromPicture(broken, bt709, 8, 16)]).toEqual([16 * 256, 32768, 32768]);
  });

  it('refuses a matrix it has no formula for', async () => {
    const error = await failure((async () => colourNumbers({ ...bt709, matrix: 'ictcp' }, 8))());
    expect(error).toMatchObject({ kind: 'input', code: 'COLOUR_UNSUPPORTED' });
    expect(error.message).toContain('ictcp');
  });

  it('keeps the source family, and crosses over where the pixel format does', () => {
    const rgb = resolveColour({ matrix: 'gbr', range: 'pc' }, 'gbrp', 1080);
    expect(rgb).toMatchObject({ matrix: 'gbr', range: 'full' });
    expect(outputColour(rgb, 'yuv420p', 1080)).toMatchObject({ matrix: 'bt709', range: 'limited' });
    expect(outputColour(bt709, 'gbrp', 1080)).toMatchObject({ matrix: 'gbr', range: 'full' });
    expect(outputColour(bt709, 'yuv420p', 360)).toEqual(bt709);
    expect(resolveColour({}, 'yuvj420p', 360)).toMatchObject({ matrix: 'smpte170m', range: 'full' });
  });
});
