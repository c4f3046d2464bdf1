import { describe, expect, it } from 'vitest';
import { ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const at = temporaryFolder();

/** Seconds from the first picture to the first sound. */
const distance = (name: string) => {
  const { packets } = ffprobe(at(name), '-show_entries', 'packet=codec_type,pts_time');
  const first = (kind: string) =>
    Math.min(
      ...packets
        .filter((p: { codec_type: string }) => p.codec_type === kind)
        .map((p: { pts_time?: string }) => Number(p.pts_time ?? Number.POSITIVE_INFINITY)),
    );
  return first('audio') - first('video');
};

describe('sound beside a picture that comes first, or last', () => {
  // Offsets at which the difference of two equal moments is not 0 in floating point, and others.
  it.each([
    ['mpegts', 'ts', 0.05, 'mp4'],
    ['mpegts', 'ts', 0.017, 'mkv'],
    ['mpegts', 'ts', -0.12, 'mp4'],
    ['mpeg', 'mpg', 0.06, 'mp4'],
    ['flv', 'flv', 0.1, 'mkv'],
  ])('keeps its distance from .%s (%s), %d s apart, in .%s', async (format, extension, offset, container) => {
    const sound = ['-itsoffset', String(Math.max(0, offset)), '-f', 'lavfi', '-i', 'sine=d=0.5:r=44100'];
    const picture = offset < 0 ? ['-itsoffset', String(-offset)] : [];
    const codec =
      format === 'mpeg' ? ['-c:a', 'mp2'] : format === 'mpegts' ? ['-c:a', 'ac3'] : ['-c:a', 'libmp3lame'];
    const name = `in${offset}.${extension}`;
    ffmpeg(
      ...picture,
      ...testPicture('64x36', '25', 0.4),
      ...sound,
      ...QUICK,
      ...codec,
      '-f',
      format,
      at(name),
    );
    const apart = distance(name);
    expect(Math.abs(apart - offset)).toBeLessThan(0.11);
    await throughFilm(at(name), at(`out.${container}`));
    expect(Math.abs(distance(`out.${container}`) - apart)).toBeLessThan(0.0021);
  });
});
