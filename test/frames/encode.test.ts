import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { type EncodeOptions, encodeFilm } from '../../dist/frames/encode.js';
import { encodePictures, pictureName } from '../../dist/frames/encode_pictures.js';
import { checkEncoder } from '../../dist/frames/encoder_trial.js';
import { readFrame, readPicture } from '../../dist/frames/picture_file.js';
import { type MediaInfo, probe } from '../../dist/frames/probe.js';
import { rational } from '../../dist/frames/rational.js';
import { createPicture, type Picture } from '../../dist/picture.js';
import {
  decodeAll,
  failure,
  ffmpeg,
  ffprobe,
  picturesOf,
  QUICK,
  temporaryFolder,
  testPicture,
  turn,
} from './fixtures.js';

const at = temporaryFolder();
const quick = { extra: ['-preset', 'ultrafast'] };
const own = { width: 64, height: 36 };
let media: MediaInfo;

beforeAll(async () => {
  const tone = ['-f', 'lavfi', '-i', 'sine=d=1'];
  const tags = ['-metadata', 'title=A film', '-metadata:s:a', 'language=fra'];
  ffmpeg(...testPicture('64x36', '30000/1001'), ...tone, ...QUICK, '-c:a', 'aac', ...tags, at('in.mp4'));
  media = await probe(at('in.mp4'));
});

/** The source's own frames, unpainted, into another film. */
async function copyOf(source: MediaInfo, output: string, more: Partial<EncodeOptions> = {}) {
  const { displayWidth, displayHeight, frameRate } = source.video;
  const size = { width: displayWidth & ~1, height: displayHeight & ~1 };
  const frames = picturesOf(decodeFrames(source, { ...size, ranges: more.ranges }));
  const { notes } = await encodeFilm({
    ...{ output: at(output), ...size, frameRate, frames, source, encoder: quick },
    ...more,
  });
  const { streams, format } = ffprobe(at(output), '-show_streams', '-show_format');
  return { notes, path: at(output), streams, format };
}

describe('encodeFilm', () => {
  it('writes H.264 that plays anywhere, with rate, count, sound and title of the source', async () => {
    const { notes, path, streams, format } = await copyOf(media, 'out.mp4');
    const [picture, sound] = streams;
    expect(picture).toMatchObject({
      ...{ codec_name: 'h264', pix_fmt: 'yuv420p', width: 64, height: 36, sample_aspect_ratio: '1:1' },
      ...{
        avg_frame_rate: '30000/1001',
        nb_frames: String(media.video.frameCount),
        color_space: 'smpte170m',
      },
    });
    expect(sound).toMatchObject({ codec_name: 'aac', tags: { language: 'fra' } });
    expect(format.tags.title).toBe('A film');
    expect(notes).toEqual([]);
    const bytes = readFileSync(path, 'latin1');
    // +faststart: the index before the data.
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    expect(readdirSync(dirname(path)).filter((name) => name.includes('.tmp-'))).toEqual([]);
  });

  it('takes other settings, and the user has the last word', async () => {
    const encoder = {
      codec: 'libx265',
      crf: 30,
      pixelFormat: 'yuv420p10le',
      extra: ['-preset', 'ultrafast', '-g', '5'],
    };
    const { streams } = await copyOf(media, 'out265.mkv', { encoder });
    expect(streams[0]).toMatchObject({ codec_name: 'hevc', pix_fmt: 'yuv420p10le' });
  });

  it('writes WebM as VP9 and Opus', async () => {
    const encoder = { extra: ['-cpu-used', '8', '-deadline', 'realtime'] };
    const { streams, notes } = await copyOf(media, 'out.webm', { encoder });
    expect(streams.map((s: { codec_name: string }) => s.codec_name)).toEqual(['vp9', 'opus']);
    expect(notes.join()).toContain('converted from aac to opus');
  });

  it('shows a turned film with oblong pixels upright in square ones, and says nothing of turning', async () => {
    const oblong = ['-vf', 'setsar=4/3,hue=s=0.5', ...QUICK];
    ffmpeg(...testPicture('48x36'), ...oblong, at('turned.mp4'));
    turn(at('turned.mp4'), 90);
    const { streams, path } = await copyOf(await probe(at('turned.mp4')), 'upright.mp4');
    expect(streams[0]).toMatchObject({ width: 36, height: 64, sample_aspect_ratio: '1:1' });
    expect(streams[0].side_data_list ?? []).toEqual([]);
    expect(streams[0].tags.rotate).toBeUndefined();
    const scaled = ['-vf', 'scale=36:64', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
    const [one, two] = [at('turned.mp4'), path].map((p) => ffmpeg('-i', p, '-frames:v', '1', ...scaled));
    const error = one.reduce((sum, value, i) => sum + Math.abs(value - two[i]), 0) / one.length;
    expect(error).toBeLessThan(8);
  });

  it('carries full range and BT.709', async () => {
    const full = 'scale=out_color_matrix=bt709:out_range=pc,format=yuv420p';
    const tags = [
      '-colorspace',
      'bt709',
      '-color_primaries',
      'bt709',
      '-color_trc',
      'bt709',
      '-color_range',
      'pc',
    ];
    ffmpeg(...testPicture(), '-vf', full, ...QUICK, ...tags, at('full.mp4'));
    const source = await probe(at('full.mp4'));
    const { path } = await copyOf(source, 'full_out.mp4');
    const bt709 = { matrix: 'bt709', range: 'full', primaries: 'bt709', transfer: 'bt709' };
    expect((await probe(path)).video.colour).toEqual(bt709);
  });

  it('writes one frame', async () => {
    const ranges = [{ first: 4, last: 4 }];
    const { streams } = await copyOf(media, 'one.mp4', { ranges });
    expect(streams[0].nb_frames).toBe('1');
  });

  it('keeps the duration where the rate varies', async () => {
    const uneven = "setpts='if(lt(N,10),N,N*2)/25/TB'";
    ffmpeg(...testPicture(), '-vf', uneven, '-fps_mode', 'vfr', ...QUICK, at('uneven.mp4'));
    const source = await probe(at('uneven.mp4'));
    const { streams } = await copyOf(source, 'uneven_out.mp4');
    expect(streams[0].nb_frames).toBe('25');
    expect(Math.abs(Number(streams[0].duration) - source.duration!)).toBeLessThan(0.04);
  });
});

describe('encodeFilm fails plainly', () => {
  const grey = (n: number, size = own) =>
    (async function* (): AsyncGenerator<Picture> {
      for (let i = 0; i < n; i++) yield createPicture(size.width, size.height);
    })();
  const settings = () => ({ ...own, frameRate: rational(25), source: media });
  const nothingLeft = (name: string) =>
    expect(readdirSync(at('')).filter((file) => file.includes(name))).toEqual([]);

  it('for a size that the pixel format cannot have', async () => {
    const odd = { width: 63, height: 36 };
    const error = await failure(
      encodeFilm({ ...settings(), ...odd, output: at('odd.mp4'), frames: grey(1, odd) }),
    );
    expect(error.message).toMatch(/film size: expected sides divisible by 2 and 2 .* found "63x36"/);
    const encoder = { crf: 0, pixelFormat: 'yuv444p' };
    await encodeFilm({ ...settings(), ...odd, output: at('odd.mp4'), frames: grey(2, odd), encoder });
    expect((await probe(at('odd.mp4'))).video.displayWidth).toBe(63);
  });

  it('for an encoder that is not there, before the work begins', async () => {
    await checkEncoder(at('x.mp4'));
    await checkEncoder(at('x.webm'), { crf: 30 });
    const error = await failure(checkEncoder(at('x.mp4'), { codec: 'libnothing' }));
    expect(error).toMatchObject({ kind: 'usage', code: 'INVALID_ARGUMENT' });
    expect(error.message).toContain('libnothing');
  });

  it('for settings that ffmpeg refuses, leaving the old film in place', async () => {
    writeFileSync(at('kept.mp4'), 'the old film');
    const encoder = { extra: ['-profile:v', 'nonsense'] };
    const error = await failure(
      encodeFilm({ ...settings(), output: at('kept.mp4'), frames: grey(500), encoder }),
    );
    expect(error).toMatchObject({ kind: 'usage', code: 'ENCODE_FAILED' });
    expect(readFileSync(at('kept.mp4'), 'utf8')).toBe('the old film');
    nothingLeft('kept.tmp');
  });

  it('for a folder that is not there', async () => {
    const error = await failure(encodeFilm({ ...settings(), output: at('no/x.mp4'), frames: grey(3) }));
    expect(error).toMatchObject({ kind: 'input', code: 'OUTPUT_NOT_WRITABLE' });
  });

  it('for no frames at all', async () => {
    const error = await failure(encodeFilm({ ...settings(), output: at('none.mp4'), frames: grey(0) }));
    expect(error.code).toBe('ENCODE_FAILED');
    nothingLeft('none');
  });

  it('with the error of whoever makes the frames', async () => {
    const broken = (async function* () {
      yield* grey(2);
      throw new RangeError('mine');
    })();
    await expect(encodeFilm({ ...settings(), output: at('broken.mp4'), frames: broken })).rejects.toThrow(
      'mine',
    );
    nothingLeft('broken');
  });

  it('on abort, leaving nothing behind', async () => {
    const abort = new AbortController();
    const endless = (async function* () {
      for (let i = 0; ; i++) {
        if (i === 5) abort.abort();
        yield createPicture(own.width, own.height);
      }
    })();
    const options = { ...settings(), output: at('abort.mp4'), frames: endless, signal: abort.signal };
    expect(await failure(encodeFilm(options))).toMatchObject({ kind: 'interrupted' });
    nothingLeft('abort');
  });
});

describe('encodePictures', () => {
  it('numbers pictures as the frames of the source', async () => {
    const ranges = [
      { first: 2, last: 3 },
      { first: 20, last: 20 },
    ];
    const frames = picturesOf(decodeFrames(media, { ...own, ranges }));
    await encodePictures({ output: at('pictures'), frames, ranges, frameCount: media.video.frameCount });
    const names = ['frame_000002.png', 'frame_000003.png', 'frame_000020.png'];
    expect(readdirSync(at('pictures')).sort()).toEqual(names);
    const [stored] = [await readPicture(at('pictures/frame_000003.png'))];
    const all = await decodeAll(media);
    stored.data.forEach((value, i) => {
      const clipped = Math.min(255, Math.max(0, all[3].picture.data[i]));
      if (Math.abs(value - clipped) > 0.501) expect.fail(`${value} is not ${clipped}`);
    });
  });

  it('writes 16 bits when asked, and long films in order', async () => {
    const frames = picturesOf(decodeFrames(media, { ...own, ranges: [{ first: 0, last: 0 }] }));
    const one = { frames, ranges: [{ first: 0, last: 0 }], frameCount: 12_345_678, depth: 16 as const };
    await encodePictures({ output: at('deep'), ...one });
    expect(readdirSync(at('deep'))).toEqual(['frame_00000000.png']);
    expect((await readFrame(at('deep/frame_00000000.png'))).width).toBe(64);
    expect(pictureName(12_000, 12_001)).toBe('frame_012000.png');
    expect(existsSync(at('deep/frame_000000.png'))).toBe(false);
  });

  it('says when the folder cannot be', async () => {
    writeFileSync(at('file'), '');
    const frames = picturesOf(decodeFrames(media, own));
    const error = await failure(encodePictures({ output: at('file/x'), frames, frameCount: 1 }));
    expect(error).toMatchObject({ kind: 'input', code: 'OUTPUT_NOT_WRITABLE' });
  });
});
