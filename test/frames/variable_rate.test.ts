import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { settleParts } from '../../dist/frames/stream_trial.js';
import {
  failure,
  ffmpeg,
  ffprobe,
  packetTimes,
  temporaryFolder,
  testPicture,
  throughFilm,
} from './fixtures.js';

const at = temporaryFolder();
const CLOCK = 57600;

/**
 * Times no rate explains, under a sound whose value tells its time: in.mov, in.mp4 and in.mkv with the last frame
 * shown for a quarter of a second, mixed.mp4 with frames stored out of order.
 */
beforeAll(() => {
  const uneven = `settb=1/${CLOCK},setpts='N*2304+mod(N*N*1319,2203)'`;
  const ramp = ['-f', 'lavfi', '-i', 'aevalsrc=0.8*t:d=1.1:s=48000'];
  const timing = ['-vf', uneven, '-fps_mode', 'passthrough', '-enc_time_base:v', `1/${CLOCK}`];
  const source = [...testPicture('64x36', '25', 1), ...ramp, ...timing, '-pix_fmt', 'yuv420p'];
  const long = ['-bsf:v', `setts=pts=PTS:dts=DTS:duration=if(eq(N\\,24)\\,${CLOCK / 4}\\,DURATION)`];
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast'];
  ffmpeg(...source, ...x264, '-bf', '0', ...long, '-c:a', 'pcm_f32le', at('in.mov'));
  ffmpeg(...source, ...x264, '-bf', '2', '-c:a', 'aac', at('mixed.mp4'));
  ffmpeg('-i', at('in.mov'), '-c:v', 'copy', '-c:a', 'aac', at('in.mp4'));
  ffmpeg('-i', at('in.mov'), '-c', 'copy', at('in.mkv'));
});

const sinceFirst = (name: string, stream = 'v:0') => {
  const [first] = packetTimes(at(name), 'v:0');
  return packetTimes(at(name), stream).map((time) => time - first);
};

/** Seconds the last frame is shown, as the packets say. */
const lastDuration = (name: string) => {
  const { packets } = ffprobe(
    at(name),
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,duration_time',
  );
  packets.sort((a: { pts_time: string }, b: { pts_time: string }) => Number(a.pts_time) - Number(b.pts_time));
  return Number(packets.at(-1).duration_time);
};

const expectTimes = (found: number[], expected: number[], within: number) => {
  expect(found.length).toBe(expected.length);
  found.forEach((time, i) => {
    expect(Math.abs(time - expected[i]), `number ${i}: ${time}, not ${expected[i]}`).toBeLessThan(within);
  });
};

describe('a film whose rate varies', () => {
  // ffprobe prints six decimals.
  it.each([
    ['in.mp4', 'out.mp4', 2e-6],
    ['in.mov', 'out.mov', 2e-6],
    ['in.mp4', 'out.mkv', 0.00051],
    ['in.mp4', 'out.webm', 0.00051],
    ['in.mkv', 'back.mp4', 2e-6],
    ['mixed.mp4', 'sorted.mp4', 2e-6],
  ])('%s keeps every time in %s', async (input, output, within) => {
    const { media } = await throughFilm(at(input), at(output));
    expect(media.video.variableFrameRate).toBe(true);
    expectTimes(sinceFirst(output), sinceFirst(input), within);
    const { streams, format } = ffprobe(at(output), '-show_streams', '-show_format');
    if (input === 'in.mp4' || input === 'in.mov') {
      const whole = sinceFirst(input).at(-1)! + 0.25;
      expect(Number(streams[0].duration ?? whole)).toBeCloseTo(whole, 5);
      expect(Math.abs(Number(format.duration) - whole)).toBeLessThan(0.03);
    }
    if (/mp4|mov/.test(output) && input !== 'mixed.mp4') {
      const kept = input === 'in.mkv' ? (await probe(at(input))).video.edges!.ticks.slice(-2) : [0, 250];
      expect(lastDuration(output)).toBeCloseTo((kept[1] - kept[0]) / 1000, 5);
    }
  });

  it('keeps its sound where it was', async () => {
    await throughFilm(at('in.mp4'), at('sound.mp4'));
    expectTimes(sinceFirst('sound.mp4', 'a:0'), sinceFirst('in.mp4', 'a:0'), 1e-4);
    ffmpeg(
      '-i',
      at('in.mp4'),
      '-itsoffset',
      '0.25',
      '-i',
      at('in.mp4'),
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c',
      'copy',
      at('late.mp4'),
    );
    await throughFilm(at('late.mp4'), at('late.mkv'));
    expectTimes(sinceFirst('late.mkv', 'a:0'), sinceFirst('late.mp4', 'a:0'), 0.0016);
  });

  it('shows chosen frames as long as the source does, with the sound of those times', async () => {
    const ranges = [
      { first: 2, last: 4 },
      { first: 10, last: 10 },
      { first: 21, last: 24 },
    ];
    await throughFilm(at('in.mov'), at('some.mkv'), { ranges });
    const times = [...sinceFirst('in.mov'), sinceFirst('in.mov').at(-1)! + lastDuration('in.mov')];
    const expected: number[] = [];
    const begins: number[] = [];
    let place = 0;
    for (const { first, last } of ranges) {
      for (let i = first; i <= last; i++) {
        expected.push(place + times[i] - times[first]);
        begins.push(times[i]);
      }
      place += times[last + 1] - times[first];
    }
    expectTimes(sinceFirst('some.mkv'), expected, 0.00051);
    const bytes = ffmpeg('-i', at('some.mkv'), '-map', '0:a', '-f', 'f32le', '-');
    const sound = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    expect(Math.abs(sound.length - place * 48000)).toBeLessThan(8);
    expected.forEach((time, i) => {
      expect(sound[Math.round((time + 0.001) * 48000)]).toBeCloseTo(0.8 * (begins[i] + 0.001), 3);
    });
  });

  it('is tried out on the encoder with its clock before the work begins', async () => {
    const source = await probe(at('in.mp4'));
    const { displayWidth: width, displayHeight: height, frameRate } = source.video;
    const film = { output: at('x.mp4'), width, height, frameRate, source };
    await settleParts({ ...film, encoder: { codec: 'mpeg4' } });
    const error = await failure(settleParts({ ...film, encoder: { codec: 'mpeg2video' } }));
    expect(error).toMatchObject({ kind: 'usage', code: 'ENCODE_FAILED' });
    expect(error.message).toMatch(/x\.mp4: ffmpeg does not take these encoder settings: /);
  });

  it('is as long as its frames are shown, however long the gaps between them', async () => {
    // A minute after frame 6, five after frame 12: what lies between says nothing of how long the film is.
    const gaps = "settb=1/90000,setpts='(N+if(gt(N,6),1500,0)+if(gt(N,12),7500,0))*3600'";
    const frames = [...testPicture('64x36', '25', 1), '-vf', gaps, '-fps_mode', 'passthrough'];
    const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0'];
    ffmpeg(...frames, ...x264, '-video_track_timescale', '90000', at('gaps.mp4'));
    for (const output of ['gaps_out.mp4', 'gaps_out.mov', 'gaps_out.mkv', 'gaps_out.webm']) {
      await throughFilm(at('gaps.mp4'), at(output));
      const { streams, format } = ffprobe(at(output), '-show_streams', '-show_format');
      expect(Number(format.duration)).toBeCloseTo(361, 2);
      if (streams[0].duration) expect(Number(streams[0].duration)).toBeCloseTo(361, 2);
    }
    // The last frame's duration is as good as any: it is the one that nothing follows.
    await throughFilm(at('gaps.mp4'), at('part.mp4'), { ranges: [{ first: 0, last: 6 }] });
    expect(Number(ffprobe(at('part.mp4'), '-show_format').format.duration)).toBeCloseTo(60 + 7 / 25, 2);
  });
});
