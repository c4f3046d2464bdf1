import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkEncoder } from '../../dist/frames/encoder_trial.js';
import { throughFilm } from '../frames/fixtures.js';
import { ffmpeg, painting, run, scratchFolder, streams } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const encoders = execFileSync('ffmpeg', ['-v', 'error', '-encoders'], { encoding: 'utf8' });
const has = (name: string) => new RegExp(`^ V\\S+ ${name} `, 'm').test(encoders);
const tags = [
  '-colorspace',
  'bt709',
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
  '-color_range',
  'tv',
];
const bt709 = { color_space: 'bt709', color_primaries: 'bt709', color_transfer: 'bt709', color_range: 'tv' };

/** What every decoder takes a JPEG for. */
const jpeg = { color_space: 'bt470bg', color_range: 'pc' };

/** Three frames of test pattern in BT.709. */
function film(name: string, encoder: string[], format = 'yuv420p') {
  const params = 'setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709';
  const colours = `scale=out_color_matrix=bt709:out_range=tv,format=${format},${params}`;
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=128x72:rate=24000/1001', '-frames:v', '3'];
  ffmpeg(...picture, '-vf', colours, ...encoder, ...tags, at(name));
}

/** Packet times after the first, in ticks of 1001/24000 s. */
function frameNumbers(path: string): number[] {
  const args = [
    '-v',
    'error',
    '-of',
    'csv=p=0',
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time',
    path,
  ];
  const lines = execFileSync('ffprobe', args, { encoding: 'utf8' }).trim().split('\n');
  const times = lines.map(Number.parseFloat).sort((a, b) => a - b);
  return times.map((time) => ((time - times[0]) * 24000) / 1001);
}

async function render(input: string, output: string, ...options: string[]) {
  const unpainted = ['--style', painting, '--iterations', '0'];
  const result = await run([at(input), ...unpainted, ...options, '-o', at(output)]);
  expect(result.status, result.stderr).toBe(0);
}

/** Three frames at their times, of this kind. */
function expectThree(name: string, kind: Record<string, string>) {
  const own = { width: 128, height: 72, nb_read_frames: '3' };
  expect(streams(at(name))[0]).toMatchObject({ ...own, ...kind });
  frameNumbers(at(name)).forEach((number, i) => {
    expect(Math.abs(number - i)).toBeLessThan(0.025);
  });
}

describe('as output', () => {
  beforeAll(() => film('in.mp4', ['-c:v', 'libx264', '-preset', 'ultrafast']));

  it.each([
    ['libsvtav1', 'out.mp4', 'av1', 'yuv420p'],
    ['libvpx-vp9', 'out.webm', 'vp9', 'yuv420p'],
    ['ffv1', 'out.mkv', 'ffv1', 'yuv420p'],
  ])('%s in %s', async (codec, output, name, format) => {
    if (!has(codec)) return console.warn(`not tested: this ffmpeg has no ${codec}`);
    await checkEncoder(at(`${codec}-${output}`), { codec });
    await throughFilm(at('in.mp4'), at(`${codec}-${output}`), { encoder: { codec } });
    expectThree(`${codec}-${output}`, { codec_name: name, pix_fmt: format, ...bt709 });
  });
});

describe('through the program, three frames', () => {
  it.each([
    ['libaom-av1', 'av1.mkv', 'prores_ks', 'out.mov', { codec_name: 'prores', pix_fmt: 'yuv422p10le' }],
    ['prores_ks', 'prores.mov', 'libx265', 'out.mp4', { codec_name: 'hevc', pix_fmt: 'yuv420p' }],
    ['libx265', 'hevc.mp4', 'libaom-av1', 'out.mkv', { codec_name: 'av1', pix_fmt: 'yuv420p' }],
  ])('%s to %s', async (from, input, to, output, kind) => {
    if (!has(from) || !has(to)) return console.warn('not tested: this ffmpeg lacks an encoder');
    const quick: Record<string, string[]> = {
      'libaom-av1': ['-cpu-used', '8', '-crf', '30'],
      libx265: ['-preset', 'ultrafast', '-x265-params', 'log-level=error'],
    };
    film(input, ['-c:v', from, ...(quick[from] ?? [])], from === 'prores_ks' ? 'yuv422p10le' : 'yuv420p');
    await render(input, `${input}.${output}`, '--codec', to);
    expectThree(`${input}.${output}`, { ...kind, ...bt709 });
  });

  it('MJPEG in AVI to the same in QuickTime', async () => {
    const full = ['-vf', 'scale=out_range=pc,format=yuvj420p', '-c:v', 'mjpeg', '-q:v', '3'];
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=128x72:rate=24000/1001', '-frames:v', '3'],
      ...full,
      at('mjpeg.avi'),
    );
    await render('mjpeg.avi', 'mjpeg.mov', '--codec', 'mjpeg');
    expectThree('mjpeg.mov', { codec_name: 'mjpeg', pix_fmt: 'yuvj420p', ...jpeg });
  });

  it('renders the picture stream that was asked for, and does not mix two in one work folder', async () => {
    const second = ['-f', 'lavfi', '-i', 'testsrc=size=128x72:rate=24000/1001', '-frames:v', '3'];
    film('first.mp4', ['-c:v', 'libx264', '-preset', 'ultrafast']);
    ffmpeg('-i', at('first.mp4'), ...second, '-map', '0', '-map', '1', '-pix_fmt', 'yuv420p', at('two.mkv'));
    await render('two.mkv', 'second.mkv', '--video-stream', '1', '--crf', '0');
    const same = (one: string, other: string) => {
      const tiny = ['-vf', 'scale=32:18,format=gray', '-frames:v', '1', '-f', 'rawvideo', '-'];
      const [a, b] = [ffmpeg('-i', at(one), '-map', '0:v:1', ...tiny), ffmpeg('-i', at(other), ...tiny)];
      return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
    };
    expect(same('two.mkv', 'second.mkv')).toBeLessThan(12);
    const other = await run([
      at('two.mkv'),
      '--style',
      painting,
      '--iterations',
      '0',
      '-y',
      '-o',
      at('second.mkv'),
    ]);
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/--video-stream: frames of stream 1 there, of 0 now/);
    const again = await run(['encode', at('second.mkv.nst'), '-o', at('again.mkv')]);
    expect(again.status, again.stderr).toBe(0);
    expect(same('two.mkv', 'again.mkv')).toBeLessThan(24);
  });
});
