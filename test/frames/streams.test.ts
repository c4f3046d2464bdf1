import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { encodeFilm } from '../../dist/frames/encode.js';
import { probe } from '../../dist/frames/probe.js';
import type { FrameRange } from '../../dist/frames/ranges.js';
import { ffmpeg, ffprobe, packetTimes, picturesOf, QUICK, temporaryFolder, testPicture } from './fixtures.js';

const at = temporaryFolder();
const own = { width: 64, height: 36 };

beforeAll(() => {
  writeFileSync(at('words.srt'), '1\n00:00:00,200 --> 00:00:00,900\nGood day\n');
  const tone = ['-f', 'lavfi', '-i', 'sine=d=1:r=48000'];
  ffmpeg(...testPicture(), ...tone, ...QUICK, '-c:a', 'pcm_s16le', at('base.mkv'));
});

/** Repaints nothing: decodes and encodes with the source's sound. */
async function through(input: string, output: string, ranges?: FrameRange[]) {
  const source = await probe(at(input));
  const frames = picturesOf(decodeFrames(source, { ...own, ranges }));
  const encoder = { extra: ['-preset', 'ultrafast'] };
  const options = { output: at(output), ...own, frameRate: source.video.frameRate, frames, source, ranges };
  const { notes } = await encodeFilm({ ...options, encoder: output.endsWith('.webm') ? {} : encoder });
  const { streams } = ffprobe(at(output), '-show_streams');
  const codecs = streams.map((s: { codec_name: string }) => s.codec_name).join(' ');
  return { notes: notes.join(' '), codecs };
}

/** A subtitle stream as on Blu-ray (PGS): one white dot, shown from 0.2 to 0.8 s. */
function blurayDot(): Buffer {
  const segment = (seconds: number, type: number, body: number[]) => {
    const head = Buffer.alloc(13);
    head.write('PG', 'latin1');
    head.writeUInt32BE(seconds * 90000, 2);
    head.writeUInt8(type, 10);
    head.writeUInt16BE(body.length, 11);
    return Buffer.concat([head, Buffer.from(body)]);
  };
  const screen = [0, 64, 0, 36, 0x10];
  const window = [1, 0, 0, 8, 0, 8, 0, 1, 0, 1];
  const dot = [1, 0, 0];
  return Buffer.concat([
    segment(0.2, 0x16, [...screen, 0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0, 8]),
    segment(0.2, 0x17, window),
    segment(0.2, 0x14, [0, 0, 1, 235, 128, 128, 255]),
    segment(0.2, 0x15, [0, 0, 0, 0xc0, 0, 0, 4 + dot.length, 0, 1, 0, 1, ...dot]),
    segment(0.2, 0x80, []),
    segment(0.8, 0x16, [...screen, 0, 1, 0, 0, 0, 0]),
    segment(0.8, 0x17, window),
    segment(0.8, 0x80, []),
  ]);
}

describe('sound and subtitles', () => {
  it.each([
    ['aac', 'mp4', 'copy'],
    ['libopus', 'mp4', 'copy'],
    ['pcm_s16le', 'mp4', 'aac'],
    ['libvorbis', 'mp4', 'aac'],
    ['pcm_s16le', 'mov', 'copy'],
    ['flac', 'mkv', 'copy'],
    ['libopus', 'webm', 'copy'],
    ['aac', 'webm', 'opus'],
  ])('%s in .%s: %s', async (codec, container, becomes) => {
    ffmpeg('-i', at('base.mkv'), '-c:v', 'copy', '-c:a', codec, at('source.mkv'));
    const was = (await probe(at('source.mkv'))).audio[0].codec;
    const { notes, codecs } = await through('source.mkv', `out.${container}`);
    expect(codecs.split(' ')[1]).toBe(becomes === 'copy' ? was : becomes);
    if (becomes === 'copy') expect(notes).toBe('');
    else expect(notes).toContain(`converted from ${was} to ${becomes}`);
  });

  it('copies packets, not only the codec', async () => {
    await through('base.mkv', 'same.mkv');
    const hash = (name: string) =>
      ffmpeg('-i', at(name), '-map', '0:a', '-c', 'copy', '-f', 'md5', '-').toString();
    expect(hash('same.mkv')).toBe(hash('base.mkv'));
  });

  it('keeps every sound stream with its language', async () => {
    const two = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-c:v', 'copy', '-c:a', 'aac'];
    const languages = ['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=fra'];
    ffmpeg('-i', at('base.mkv'), ...two, ...languages, at('two.mp4'));
    await through('two.mp4', 'two_out.mkv');
    const { audio } = await probe(at('two_out.mkv'));
    expect(audio.map(({ language }) => language)).toEqual(['eng', 'fra']);
  });

  it('carries text subtitles into each container', async () => {
    ffmpeg(
      '-i',
      at('base.mkv'),
      '-i',
      at('words.srt'),
      '-c',
      'copy',
      '-metadata:s:s',
      'language=eng',
      at('text.mkv'),
    );
    expect(await through('text.mkv', 'text_out.mkv')).toMatchObject({
      codecs: 'h264 pcm_s16le subrip',
      notes: '',
    });
    const mp4 = await through('text.mkv', 'text_out.mp4');
    expect(mp4.codecs).toBe('h264 aac mov_text');
    expect(mp4.notes).toContain('Subtitle stream 2 (eng) is converted from subrip to mov_text');
    expect((await through('text_out.mp4', 'back.mkv')).codecs).toBe('h264 aac subrip');
    const shown = ffmpeg('-i', at('back.mkv'), '-map', '0:s', '-f', 'srt', '-').toString();
    expect(shown).toContain('Good day');
    expect(shown).toMatch(/00:00:00,2\d\d --> 00:00:00,9\d\d/);
  });

  it('leaves out subtitles made of pictures where they cannot go, and says so', async () => {
    writeFileSync(at('dots.sup'), blurayDot());
    ffmpeg(
      '-i',
      at('base.mkv'),
      '-i',
      at('dots.sup'),
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      at('dots.mkv'),
    );
    const mkv = await through('dots.mkv', 'dots_out.mkv');
    expect(mkv).toMatchObject({ codecs: 'h264 pcm_s16le hdmv_pgs_subtitle', notes: '' });
    const mp4 = await through('dots.mkv', 'dots_out.mp4');
    expect(mp4.codecs).toBe('h264 aac');
    expect(mp4.notes).toContain('Subtitle stream 2 (hdmv_pgs_subtitle) is left out: mp4 cannot hold it.');
  });
});

describe('sync', () => {
  /** Seconds from the first picture to each packet of sound. */
  const distances = (name: string) => {
    const [first] = packetTimes(at(name), 'v:0');
    return packetTimes(at(name), 'a:0').map((time) => time - first);
  };
  const same = (a: string, b: string, within: number) => {
    const [one, two] = [distances(a), distances(b)];
    expect(two.length).toBe(one.length);
    one.forEach((time, i) => {
      expect(Math.abs(time - two[i])).toBeLessThan(within);
    });
  };
  const AAC = [...QUICK, '-c:a', 'aac'];
  const tone = ['-f', 'lavfi', '-i', 'sine=d=1:r=48000'];

  it('holds with the priming of AAC in MP4', async () => {
    ffmpeg(...testPicture(), ...tone, ...AAC, at('primed.mp4'));
    await through('primed.mp4', 'primed_out.mp4');
    same('primed.mp4', 'primed_out.mp4', 1e-4);
  });

  it('holds from MP4 into Matroska and back', async () => {
    ffmpeg(...testPicture(), ...tone, ...AAC, at('primed.mp4'));
    await through('primed.mp4', 'primed.mkv');
    same('primed.mp4', 'primed.mkv', 0.0016);
    await through('primed.mkv', 'back.mp4');
    same('primed.mkv', 'back.mp4', 0.0016);
  });

  it('holds where sound or picture begins late', async () => {
    ffmpeg(...testPicture(), '-itsoffset', '0.3', ...tone, ...AAC, at('late_sound.mp4'));
    await through('late_sound.mp4', 'late_sound_out.mp4');
    same('late_sound.mp4', 'late_sound_out.mp4', 1e-4);
    ffmpeg('-itsoffset', '0.3', ...testPicture(), ...tone, ...AAC, at('late_picture.mkv'));
    await through('late_picture.mkv', 'late_picture_out.mkv');
    same('late_picture.mkv', 'late_picture_out.mkv', 0.0016);
    await through('late_picture.mkv', 'late_picture_out.mp4');
    same('late_picture.mkv', 'late_picture_out.mp4', 0.0016);
  });

  it('holds from a stream whose clock does not begin at 0', async () => {
    ffmpeg(...testPicture(), ...tone, ...AAC, '-muxdelay', '5', at('clock.ts'));
    expect((await probe(at('clock.ts'))).startTime).toBeGreaterThan(1);
    await through('clock.ts', 'clock.mp4');
    same('clock.ts', 'clock.mp4', 1e-3);
    expect(packetTimes(at('clock.mp4'), 'v:0')[0]).toBeLessThan(0.2);
  });
});

describe('the sound of chosen frames', () => {
  /** Sound whose value tells its time: a ramp from 0 to 0.8 in one second. */
  const ramp = (start: number) => {
    const sound = ['-f', 'lavfi', '-i', 'aevalsrc=0.8*t:d=1:s=48000'];
    const offset = ['-itsoffset', String(start), ...sound];
    ffmpeg(...testPicture(), ...offset, ...QUICK, '-c:a', 'pcm_f32le', at('ramp.mkv'));
  };
  const samples = (name: string) => {
    const bytes = ffmpeg('-i', at(name), '-map', '0:a', '-f', 'f32le', '-');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const frameSamples = 48000 / 25;

  it('is cut at the edges of the frames and joined', async () => {
    ramp(0);
    const ranges = [
      { first: 2, last: 4 },
      { first: 10, last: 10 },
      { first: 20, last: 24 },
    ];
    const { notes, codecs } = await through('ramp.mkv', 'ramp_out.mkv', ranges);
    expect(codecs).toBe('h264 flac');
    expect(notes).toContain('encoded again as flac');
    const sound = samples('ramp_out.mkv');
    expect(sound.length).toBe(9 * frameSamples);
    const frames = [2, 3, 4, 10, 20, 21, 22, 23, 24];
    frames.forEach((frame, i) => {
      for (const inside of [0, 1000, frameSamples - 1]) {
        const time = (frame * frameSamples + inside) / 48000;
        expect(sound[i * frameSamples + inside]).toBeCloseTo(0.8 * time, 3);
      }
    });
  });

  it('is silence where the source has none yet or no more', async () => {
    ramp(0.2);
    await through('ramp.mkv', 'late_out.mkv', [{ first: 0, last: 9 }]);
    const sound = samples('late_out.mkv');
    expect(sound.length).toBe(10 * frameSamples);
    expect(Math.max(...sound.subarray(0, 5 * frameSamples - 1))).toBeLessThan(1e-4);
    expect(sound[8 * frameSamples]).toBeCloseTo(0.8 * (0.32 - 0.2), 3);
    ffmpeg(
      '-i',
      at('ramp.mkv'),
      '-c:v',
      'copy',
      '-af',
      'atrim=end=0.5',
      '-c:a',
      'pcm_f32le',
      at('short.mkv'),
    );
    await through('short.mkv', 'short_out.mkv', [{ first: 20, last: 24 }]);
    expect(samples('short_out.mkv').length).toBe(5 * frameSamples);
  });

  it('leaves subtitles out, and says so', async () => {
    ffmpeg('-i', at('base.mkv'), '-i', at('words.srt'), '-c', 'copy', at('text.mkv'));
    const { notes, codecs } = await through('text.mkv', 'text_cut.mp4', [{ first: 0, last: 4 }]);
    expect(codecs).toBe('h264 aac');
    expect(notes).toContain('Subtitles are left out');
  });
});
