import { beforeAll, describe, expect, it } from 'vitest';
import { rational } from '../../dist/frames/rational.js';
import { movedTimecode } from '../../dist/frames/timecode.js';
import { ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const PAL = rational(25);
const NTSC = rational(30000, 1001);
const DOUBLE = rational(60000, 1001);

describe('a time code moved on', () => {
  it.each([
    ['01:02:03:04', PAL, PAL, 0, '01:02:03:04'],
    ['01:02:03:04', PAL, PAL, 21, '01:02:04:00'],
    ['23:59:59:24', PAL, PAL, 1, '00:00:00:00'],
    // SMPTE ST 12-1: of each minute but every tenth the numbers 0 and 1 are left out.
    ['00:00:59;29', NTSC, NTSC, 1, '00:01:00;02'],
    ['00:09:59;29', NTSC, NTSC, 1, '00:10:00;00'],
    ['00:00:00;00', NTSC, NTSC, 17982, '00:10:00;00'],
    ['23:59:59;29', NTSC, NTSC, 1, '00:00:00;00'],
    ['00:00:59:29', NTSC, NTSC, 1, '00:01:00:00'],
    ['00:00:59;59', DOUBLE, DOUBLE, 1, '00:01:00;04'],
    // Cameras of 59.94 frames a second count every second one.
    ['00:00:59;29', NTSC, DOUBLE, 0, '00:00:59;58'],
    ['00:00:59;29', NTSC, DOUBLE, 2, '00:01:00;04'],
    // No numbers are dropped at 30, nor where the rate varies.
    ['00:01:00;02', NTSC, rational(30), 1, '00:01:00:03'],
    ['01:02:03;15', NTSC, rational(30000, 1235), 0, '01:02:03:12'],
    ['01:00:00:00', rational(24), rational(120), 119, '01:00:00:119'],
  ])('%s of %o at %o by %d: %s', (text, rate, film, frames, moved) => {
    expect(movedTimecode({ text, rate }, film, frames)).toBe(moved);
  });

  it('goes the same way in one step or in two, and round the clock', () => {
    const all = { text: '00:50:00;00', rate: NTSC };
    for (let frames = 0; frames < 2_589_408; frames += 9973) {
      const half = movedTimecode(all, NTSC, frames)!;
      expect(movedTimecode({ text: half, rate: NTSC }, NTSC, 1801)).toBe(
        movedTimecode(all, NTSC, frames + 1801),
      );
    }
    expect(movedTimecode(all, NTSC, 2_589_408)).toBe('00:50:00;00');
  });

  it('is none where the text is none', () => {
    expect(movedTimecode({ text: 'reel 7', rate: PAL }, PAL, 3)).toBeUndefined();
  });
});

describe('the time code of a film', () => {
  const at = temporaryFolder();
  const film = (name: string, rate: string, ...more: string[]) =>
    ffmpeg(
      ...testPicture('64x36', rate, 0.4),
      '-f',
      'lavfi',
      '-i',
      'sine=d=0.4',
      ...QUICK,
      ...more,
      at(name),
    );
  beforeAll(() => {
    film('in.mov', '25', '-c:a', 'aac', '-timecode', '01:02:03:04');
    film('drop.mov', '30000/1001', '-c:a', 'aac', '-timecode', '00:00:59;25');
    film('in.mkv', '25', '-c:a', 'aac', '-timecode', '10:00:00:00');
    film('in.mxf', '25', '-c:v', 'mpeg2video', '-ar', '48000', '-timecode', '20:00:00:00');
    film('bad.mkv', '25', '-c:a', 'aac', '-metadata', 'timecode=reel 7');
  });
  const codes = (name: string) => {
    const { streams, format } = ffprobe(at(name), '-show_streams', '-show_format');
    const track = streams.find((s: { codec_tag_string: string }) => s.codec_tag_string === 'tmcd');
    return [streams[0].tags?.timecode ?? format.tags?.TIMECODE, track?.tags.timecode];
  };
  const from4 = [{ first: 4, last: 9 }];

  it.each([
    ['in.mov', 'out.mov', undefined, ['01:02:03:04', '01:02:03:04']],
    ['in.mov', 'out.mp4', from4, ['01:02:03:08', '01:02:03:08']],
    ['in.mov', 'out.mkv', undefined, ['01:02:03:04', undefined]],
    ['drop.mov', 'drop_out.mov', [{ first: 5, last: 9 }], ['00:01:00;02', '00:01:00;02']],
    ['in.mxf', 'mxf.mov', from4, ['20:00:00:04', '20:00:00:04']],
    ['in.mkv', 'back.mov', from4, ['10:00:00:04', '10:00:00:04']],
    ['in.mkv', 'out.webm', from4, ['10:00:00:04', undefined]],
  ])('%s in %s, frames %o', async (input, output, ranges, expected) => {
    const { media, notes } = await throughFilm(at(input), at(output), { ranges });
    expect(codes(output)).toEqual(expected);
    expect([...media.notes, ...notes].join()).not.toMatch(/time code|tmcd/);
  });

  it('is left out where it is none, with a note', async () => {
    const { notes } = await throughFilm(at('bad.mkv'), at('bad.mov'));
    expect(codes('bad.mov')).toEqual([undefined, undefined]);
    expect(notes).toEqual(['The time code reel 7 is left out: expected hours, minutes, seconds and frames.']);
  });

  it('is left out where QuickTime cannot count it, found before the film is made', async () => {
    film('fast.mkv', '1000', '-c:a', 'aac', '-timecode', '01:00:00:00');
    const { notes } = await throughFilm(at('fast.mkv'), at('fast.mov'), { ranges: [{ first: 0, last: 3 }] });
    expect(codes('fast.mov')).toEqual([undefined, undefined]);
    expect(notes.join()).toMatch(/The time code 01:00:00:00 is left out: /);
  });
});
