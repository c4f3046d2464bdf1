import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { probe } from '../../dist/frames/probe.js';
import type { Picture } from '../../dist/picture.js';
import { decodeAll, failure, ffmpeg, QUICK, temporaryFolder, turn } from './fixtures.js';

const at = temporaryFolder();

/** 25 frames in the middle, grey level 8·n + 16 in frame n; losslessly, in the colours of an untagged film. */
const counting = (name: string, ...more: string[]) => {
  const level = "nullsrc=s=64x36:r=25:d=1,format=yuv444p,geq=lum='8*N+16':cb=128:cr=128";
  ffmpeg('-f', 'lavfi', '-i', level, '-c:v', 'libx264', '-qp', '0', '-pix_fmt', 'yuv420p', ...more, at(name));
  return at(name);
};
const grey = (frame: number) => ((8 * frame) / 219) * 255;
const mean = ({ data }: Picture) => data.reduce((sum, value) => sum + value, 0) / data.length;
const own = { width: 64, height: 36 };

describe('decodeFrames', () => {
  it('gives every frame once, in order, at its value', async () => {
    const frames = await decodeAll(await probe(counting('count.mp4', '-bf', '3')));
    expect(frames.map(({ index }) => index)).toEqual([...Array(25).keys()]);
    for (const { index, picture } of frames) {
      expect(mean(picture)).toBeCloseTo(grey(index), 2);
      expect(Math.max(...picture.data) - Math.min(...picture.data)).toBeLessThan(0.05);
    }
  });

  it('gives just the frames of the ranges, numbered as in the source', async () => {
    const media = await probe(counting('ranges.mp4'));
    const ranges = [
      { first: 20, last: 24 },
      { first: 3, last: 4 },
      { first: 9, last: 9 },
    ];
    const seen: number[] = [];
    for await (const { index, picture } of decodeFrames(media, { ...own, ranges })) {
      seen.push(index);
      expect(mean(picture)).toBeCloseTo(grey(index), 2);
    }
    expect(seen).toEqual([3, 4, 9, 20, 21, 22, 23, 24]);
  });

  it('repeats and drops nothing where the rate varies', async () => {
    const uneven = ['-vf', "setpts='(N+gte(N,10)*7+gte(N,15)*30)/25/TB'", '-fps_mode', 'vfr'];
    const frames = await decodeAll(await probe(counting('uneven.mp4', ...uneven)));
    expect(frames.length).toBe(25);
    for (const { index, picture } of frames) expect(mean(picture)).toBeCloseTo(grey(index), 2);
  });

  it('turns the picture upright', async () => {
    // Red above blue when upright.
    const halves =
      'color=red:s=36x32:r=5:d=1,format=gbrp[a];color=blue:s=36x32:r=5:d=1,format=gbrp[b];[a][b]vstack';
    for (const [degrees, stored] of [
      [0, 'null'],
      [90, 'transpose=cclock'],
      [180, 'hflip,vflip'],
      [270, 'transpose=clock'],
    ] as const) {
      const path = at(`turned${degrees}.mp4`);
      ffmpeg('-f', 'lavfi', '-i', `${halves},${stored}`, ...QUICK, path);
      turn(path, degrees);
      const media = await probe(path);
      expect(media.video).toMatchObject({ displayWidth: 36, displayHeight: 64, rotation: degrees });
      const [{ picture }] = await decodeAll(media);
      const shown = (y: number, plane: number) => picture.data[(plane * 64 + y) * 36 + 18];
      expect([shown(4, 0) > 240, shown(4, 2) < 15, shown(60, 0) < 15, shown(60, 2) > 240]).toEqual(
        Array(4).fill(true),
      );
    }
  });

  it('resizes without shifting or darkening', async () => {
    const media = await probe(counting('resize.mp4'));
    for (const { index, picture } of await decodeAll(media, { width: 32, height: 18 })) {
      expect([picture.width, picture.height]).toEqual([32, 18]);
      expect(mean(picture)).toBeCloseTo(grey(index), 1);
    }
  });

  it('gives RGB and grey films their values exactly', async () => {
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x36:r=5:d=1',
      '-pix_fmt',
      'gbrp',
      '-c:v',
      'ffv1',
      at('rgb.mkv'),
    );
    const want = ffmpeg('-i', at('rgb.mkv'), '-frames:v', '1', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-');
    const [{ picture }] = await decodeAll(await probe(at('rgb.mkv')));
    for (let i = 0; i < 64 * 36; i++) {
      for (let p = 0; p < 3; p++) expect(picture.data[p * 64 * 36 + i]).toBeCloseTo(want[3 * i + p], 2);
    }
    const ramp = "nullsrc=s=64x36:r=5:d=1,format=gray,geq=lum='X*4'";
    ffmpeg('-f', 'lavfi', '-i', ramp, '-c:v', 'ffv1', at('grey.mkv'));
    const [{ picture: greys }] = await decodeAll(await probe(at('grey.mkv')));
    for (let x = 0; x < 64; x++) expect(greys.data[x]).toBeCloseTo(4 * x, 2);
    const [{ picture: wide }] = await decodeAll(await probe(at('grey.mkv')), { width: 128, height: 72 });
    const n = 128 * 72;
    for (let x = 20; x < 108; x++) {
      expect(Math.abs(wide.data[x] - (2 * x - 1))).toBeLessThan(0.6);
      expect(wide.data[x + n]).toBeCloseTo(wide.data[x], 3);
    }
  });

  it('ends ffmpeg when its reader leaves', async () => {
    const media = await probe(counting('leave.mp4'));
    const frames = decodeFrames(media, own);
    await frames.next();
    await frames.return(undefined);
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });

  it('stops on abort', async () => {
    const abort = new AbortController();
    const media = await probe(counting('abort.mp4'));
    const frames = decodeFrames(media, { ...own, signal: abort.signal });
    await frames.next();
    abort.abort();
    const rest = async () => {
      for await (const _ of frames);
    };
    expect(await failure(rest())).toMatchObject({ kind: 'interrupted', exitCode: 130 });
  });

  it('holds the last frame where more were counted than there are', async () => {
    const media = await probe(counting('fewer.mp4'));
    const frames = await decodeAll({ ...media, video: { ...media.video, frameCount: 27 } });
    expect(frames.slice(24).map(({ picture }) => picture)).toEqual(Array(3).fill(frames[24].picture));
    const strict = { ...media, strict: true, video: { ...media.video, frameCount: 27 } };
    const error = await failure(decodeAll(strict));
    expect(error).toMatchObject({ kind: 'input', code: 'FRAMES_MISSING' });
    expect(error.message).toMatch(/fewer\.mp4: frames 25-26 cannot be decoded/);
  });
});
