import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../dist/frames/child.js';
import { findFfmpeg } from '../../dist/frames/ffmpeg.js';
import { mediaInput, playlistKind } from '../../dist/frames/media_input.js';
import { probe } from '../../dist/frames/probe.js';
import { clip, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};
copyFileSync(clip, at('other.mp4'));

const HLS = '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2.4,\nother.mp4\n#EXT-X-ENDLIST\n';

describe('a film', () => {
  it.each([
    ['an HLS playlist', HLS],
    ['a concat list', 'ffconcat version 1.0\nfile other.mp4\n'],
    ['a concat list', "file 'other.mp4'\n"],
    ['a DASH manifest', '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'],
    ['an SDP description', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'],
    ['an AviSynth program', 'clip = FFmpegSource2("other.mp4")\n'],
    ['a playlist', '[playlist]\nFile1=other.mp4\n'],
  ])('is no text that names others, whatever it is called: %s', async (kind, text) => {
    await expect(probe(write('named.mp4', text))).rejects.toMatchObject({
      kind: 'input',
      code: 'NOT_MEDIA',
      message: expect.stringMatching(new RegExp(`named\\.mp4: expected a film, found ${kind}`)),
    });
  });

  it('is known from texts by its first bytes', () => {
    expect(playlistKind(Buffer.from('\x00\x00\x00\x20ftypisom'))).toBeUndefined();
    expect(playlistKind(Buffer.from('YUV4MPEG2 W64 H48'))).toBeUndefined();
  });
});

describe('mediaInput', () => {
  it('lets ffmpeg open no playlist, also one that is not known by its beginning', async () => {
    const { ffprobe } = await findFfmpeg();
    const show = ['-v', 'error', '-show_entries', 'format=format_name', '-of', 'csv=p=0'];
    await expect(
      runChild(ffprobe, [...show, '-f', 'hls', ...mediaInput(write('h.mp4', HLS))]),
    ).rejects.toThrow(/not on whitelist|Invalid/);
    expect(await runChild(ffprobe, [...show, ...mediaInput(clip)])).toMatch(/mov,mp4/);
  });
});
