import { writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const at = temporaryFolder();
const NOTE = 'The film has closed captions in its picture (CEA-608 or 708): they are left out.';

/** Two bytes of CEA-608 for each frame, odd parity: a pop-on caption `HI`, shown, and erased. */
const PAIRS = [
  ...[0x9420, 0x9420, 0x9470, 0x9470, 0xc849, 0x942f, 0x942f],
  ...[0x8080, 0x8080, 0x8080, 0x942c, 0x942c],
];

/** Supplemental information of H.264 with such a pair (ATSC A/53 part 4, Rec. ITU-T T.35). */
function caption(pair: number): Buffer {
  const head = [0, 0, 0, 1, 6, 4, 14, 0xb5, 0x00, 0x31, ...Buffer.from('GA94'), 0x03];
  return Buffer.from([...head, 0x41, 0xff, 0xfc, pair >> 8, pair & 255, 0xff, 0x80]);
}

/** One of them before the picture data of every frame. */
function captioned(film: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let begin = 0;
  let frame = 0;
  for (let i = 0; i + 4 < film.length; i++) {
    if (film.readUIntBE(i, 3) !== 1 || ![1, 5].includes(film[i + 3] & 31)) continue;
    const start = film[i - 1] === 0 ? i - 1 : i;
    pieces.push(film.subarray(begin, start), caption(PAIRS[frame++] ?? 0x8080));
    begin = start;
  }
  return Buffer.concat([...pieces, film.subarray(begin)]);
}

beforeAll(() => {
  const one = ['-x264-params', 'slices=1:threads=1'];
  const plain = ffmpeg(...testPicture('64x36', '25', 0.6), ...QUICK, ...one, '-f', 'h264', '-');
  writeFileSync(at('plain.h264'), plain);
  writeFileSync(at('captioned.h264'), captioned(plain));
  ffmpeg('-i', at('captioned.h264'), '-c', 'copy', at('captioned.mp4'));
});

it('captions in the picture are told of, since painting them over loses them', async () => {
  for (const name of ['captioned.h264', 'captioned.mp4'])
    expect((await probe(at(name))).notes).toEqual([NOTE]);
  expect((await probe(at('plain.h264'))).notes).toEqual([]);
});

it('captions in a track of their own are kept as they are in QuickTime, as text elsewhere', async () => {
  const shown = ['-f', 'lavfi', '-i', `movie=${at('captioned.mp4')}[out0+subcc]`];
  ffmpeg('-i', at('captioned.mp4'), ...shown, '-map', '0:v', '-map', '1:s', '-c', 'copy', at('track.mov'));
  const kept = await throughFilm(at('track.mov'), at('kept.mov'));
  expect(ffprobe(at('kept.mov'), '-show_streams').streams[1]).toMatchObject({ codec_name: 'eia_608' });
  expect(kept.notes).toEqual([]);
  const text = await throughFilm(at('track.mov'), at('text.mkv'));
  expect(text.notes).toEqual(['Subtitle stream 1 is converted from eia_608 to srt.']);
  expect(ffmpeg('-i', at('text.mkv'), '-map', '0:s', '-f', 'srt', '-').toString()).toContain('HI');
});
