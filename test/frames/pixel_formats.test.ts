import { describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { decodeAll, ffmpeg, temporaryFolder } from './fixtures.js';

const at = temporaryFolder();
const BT709 = 'colorspace=bt709:color_primaries=bt709:color_trc=bt709';

describe('decoded colours are those that ffmpeg itself shows, within 1.5 levels', () => {
  it.each([
    ['422.mp4', 'yuv422p', ['libx264', '-qp', '0']],
    ['hevc-10.mp4', 'yuv420p10le', ['libx265', '-x265-params', 'lossless=1:log-level=error']],
    ['hevc-444-12.mkv', 'yuv444p12le', ['libx265', '-x265-params', 'lossless=1:log-level=error']],
    ['prores-422.mov', 'yuv422p10le', ['prores_ks', '-profile:v', '3']],
    ['rgb-10.mkv', 'gbrp10le', ['ffv1']],
  ])('%s', async (name, pixelFormat, codec) => {
    const rgb = pixelFormat.startsWith('gbr');
    const convert = `scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int`;
    const chain = rgb ? 'format=gbrp10le' : `${convert},format=${pixelFormat},setparams=${BT709}`;
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-frames:v', '1'];
    const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
    ffmpeg(...source, '-vf', chain, '-c:v', ...codec, ...(rgb ? [] : tags), at(name));
    const flags = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';
    const shown = ffmpeg(
      ...['-i', at(name), '-vf', rgb ? 'format=rgb24' : `scale=in_color_matrix=bt709:${flags},format=rgb24`],
      ...['-f', 'rawvideo', '-'],
    );
    const media = await probe(at(name));
    expect(media.video.pixelFormat).toBe(pixelFormat);
    const [{ picture }] = await decodeAll(media);
    const n = 96 * 64;
    let worst = 0;
    for (let i = 0; i < n; i++)
      for (let p = 0; p < 3; p++) {
        const ours = Math.min(255, Math.max(0, picture.data[p * n + i]));
        worst = Math.max(worst, Math.abs(ours - shown[3 * i + p]));
      }
    expect(worst).toBeLessThanOrEqual(1.5);
  });
});
