import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../nst/shared_data.js';
import { painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const clips = sharedFile('clips/awkward');
const names = existsSync(clips) ? readdirSync(clips) : [];
const unpainted = ['--style', painting, '--size', '96', '--iterations', '0'];

/** What is in the folder but no film, and what the program has to say of it. */
const NO_FILM: Readonly<Record<string, RegExp>> = {
  'mediabunny_multiple-aac-tracks.mp4': /multiple-aac-tracks\.mp4 has only sound, no moving picture\.\n$/,
};
const VARYING = new Set([
  'imageio_newtonscradle.gif',
  'mediabunny_cursed-vfr.mp4',
  'moviepy_fire2.mp4',
  'moviepy_no_duration.webm',
]);

/** Frames with alpha are resized in their own size: a part of them tells as much as all. */
const IN_PART = new Set(['moviepy_no_duration.webm']);

interface Stream {
  readonly index: number;
  readonly codec_type: string;
  readonly width: number;
  readonly height: number;
  readonly duration?: string;
  readonly sample_aspect_ratio?: string;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
  readonly tags?: Readonly<Record<string, string>>;
}

function ffprobe(path: string, ...args: string[]) {
  const answer = execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args, path], { encoding: 'utf8' });
  return JSON.parse(answer);
}

/** Streams, and seconds of pictures after the first as decoding gives them: of all, or of the first few. */
function look(path: string, whole: boolean) {
  const streams: Stream[] = ffprobe(path, '-show_streams').streams;
  const picture = streams.find((s) => s.codec_type === 'video')!;
  const select = [
    '-select_streams',
    String(picture.index),
    '-show_entries',
    'frame=best_effort_timestamp_time',
  ];
  const first = whole ? [] : ['-read_intervals', '%+#8'];
  const { frames } = ffprobe(path, ...select, ...first);
  const times: number[] = frames.map((f: Record<string, string>) => Number(f.best_effort_timestamp_time));
  const sounds = streams.filter((s) => s.codec_type === 'audio');
  return {
    picture,
    times: times.map((t) => t - times[0]),
    seconds: Number(picture.duration),
    languages: sounds.map((s) => s.tags?.language),
  };
}

/** The shape of the picture as shown: width over height. */
function shape({ width, height, sample_aspect_ratio, side_data_list }: Stream): number {
  const [across, up] = (sample_aspect_ratio ?? '1:1').split(':').map(Number);
  const wide = (width * across) / up / height;
  const rotation = side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  return rotation % 180 === 0 ? wide : 1 / wide;
}

function expectTimes(found: number[], expected: number[], within: number) {
  expect(found).toHaveLength(expected.length);
  found.forEach((time, i) => {
    expect(Math.abs(time - expected[i]), `frame ${i} at ${time}, not ${expected[i]}`).toBeLessThan(within);
  });
}

describe.skipIf(names.length === 0)('films found in the world (needs ../shared/clips/awkward)', () => {
  // Films of varying rate are rendered whole: what counts in them is each time and the end.
  it.each(names)('%s: its frames at their times and in their shape, or a plain word', async (name) => {
    const [input, output] = [join(clips, name), at(`${name}.mp4`)];
    const whole = VARYING.has(name) && !IN_PART.has(name);
    const some = whole ? [] : ['--frames', '0-2'];
    const result = await run([input, ...unpainted, ...some, '-o', output]);
    if (NO_FILM[name]) {
      expect(result).toMatchObject({ status: 3, stderr: expect.stringMatching(NO_FILM[name]) });
      return;
    }
    expect(result.status, result.stderr).toBe(0);
    expect(result.stderr.includes('frame rate varies')).toBe(VARYING.has(name));
    const [source, film] = [look(input, whole), look(output, whole)];
    if (whole) {
      expectTimes(film.times, source.times, 2e-5);
      if (source.seconds) expect(film.seconds).toBeCloseTo(source.seconds, 4);
    } else {
      // Matroska and WebM round a constant rate to milliseconds; the film has it exactly.
      expectTimes(film.times, source.times.slice(0, 3), /\.(?:mkv|webm)$/.test(name) ? 0.00101 : 2e-5);
    }
    expect(film.picture.sample_aspect_ratio).toBe('1:1');
    expect(film.picture.side_data_list ?? []).toEqual([]);
    const { width, height } = film.picture;
    expect(Math.max(width, height)).toBe(96);
    const [long, short] = [Math.max(1, shape(source.picture)), Math.min(1, shape(source.picture))];
    expect(Math.abs(Math.min(width, height) - (96 * short) / long)).toBeLessThanOrEqual(1);
    expect(width >= height).toBe(shape(source.picture) >= 1);
    expect(film.languages).toEqual(source.languages.map((language) => language ?? 'und'));
  });

  it('paints a turned film of varying rate with sound', async () => {
    const painted = ['--style', painting, '--size', '96', '--iterations', '4,2', '--frames', '4-6'];
    const result = await run([join(clips, 'moviepy_fire2.mp4'), ...painted, '-o', at('fire.mp4')]);
    expect(result.status, result.stderr).toBe(0);
    const { times, languages } = look(at('fire.mp4'), true);
    // 9000 and 8098 ticks of 1/90000 s.
    expectTimes(times, [0, 0.1, 0.1 + 8098 / 90000], 2e-5);
    expect(languages).toEqual(['eng']);
  });
});
