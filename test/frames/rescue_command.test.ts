import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { failure, ffmpeg, follow, QUICK, temporaryFolder, testPicture } from './fixtures.js';

const at = temporaryFolder();
const tone = ['-f', 'lavfi', '-i', 'sine=r=48000:d=2'];
const picture = testPicture('64x48', '25', 2);

it.each([
  ["programme's stream.mpg", ['-c:v', 'mpeg2video', '-bf', '2', '-c:a', 'mp2'], [...tone]],
  ['disc.m2ts', [...QUICK, '-c:a', 'pcm_bluray'], [...tone]],
  ['silent.ts', [...QUICK], []],
])('gives recordings joined byte by byte one clock: %s', async (name, codecs, sound) => {
  ffmpeg(...picture, ...sound, ...codecs, at(name));
  const part = readFileSync(at(name));
  writeFileSync(at(name), Buffer.concat([part, part]));
  const error = await failure(probe(at(name)));
  expect(error).toMatchObject({ kind: 'input', code: 'CLOCK_RESTARTS' });
  follow(error.message, 'joined.mkv', at('joined.mkv'));
  const { video, audio } = await probe(at('joined.mkv'));
  expect(video.frameCount).toBe(100);
  expect(audio).toHaveLength(sound.length > 0 ? 1 : 0);
});

it('makes an SDR film of an HDR one whose sound MP4 cannot hold, with all of it', async () => {
  const hlg = ['-color_trc', 'arib-std-b67', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'];
  const two = ['-map', '0', '-map', '1', '-map', '1', '-c:a', 'pcm_s24le'];
  ffmpeg(...testPicture('64x48', '25', 0.2), ...tone, '-t', '0.2', ...two, ...QUICK, ...hlg, at('hlg.mov'));
  const error = await failure(probe(at('hlg.mov')));
  expect(error.code).toBe('HDR_UNSUPPORTED');
  follow(error.message, 'sdr.mkv', at('sdr.mkv'));
  expect((await probe(at('sdr.mkv'))).audio).toHaveLength(2);
});

it('makes a film that can be read of one with another kind of colour matrix', async () => {
  ffmpeg(...testPicture('64x48', '25', 0.2), ...QUICK, '-colorspace', 'ycgco', at('ycgco.mp4'));
  const error = await failure(probe(at('ycgco.mp4')));
  expect(error).toMatchObject({ kind: 'input', code: 'COLOUR_UNSUPPORTED' });
  expect(error.message).toMatch(/ycgco\.mp4 has the colour matrix ycgco/);
  follow(error.message, 'plain.mkv', at('plain.mkv'));
  expect((await probe(at('plain.mkv'))).video.colour.matrix).toBe('bt709');
});

it('shows constant luminance as players do, with a note', async () => {
  ffmpeg(...testPicture('64x48', '25', 0.2), ...QUICK, '-colorspace', 'bt2020c', at('constant.mp4'));
  const { video, notes } = await probe(at('constant.mp4'));
  expect(video.colour.matrix).toBe('bt2020nc');
  expect(notes).toContainEqual(expect.stringMatching(/bt2020c: it is shown as bt2020nc/));
});
