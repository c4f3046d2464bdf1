import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkEncoder } from '../../dist/frames/encode.js';
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

/** Three frames at their times, of this kind. */
function expectThree(name: string, kind: Record<string, string>) {
  const own = { width: 128, height: 72, nb_read_frames: '3' };
  expect(streams(at(name))[0]).toMatchObject({ ...own, ...kind });
  frameNumbers(at(name)).forEach((number, i) => {
    expect(Math.abs(number - i)).toBeLessThan(0.025);
  });
}

describe('as input', () => {
  it.each([
    ['av1.mkv', 'libaom-av1', ['-cpu-used', '8', '-crf', '30'], 'yuv420p'],
    ['hevc.mp4', 'libx265', ['-preset', 'ultrafast', '-x265-params', 'log-level=error'], 'yuv420p10le'],
    ['prores.mov', 'prores_ks', [], 'yuv422p10le'],
  ])('%s', async (name, codec, settings, format) => {
    if (!has(codec)) return console.warn(`not tested: this ffmpeg has no ${codec}`);
    film(name, ['-c:v', codec, ...settings], format);
    await throughFilm(at(name), at(`${name}.mp4`));
    expectThree(`${name}.mp4`, { codec_name: 'h264', ...bt709 });
  });

  it('mjpeg.avi, which is full range by its nature', async () => {
    const full = ['-vf', 'scale=out_range=pc,format=yuvj420p', '-c:v', 'mjpeg', '-q:v', '3'];
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=128x72:rate=24000/1001', '-frames:v', '3'];
    ffmpeg(...picture, ...full, at('mjpeg.avi'));
    await throughFilm(at('mjpeg.avi'), at('mjpeg.mp4'));
    expectThree('mjpeg.mp4', { codec_name: 'h264', color_range: 'pc' });
  });
});

describe('as output', () => {
  beforeAll(() => film('in.mp4', ['-c:v', 'libx264', '-preset', 'ultrafast']));

  it.each([
    ['libaom-av1', 'out.mkv', 'av1', 'yuv420p'],
    ['libsvtav1', 'out.mp4', 'av1', 'yuv420p'],
    ['libx265', 'out.mov', 'hevc', 'yuv420p'],
    ['prores_ks', 'out.mov', 'prores', 'yuv422p10le'],
    ['libvpx-vp9', 'out.webm', 'vp9', 'yuv420p'],
    ['ffv1', 'out.mkv', 'ffv1', 'yuv420p'],
    ['mjpeg', 'out.mov', 'mjpeg', 'yuvj420p'],
  ])('%s in %s', async (codec, output, name, format) => {
    if (!has(codec)) return console.warn(`not tested: this ffmpeg has no ${codec}`);
    await checkEncoder(at(`${codec}-${output}`), { codec });
    await throughFilm(at('in.mp4'), at(`${codec}-${output}`), { encoder: { codec } });
    const kind = { codec_name: name, pix_fmt: format, ...bt709, ...(codec === 'mjpeg' ? jpeg : {}) };
    expectThree(`${codec}-${output}`, kind);
  });
});

it('goes from AV1 to ProRes through the program', async () => {
  if (!has('libaom-av1') || !has('prores_ks'))
    return console.warn('not tested: this ffmpeg lacks an encoder');
  film('program.mkv', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-crf', '30']);
  const unpainted = ['--style', painting, '--iterations', '0'];
  const result = await run([
    at('program.mkv'),
    ...unpainted,
    '--codec',
    'prores_ks',
    '-o',
    at('program.mov'),
  ]);
  expect(result.status, result.stderr).toBe(0);
  expectThree('program.mov', { codec_name: 'prores', pix_fmt: 'yuv422p10le', ...bt709 });
});
