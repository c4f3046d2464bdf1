import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ffmpeg, painting, run, scratchFolder, streams } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const unpainted = ['--style', painting, '--iterations', '0'];
const video = (path: string) => streams(path).find((s) => s.codec_type === 'video')!;

/** Raw samples of a picture file, as sharp reads them. */
const samples = (path: string) => sharp(path).raw().toBuffer();

async function done(args: readonly string[]) {
  const result = await run(args);
  expect(result.status, result.stderr).toBe(0);
  return result;
}

beforeAll(() => {
  mkdirSync(at('shots'));
  mkdirSync(at('clear'));
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=25', '-frames:v', '3'];
  ffmpeg(...source, '-start_number', '8', at('shots/s%d.png'));
  const disc = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='clip(24-hypot(X-32,Y-24),0,8)*255/8'";
  ffmpeg(...source, '-vf', disc, at('clear/%02d.png'));
});

describe('a film in pictures', () => {
  it('is painted at the rate asked for, beside its folder, and goes on where it stopped', async () => {
    const job = [at('shots'), '--style', painting, '--iterations', '3,2', '--fps', '24000/1001'];
    await done([...job, '--frames', '0-1']);
    const output = at('shots.wave.mp4');
    expect(video(output)).toMatchObject({ r_frame_rate: '24000/1001', nb_read_frames: '2', width: 64 });
    const rest = await done([...job, '--overwrite']);
    expect(rest.stderr).toMatch(/3 frames of 64x48, 2 of them finished already/);
    expect(video(output).nb_read_frames).toBe('3');
    // At another rate the same pictures count.
    const slower = await done([at('shots/s%d.png'), ...job.slice(1, -1), '12', '-y', '-o', output]);
    expect(slower.stderr).toMatch(/3 of them finished already/);
    expect(video(output).r_frame_rate).toBe('12/1');
    await done(['encode', `${output}.nst`, '-o', at('again.mp4')]);
    expect(video(at('again.mp4')).r_frame_rate).toBe('12/1');
    await done(['encode', `${output}.nst`, '-o', at('faster.mp4'), '--fps', '50']);
    expect(video(at('faster.mp4')).r_frame_rate).toBe('50/1');
  });

  it('is another film when one of its pictures is another', async () => {
    const job = [at('shots'), ...unpainted, '-o', at('other.mp4'), '-y'];
    await done(job);
    const { data, info } = await sharp(at('shots/s9.png')).raw().toBuffer({ resolveWithObject: true });
    data[0] ^= 1;
    await sharp(data, { raw: info }).png().toFile(at('shots/s9.png'));
    const changed = await run(job);
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(/shots has other contents now/);
  });

  it('is refused with the name of what is missing, and is never written into its own folder', async () => {
    const own = await run([at('shots'), ...unpainted, '-o', at('shots'), '-y']);
    expect(own.status).toBe(2);
    expect(own.stderr).toMatch(/expected another file than the input/);
    renameSync(at('shots/s9.png'), at('s9.png'));
    const gap = await run([at('shots/s*.png'), ...unpainted]);
    renameSync(at('s9.png'), at('shots/s9.png'));
    expect(gap.status).toBe(3);
    expect(gap.stderr).toMatch(/missing is s9\.png \(1 in all\)/);
  });
});

describe('alpha', () => {
  it('goes through to a folder of pictures, unpainted to the last bit', async () => {
    const { stderr } = await done([at('clear'), ...unpainted, '-o', `${at('same')}/`]);
    expect(stderr).toMatch(/painted over black and keeps its alpha/);
    for (const [i, name] of readdirSync(at('same')).sort().entries()) {
      const [source, result] = [
        await samples(at(`clear/0${i + 1}.png`)),
        await samples(join(at('same'), name)),
      ];
      expect(result).toHaveLength(source.length);
      let alike = true;
      for (let p = 0; p < source.length; p += 4) {
        alike &&= result[p + 3] === source[p + 3];
        if (source[p + 3] > 0) alike &&= source.subarray(p, p + 3).equals(result.subarray(p, p + 3));
      }
      expect(alike).toBe(true);
    }
  });

  it('goes into WebM and stays out of MP4, with a note on each', async () => {
    const job = [at('clear'), '--style', painting, '--iterations', '3,2'];
    const { stderr } = await done([...job, '-o', at('clear.webm')]);
    expect(stderr).toMatch(/keeps its alpha \(yuva420p\)/);
    ffmpeg('-c:v', 'libvpx-vp9', '-i', at('clear.webm'), '-vf', 'alphaextract', at('mask%d.png'));
    const mask = await samples(at('mask2.png'));
    const pixels = mask.length / (64 * 48);
    expect(mask[24 * 64 * pixels + 32 * pixels]).toBeGreaterThan(250);
    expect(mask[0]).toBeLessThan(5);
    const encoded = await done(['encode', at('clear.webm.nst'), '-o', at('clear.mp4')]);
    expect(encoded.stderr).toMatch(/the output has no alpha.*prores_ks/);
    expect(video(at('clear.mp4')).pix_fmt).toBe('yuv420p');
  });

  it('of a photograph stays in PNG and is left out of JPEG', async () => {
    const photo = ['image', at('clear/01.png'), '--style', painting, '--iterations', '4'];
    const { stderr } = await done([...photo, '-o', at('still.png')]);
    expect(stderr).toMatch(/painted over black and keeps its alpha/);
    const [before, after] = [await samples(at('clear/01.png')), await samples(at('still.png'))];
    const part = (rgba: Buffer, alpha: boolean) =>
      Buffer.from(rgba.filter((_, i) => (i % 4 === 3) === alpha));
    expect(part(after, true).equals(part(before, true))).toBe(true);
    expect(part(after, false).equals(part(before, false))).toBe(false);
    const flat = await done([...photo, '-o', at('still.jpg')]);
    expect(flat.stderr).toMatch(/the output cannot hold its alpha/);
    expect((await sharp(at('still.jpg')).metadata()).channels).toBe(3);
  });
});

describe('--iterations 0 gives the colours that ffmpeg itself shows, within 2 levels', () => {
  it.concurrent.each([
    ['422-10.mp4', 'yuv422p10le', ['libx264', '-qp', '0']],
    ['prores-444.mov', 'yuv444p10le', ['prores_ks', '-profile:v', '4']],
  ])('%s', async (name, pixelFormat, codec) => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-frames:v', '2'];
    const rgb = pixelFormat.startsWith('gbr');
    const convert = rgb
      ? ''
      : 'scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,';
    const tagged = rgb ? '' : ',setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709';
    const tags = rgb ? [] : ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
    ffmpeg(...source, '-vf', `${convert}format=${pixelFormat}${tagged}`, '-c:v', ...codec, ...tags, at(name));
    await done([at(name), ...unpainted, '-o', `${at(`${name}-out`)}/`]);
    const flags = 'flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';
    const shown = ffmpeg(
      ...['-i', at(name), '-frames:v', '1'],
      ...['-vf', rgb ? 'format=rgb24' : `scale=in_color_matrix=bt709:${flags},format=rgb24`],
      ...['-f', 'rawvideo', '-'],
    );
    const ours = await samples(join(at(`${name}-out`), 'frame_000000.png'));
    expect(ours).toHaveLength(shown.length);
    let worst = 0;
    for (let i = 0; i < ours.length; i++) worst = Math.max(worst, Math.abs(ours[i] - shown[i]));
    expect(worst).toBeLessThanOrEqual(2);
  });
});
