import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { layOver, paintWithin, rgbaFromPicture } from '../../dist/frames/alpha.js';
import { encodeFilm } from '../../dist/frames/encode.js';
import { alphaPixelFormat } from '../../dist/frames/encoder.js';
import { encodePng, readPicture } from '../../dist/frames/picture_file.js';
import { type MediaInfo, probe } from '../../dist/frames/probe.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { createPicture, type Picture } from '../../dist/picture.js';
import { decodeAll, ffmpeg, packetTimes, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const [width, height] = [64, 48];
const n = width * height;

/** Left half clear, right half opaque, a ramp between; one colour all over, so that straight colours are known. */
const COLOUR = [200, 120, 40];
const ramp = (x: number) => Math.min(255, Math.max(0, (x - 16) * 8));

beforeAll(async () => {
  mkdirSync(at('pictures'));
  const bytes = Uint8Array.from({ length: 4 * n }, (_, i) =>
    i % 4 === 3 ? ramp((i >> 2) % width) : COLOUR[i % 4],
  );
  const picture = sharp(bytes, { raw: { width, height, channels: 4 } });
  for (const frame of [0, 1]) await picture.png().toFile(at(`pictures/${frame}.png`));
});

/** Largest differences of alpha and of the picture over black from what the ramp says, 0..255. */
function distance({ data, alpha }: Picture): { alpha: number; seen: number } {
  const worst = { alpha: 0, seen: 0 };
  for (let i = 0; i < n; i++) {
    const wanted = ramp(i % width);
    worst.alpha = Math.max(worst.alpha, Math.abs(255 * alpha![i] - wanted));
    for (let p = 0; p < 3; p++)
      worst.seen = Math.max(worst.seen, Math.abs(data[p * n + i] - (COLOUR[p] * wanted) / 255));
  }
  return worst;
}

async function encoded(name: string, codec: string | undefined): Promise<MediaInfo> {
  const source = await probe(at('pictures'));
  async function* frames() {
    for (const { picture } of await decodeAll(source)) yield picture;
  }
  const encoder = { codec, pixelFormat: alphaPixelFormat(name, { codec }), crf: codec ? undefined : 4 };
  const { frameRate } = source.video;
  await encodeFilm({ output: at(name), width, height, frameRate, frames: frames(), source, encoder });
  return probe(at(name));
}

describe('alpha', () => {
  it('of pictures is kept, and their colours lie over black', async () => {
    const media = await probe(at('pictures'));
    expect(media.video.alpha).toBe(true);
    for (const { picture } of await decodeAll(media)) {
      expect(distance(picture).alpha).toBeLessThan(1e-4);
      expect(distance(picture).seen).toBeLessThan(1e-3);
    }
  });

  it.each([
    ['vp9.webm', undefined, 'yuva420p', 3],
    ['vp8.webm', 'libvpx', 'yuva420p', 4],
    ['prores.mov', 'prores_ks', 'yuva444p1', 2],
    ['animation.mov', 'qtrle', 'argb', 0.51],
    ['archive.mkv', 'ffv1', 'yuva420p', 3],
  ] as const)('goes into %s and comes out of it again', async (name, codec, format, slack) => {
    const media = await encoded(name, codec);
    expect(media.video.alpha).toBe(true);
    expect(media.video.pixelFormat).toContain(format);
    const frames = await decodeAll(media);
    expect(frames).toHaveLength(2);
    for (const { picture } of frames) {
      expect(distance(picture).alpha).toBeLessThanOrEqual(slack);
      expect(distance(picture).seen).toBeLessThanOrEqual(slack);
    }
  });

  it('has no place in MP4, nor where another pixel format is asked for', () => {
    expect(alphaPixelFormat('a.mp4', {})).toBeUndefined();
    expect(alphaPixelFormat('a.mov', {})).toBeUndefined();
    expect(alphaPixelFormat('a.webm', { pixelFormat: 'yuv420p' })).toBeUndefined();
    expect(alphaPixelFormat('a.mov', { codec: 'prores_ks', pixelFormat: 'yuva444p12le' })).toBe(
      'yuva444p12le',
    );
  });

  it('of a GIF counts only where something is transparent', async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=32x24:r=5:d=0.6'];
    ffmpeg(...source, at('opaque.gif'));
    const opaque = await probe(at('opaque.gif'));
    expect(opaque.video.alpha).toBe(false);
    expect((await decodeAll(opaque))[0].picture.alpha).toBeUndefined();
    const hole = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gt(X,9)',split[a][b]";
    const palette = '[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse';
    ffmpeg(...source, '-vf', `${hole};${palette}`, '-gifflags', '-offsetting', at('hole.gif'));
    const [{ picture }] = await decodeAll(await probe(at('hole.gif')));
    expect([picture.alpha![9], picture.alpha![10]]).toEqual([0, 1]);
  });

  it('goes with the times of a film of varying rate', async () => {
    const uneven = "setpts='if(lt(N,2),N,N*3)/10/TB'";
    const hole = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gt(X,9)',split[a][b]";
    const chain = `testsrc2=s=32x24:r=10:d=0.5,${hole};[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse,${uneven}`;
    ffmpeg('-f', 'lavfi', '-i', chain, '-gifflags', '-offsetting', '-fps_mode', 'vfr', at('uneven.gif'));
    const source = await probe(at('uneven.gif'));
    expect(source.video).toMatchObject({ alpha: true, variableFrameRate: true });
    const frames = await decodeAll(source);
    for (const [name, codec] of [
      ['uneven.webm', undefined],
      ['uneven.mov', 'qtrle'],
    ] as const) {
      async function* pictures() {
        for (const { picture } of frames) yield picture;
      }
      const encoder = { codec, pixelFormat: alphaPixelFormat(name, { codec }) };
      const size = { width: 32, height: 24, frameRate: source.video.frameRate };
      await encodeFilm({ output: at(name), ...size, frames: pictures(), source, encoder });
      const back = await decodeAll(await probe(at(name)));
      expect(back).toHaveLength(frames.length);
      expect(packetTimes(at(name), 'v:0')).toEqual(packetTimes(at('uneven.gif'), 'v:0'));
      expect(back[0].picture.alpha![24 * 32 - 1]).toBeGreaterThan(0.99);
      expect(back[0].picture.alpha![0]).toBeLessThan(0.01);
    }
  });

  it('is 16 bits deep where the file is', async () => {
    const words = Uint16Array.from({ length: 4 * 256 }, (_, i) => (i % 4 === 3 ? 30000 : 1000 * (i % 4) + 7));
    await sharp(words, { raw: { width: 16, height: 16, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toFile(at('deep.png'));
    const { data, alpha } = await readPicture(at('deep.png'), { keepAlpha: true });
    expect(alpha![0]).toBeCloseTo(30000 / 65535, 6);
    expect(data[256]).toBeCloseTo(((1007 / 257) * 30000) / 65535, 4);
  });
});

describe('the arithmetic of alpha', () => {
  const size = { width: 8, height: 6 };
  const level = fc.float({ min: 0, max: 255, noNaN: true });
  const share = fc.float({ min: 0, max: 1, noNaN: true });
  const filled = (value: number) => createPicture(8, 6).data.fill(value);
  const even = (value: number) => ({ ...size, data: filled(value) });

  it('gives straight colours back after black, and the source where nothing was painted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 255 }), (value, a) => {
        const source = layOver(0, even(value), new Float32Array(48).fill(a / 255));
        const unpainted = paintWithin(source, { ...size, data: source.data });
        expect([...rgbaFromPicture(unpainted, 8).subarray(0, 4)]).toEqual([value, value, value, a]);
      }),
    );
  });

  it('paints nothing where all is clear and everything where all is opaque', () => {
    fc.assert(
      fc.property(level, level, share, (value, paint, a) => {
        const source = layOver(0, even(value), new Float32Array(48).fill(a));
        const [painted] = paintWithin(source, even(paint)).data;
        const [low, high] = [source.data[0], paint].sort((x, y) => x - y);
        expect(painted).toBeGreaterThanOrEqual(low - 1e-3);
        expect(painted).toBeLessThanOrEqual(high + 1e-3);
        if (a === 0) expect(painted).toBe(0);
        if (a === 1) expect(painted).toBeCloseTo(paint, 3);
      }),
    );
  });

  it('resizes what is seen, so that clear pixels do not colour their neighbours', async () => {
    const source = await readPicture(at('pictures/0.png'), { keepAlpha: true });
    const smaller = resizePicture(source, 32, 24);
    expect(smaller.alpha).toHaveLength(32 * 24);
    for (let i = 0; i < 32 * 24; i++)
      for (let p = 0; p < 3; p++)
        expect(Math.abs(smaller.data[p * 32 * 24 + i] - smaller.alpha![i] * COLOUR[p])).toBeLessThan(3);
    const png = await sharp(await encodePng(smaller, 8)).metadata();
    expect(png).toMatchObject({ channels: 4, hasAlpha: true, width: 32 });
  });
});
