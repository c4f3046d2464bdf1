import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { rational } from '../../dist/frames/rational.js';
import {
  failure,
  ffmpeg,
  ffprobe,
  follow,
  packetTimes,
  temporaryFolder,
  testPicture,
  throughFilm,
} from './fixtures.js';

const at = temporaryFolder();
const ENCODER = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '12', '-bf', '2', '-pix_fmt', 'yuv420p'];

beforeAll(() => {
  const tone = ['-f', 'lavfi', '-i', 'sine=d=2:r=48000'];
  ffmpeg(...testPicture('64x36', '25', 2), ...tone, ...ENCODER, '-c:a', 'aac', at('base.mp4'));
});

/** What decoding shows: the hash of each frame by ffmpeg itself, shrunk so that encoding does not matter. */
const shown = (path: string) => {
  const tiny = [
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-vf',
    'scale=8:4,format=gray',
    '-f',
    'rawvideo',
    '-',
  ];
  return ffmpeg('-i', path, ...tiny);
};
/** Seconds from the first picture shown to the first sound heard. */
const soundAfterPicture = (path: string) => {
  const first = (stream: string) => {
    const { packets } = ffprobe(path, '-select_streams', stream, '-show_entries', 'packet=pts_time,flags');
    const kept = packets.filter(({ flags }: { flags: string }) => !flags.includes('D'));
    return Math.min(...kept.map(({ pts_time }: { pts_time: string }) => Number(pts_time)));
  };
  return first('a') - first('v');
};
const sameFrames = (a: string, b: string) => {
  const [one, two] = [shown(at(a)), shown(at(b))];
  expect(two.length).toBe(one.length);
  const worst = one.reduce((most, value, i) => Math.max(most, Math.abs(value - two[i])), 0);
  expect(worst).toBeLessThan(6);
};

describe('edit lists', () => {
  it('that trim the start: only what they show is painted', async () => {
    ffmpeg('-ss', '0.73', '-i', at('base.mp4'), '-c', 'copy', at('trimmed.mp4'));
    const stored = Number(ffprobe(at('trimmed.mp4'), '-show_streams').streams[0].nb_frames);
    const { media } = await throughFilm(at('trimmed.mp4'), at('trimmed_out.mp4'));
    expect(media.video).toMatchObject({ frameCount: 31, frameRate: rational(25) });
    // There are more frames in the file, back to a key frame.
    expect(stored).toBeGreaterThan(31);
    sameFrames('trimmed.mp4', 'trimmed_out.mp4');
    expect(soundAfterPicture(at('trimmed_out.mp4'))).toBeCloseTo(soundAfterPicture(at('trimmed.mp4')), 3);
  });

  it.each([
    ['sound', ['-i', 'base.mp4', '-itsoffset', '0.5', '-i', 'base.mp4'], 0.478],
    ['picture', ['-itsoffset', '0.5', '-i', 'base.mp4', '-i', 'base.mp4'], -0.5],
  ])('that delay the %s: the distance stays', async (kind, inputs, distance) => {
    const paths = inputs.map((word) => (word === 'base.mp4' ? at(word) : word));
    ffmpeg(...paths, '-map', '0:v', '-map', '1:a', '-c', 'copy', at(`${kind}.mp4`));
    expect(soundAfterPicture(at(`${kind}.mp4`))).toBeCloseTo(distance, 2);
    await throughFilm(at(`${kind}.mp4`), at(`${kind}_out.mp4`));
    expect(soundAfterPicture(at(`${kind}_out.mp4`))).toBeCloseTo(soundAfterPicture(at(`${kind}.mp4`)), 3);
    expect(packetTimes(at(`${kind}_out.mp4`), 'v')).toHaveLength(50);
  });
});

describe('films whose header states no duration', () => {
  const copy = ['-i', 'base.mp4', '-c', 'copy'];
  const raw = (rate: string, ...encoder: string[]) => [...testPicture('64x36', rate, 2), ...encoder];
  const quiet = ['-x265-params', 'log-level=error'];
  it.each([
    [
      'fragmented.mp4',
      [...copy, '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4', '-'],
      50,
      rational(25),
    ],
    ['streamed.mkv', [...copy, '-f', 'matroska', '-'], 50, rational(25)],
    [
      'live.webm',
      [
        '-i',
        'base.mp4',
        '-c:v',
        'libvpx-vp9',
        '-cpu-used',
        '8',
        '-c:a',
        'libopus',
        '-live',
        '1',
        '-f',
        'webm',
        '-',
      ],
      50,
      rational(25),
    ],
    ['plain.h264', [...raw('30000/1001', ...ENCODER), '-f', 'h264', '-'], 60, rational(30000, 1001)],
    [
      'plain.hevc',
      [...raw('24', '-c:v', 'libx265', '-preset', 'ultrafast', ...quiet), '-f', 'hevc', '-'],
      48,
      rational(24),
    ],
    ['transport.ts', [...copy, '-f', 'mpegts', '-'], 50, rational(25)],
  ])('%s is rendered whole', async (name, args, frameCount, frameRate) => {
    // Through a pipe: ffmpeg cannot go back and fill in what it knows at the end.
    writeFileSync(at(name), ffmpeg(...args.map((word) => (word === 'base.mp4' ? at(word) : word))));
    const { media } = await throughFilm(at(name), at(`${name}.mp4`));
    expect(media.video).toMatchObject({ frameCount, frameRate, variableFrameRate: false });
    const [picture] = ffprobe(at(`${name}.mp4`), '-show_streams').streams;
    expect(picture.nb_frames).toBe(String(frameCount));
    expect(picture.avg_frame_rate).toBe(`${frameRate.numerator}/${frameRate.denominator}`);
    sameFrames(name, `${name}.mp4`);
    if (media.audio.length > 0) {
      expect(Math.abs(soundAfterPicture(at(`${name}.mp4`)) - soundAfterPicture(at(name)))).toBeLessThan(
        0.0021,
      );
    }
    expect(readFileSync(at(`${name}.mp4`)).length).toBeGreaterThan(1000);
  });
});

it('refuses recordings joined byte by byte, naming the command that gives them one clock', async () => {
  ffmpeg('-i', at('base.mp4'), '-c', 'copy', at('part.ts'));
  const part = readFileSync(at('part.ts'));
  writeFileSync(at('joined.ts'), Buffer.concat([part, part]));
  const error = await failure(probe(at('joined.ts')));
  expect(error).toMatchObject({ kind: 'input', code: 'CLOCK_RESTARTS' });
  follow(error.message, 'joined.mkv', at('joined.mkv'));
  expect((await probe(at('joined.mkv'))).video).toMatchObject({ frameCount: 100, frameRate: rational(25) });
});
