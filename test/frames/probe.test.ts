import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { rational } from '../../dist/frames/rational.js';
import {
  decodeAll,
  failure,
  ffmpeg,
  ffprobe,
  hasShared,
  QUICK,
  shared,
  temporaryFolder,
  testPicture,
  turn,
} from './fixtures.js';

const at = temporaryFolder();
const TONE = ['-f', 'lavfi', '-i', 'sine=d=1'];

beforeAll(() => {
  ffmpeg(
    ...testPicture('64x36', '30000/1001'),
    ...TONE,
    ...QUICK,
    '-c:a',
    'aac',
    '-shortest',
    at('plain.mp4'),
  );
  ffmpeg(...TONE, '-c:a', 'aac', at('sound.m4a'));
});

describe('probe', () => {
  it('counts frames and finds the exact rate', async () => {
    const { video, audio, notes, duration } = await probe(at('plain.mp4'));
    expect(video).toMatchObject({
      width: 64,
      height: 36,
      displayWidth: 64,
      displayHeight: 36,
      frameRate: rational(30000, 1001),
      variableFrameRate: false,
      bitDepth: 8,
      interlaced: false,
    });
    expect(video.frameCount).toBe(Number(ffprobe(at('plain.mp4'), '-show_streams').streams[0].nb_frames));
    expect(duration).toBeCloseTo(1, 1);
    expect(audio).toMatchObject([{ codec: 'aac', channels: 1, sampleRate: 44100 }]);
    expect(notes).toEqual([]);
  });

  it('keeps the rate through Matroska, and counts where no header does', async () => {
    ffmpeg('-i', at('plain.mp4'), '-c', 'copy', at('plain.mkv'));
    const { video } = await probe(at('plain.mkv'));
    expect(video.frameRate).toEqual(rational(30000, 1001));
    expect(video.frameCount).toBe((await probe(at('plain.mp4'))).video.frameCount);
  });

  it('turns the size with the rotation and widens it with the pixel aspect', async () => {
    ffmpeg(...testPicture('64x36'), '-vf', 'setsar=8/9', ...QUICK, at('turned.mp4'));
    expect((await probe(at('turned.mp4'))).video).toMatchObject({
      displayWidth: 57,
      displayHeight: 36,
      rotation: 0,
    });
    turn(at('turned.mp4'), 90);
    expect((await probe(at('turned.mp4'))).video).toMatchObject({
      ...{ width: 64, height: 36, displayWidth: 36, displayHeight: 57, rotation: 90 },
    });
  });

  it('settles what an untagged film leaves open by its height', async () => {
    ffmpeg(...testPicture('64x36'), ...QUICK, at('small.mp4'));
    ffmpeg(...testPicture('16x720', '5'), ...QUICK, at('high.mp4'));
    const untagged = { range: 'limited', primaries: 'unknown', transfer: 'unknown' };
    expect((await probe(at('small.mp4'))).video.colour).toEqual({ matrix: 'smpte170m', ...untagged });
    expect((await probe(at('high.mp4'))).video.colour).toEqual({ matrix: 'bt709', ...untagged });
  });

  it('says when the rate varies, and averages it', async () => {
    const uneven = "setpts='if(lt(N,10),N,N*2)/25/TB'";
    ffmpeg(...testPicture(), '-vf', uneven, '-fps_mode', 'vfr', ...QUICK, at('uneven.mp4'));
    const { video, notes, duration } = await probe(at('uneven.mp4'));
    expect(video.variableFrameRate).toBe(true);
    expect(video.frameCount).toBe(25);
    expect(notes.join()).toContain('frame rate varies');
    const { numerator, denominator } = video.frameRate;
    expect(Math.abs((25 * denominator) / numerator - duration!)).toBeLessThan(0.04);
  });

  it('decodes to count where packets do not tell', async () => {
    ffmpeg(
      ...testPicture('64x64', '25', 2),
      '-c:v',
      'libvpx',
      '-auto-alt-ref',
      '1',
      '-lag-in-frames',
      '16',
      at('vp8.webm'),
    );
    expect((await probe(at('vp8.webm'))).video.frameCount).toBe(50);
    ffmpeg(
      ...testPicture('64x64'),
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ilme+ildct',
      '-vf',
      'setfield=tff',
      at('fields.mpg'),
    );
    const { video, notes } = await probe(at('fields.mpg'));
    expect(video).toMatchObject({ frameCount: 25, frameRate: rational(25), interlaced: true });
    expect(notes.join()).toContain('interlaced');
  });

  it('takes a film of one frame', async () => {
    ffmpeg(...testPicture(), '-frames:v', '1', ...QUICK, at('one.mp4'));
    expect((await probe(at('one.mp4'))).video).toMatchObject({ frameCount: 1, frameRate: rational(25) });
  });

  it('reads names that ffmpeg would take for something else', async () => {
    mkdirSync(at('odd'));
    for (const name of ['concat:a.mp4', '-v.mp4', 'frame%03d.mp4', "it's here.mp4"]) {
      writeFileSync(at(`odd/${name}`), readFileSync(at('plain.mp4')));
      expect((await probe(at(`odd/${name}`))).video.width).toBe(64);
    }
  });
});

describe('probe refuses', () => {
  const refused = async (path: string, code: string, ...said: string[]) => {
    const error = await failure(probe(path));
    expect(error).toMatchObject({ kind: 'input', code });
    for (const words of [path, ...said]) expect(error.message).toContain(words);
  };

  it('what is not there, a folder, an empty file', async () => {
    await refused(at('nowhere.mp4'), 'FILE_MISSING', 'does not exist');
    await refused(at('sound.m4a/x.mp4'), 'FILE_MISSING');
    mkdirSync(at('folder.mp4'));
    await refused(at('folder.mp4'), 'NO_PICTURES', 'folder');
    writeFileSync(at('empty.mp4'), '');
    await refused(at('empty.mp4'), 'NOT_MEDIA', 'empty');
  });

  it('a text file named .mp4', async () => {
    writeFileSync(at('text.mp4'), 'This is no film.\n'.repeat(50));
    await refused(at('text.mp4'), 'NOT_MEDIA', 'no film');
  });

  it('sound without a picture, cover art or not', async () => {
    await refused(at('sound.m4a'), 'NO_PICTURE', 'only sound');
    ffmpeg(...testPicture('64x64'), '-frames:v', '1', at('cover.png'));
    const cover = ['-map', '0', '-map', '1', '-c', 'copy', '-disposition:v', 'attached_pic'];
    ffmpeg('-i', at('sound.m4a'), '-i', at('cover.png'), ...cover, at('album.m4a'));
    await refused(at('album.m4a'), 'NO_PICTURE', 'cover art');
  });

  it('a still picture, naming the command for it', async () => {
    await refused(at('cover.png'), 'INPUT_IS_PICTURE', 'nst-video image');
  });

  it('a film that was cut short, saying how much is there', async () => {
    const whole = readFileSync(at('plain.mp4'));
    ffmpeg('-i', at('plain.mp4'), '-c', 'copy', '-movflags', '+faststart', at('cut.mp4'));
    truncateSync(at('cut.mp4'), Math.round(whole.length * 0.6));
    const count = (await probe(at('plain.mp4'))).video.frameCount;
    const short = await failure(probe(at('cut.mp4'), { strict: true }));
    expect(short).toMatchObject({ code: 'FILE_TRUNCATED' });
    expect(short.message).toMatch(`of ${count} frames`);
    const kept = await probe(at('cut.mp4'));
    expect(kept.notes.join()).toMatch('cut short');
    expect(await decodeAll(kept)).toHaveLength(kept.video.frameCount);
    writeFileSync(at('headless.mp4'), whole.subarray(0, Math.round(whole.length * 0.6)));
    await refused(at('headless.mp4'), 'FILE_TRUNCATED', 'moov');
    const matroska = readFileSync(at('plain.mkv'));
    writeFileSync(at('cut.mkv'), matroska.subarray(0, Math.round(matroska.length * 0.6)));
    expect((await probe(at('cut.mkv'))).notes.join()).toMatch('cut short');
  });

  it('HDR, naming the command that makes it SDR', async () => {
    for (const [curve, name] of [
      ['smpte2084', 'PQ'],
      ['arib-std-b67', 'HLG'],
    ]) {
      const tags = ['-color_trc', curve, '-colorspace', 'bt2020nc', '-color_primaries', 'bt2020'];
      const params = ['-x264-params', `transfer=${curve}:colormatrix=bt2020nc:colorprim=bt2020`];
      ffmpeg(...testPicture(), '-frames:v', '2', ...QUICK, ...tags, ...params, at(`${name}.mp4`));
      await refused(at(`${name}.mp4`), 'HDR_UNSUPPORTED', name, 'ffmpeg -i', 'tonemap');
    }
  });
});

describe.skipIf(!hasShared)('probe on odd films found in the world (needs ../shared/clips/awkward)', () => {
  it.each([
    ['decord_video_90.mov', { rotation: 90, displayWidth: 320, displayHeight: 568, frameCount: 3 }],
    ['imageio_newtonscradle.gif', { frameCount: 36, variableFrameRate: true }],
    ['mediabunny_cursed-vfr.mp4', { frameCount: 63, variableFrameRate: true }],
    ['mediabunny_sar_2x1.mp4', { displayWidth: 1280, displayHeight: 360, frameCount: 150 }],
    ['moviepy_fire2.mp4', { rotation: 180, frameCount: 25, variableFrameRate: true }],
    ['moviepy_no_duration.webm', { frameCount: 74, displayWidth: 1280 }],
    ['moviepy_transparent.webm', { frameCount: 150, frameRate: rational(30) }],
    ['torchcodec_av1_video.mkv', { frameCount: 125, frameRate: rational(25) }],
    ['torchcodec_h264_10bits.mp4', { bitDepth: 10, frameCount: 30 }],
    ['torchcodec_nasa_13013.mp4', { width: 320, height: 180, frameCount: 325, frameRate: rational(25) }],
  ])('%s', async (name, expected) => {
    expect((await probe(join(shared, 'clips/awkward', name))).video).toMatchObject(expected);
  });

  it('refuses the one without a picture', async () => {
    const path = join(shared, 'clips/awkward/mediabunny_multiple-aac-tracks.mp4');
    expect(await failure(probe(path))).toMatchObject({ code: 'NO_PICTURE' });
  });
});
