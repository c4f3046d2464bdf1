import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { ffmpeg, QUICK, temporaryFolder, testPicture } from './fixtures.js';

const at = temporaryFolder();

/** Supplemental information of H.264 with two bytes of CEA-608 (ATSC A/53 part 4, Rec. ITU-T T.35). */
const CAPTION = Buffer.from([
  ...[0, 0, 0, 1, 6, 4, 14],
  ...[0xb5, 0x00, 0x31, ...Buffer.from('GA94'), 0x03],
  ...[0x41, 0xff, 0xfc, 0x94, 0x20, 0xff, 0x80],
]);

/** Before the picture data of every frame. */
function captioned(film: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let begin = 0;
  for (let i = 0; i + 4 < film.length; i++) {
    const slice = film.readUIntBE(i, 3) === 1 && [1, 5].includes(film[i + 3] & 31);
    if (!slice) continue;
    const start = film[i - 1] === 0 ? i - 1 : i;
    pieces.push(film.subarray(begin, start), CAPTION);
    begin = start;
  }
  return Buffer.concat([...pieces, film.subarray(begin)]);
}

it('captions in the picture are told of, since painting them over loses them', async () => {
  const one = ['-x264-params', 'slices=1:threads=1'];
  const plain = ffmpeg(...testPicture('64x36', '25', 0.2), ...QUICK, ...one, '-f', 'h264', '-');
  writeFileSync(at('plain.h264'), plain);
  writeFileSync(at('captioned.h264'), captioned(plain));
  ffmpeg('-i', at('captioned.h264'), '-c', 'copy', at('captioned.mp4'));
  const note = 'The film has closed captions in its picture (CEA-608 or 708): they are left out.';
  for (const name of ['captioned.h264', 'captioned.mp4'])
    expect((await probe(at(name))).notes).toEqual([note]);
  expect((await probe(at('plain.h264'))).notes).toEqual([]);
});
