import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { probe } from '../../dist/frames/probe.js';
import { clip, ffmpeg, painting, run, scratchFolder, streams } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const quick = ['--style', painting, '--size', '128', '--iterations', '6,3', '--frames', '0-2'];

beforeAll(() => copyFileSync(clip, at('in.mp4')));

describe('nst-video FILM', () => {
  it('writes in.wave.mp4 beside the input, with the sound, and its work folder', async () => {
    const result = await run([at('in.mp4'), ...quick]);
    expect(result.status, result.stderr).toBe(0);
    const [video, audio] = ['video', 'audio'].map((t) =>
      streams(at('in.wave.mp4')).find((s) => s.codec_type === t),
    );
    expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', nb_read_frames: '3', width: 128 });
    expect(audio).toBeDefined();
    expect(readdirSync(at('in.wave.mp4.nst')).sort()).toEqual([
      'energies',
      'film.json',
      'flow',
      'frames',
      'light.json',
      'manifest.json',
      'shots.json',
      'stylised',
    ]);
  });

  it('changes the pictures: painted frames differ from the film and stay near each other', async () => {
    const painted: Float32Array[] = [];
    const source: Float32Array[] = [];
    const media = await probe(at('in.wave.mp4'));
    for await (const { picture } of decodeFrames(media, { width: 128, height: media.video.height }))
      painted.push(picture.data);
    const film = await probe(at('in.mp4'));
    const range = { ranges: [{ first: 0, last: 2 }] };
    for await (const { picture } of decodeFrames(film, { width: 128, height: media.video.height, ...range }))
      source.push(picture.data);
    const difference = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, v, i) => sum + Math.abs(v - b[i]), 0) / a.length;
    expect(difference(painted[0], source[0])).toBeGreaterThan(8);
    expect(difference(painted[1], painted[0])).toBeLessThan(difference(painted[1], source[1]));
  });

  it('writes a folder of pictures', async () => {
    const result = await run([at('in.mp4'), ...quick, '-o', `${at('pictures')}/`]);
    expect(result.status, result.stderr).toBe(0);
    expect(readdirSync(at('pictures'))).toHaveLength(3);
    const again = await run([at('in.mp4'), ...quick, '-o', `${at('pictures')}/`]);
    expect(again.status).toBe(3);
    writeFileSync(join(at('pictures.nst'), 'writing-pictures'), at('pictures'));
    const cutOff = await run([at('in.mp4'), ...quick, '-o', `${at('pictures')}/`]);
    expect(cutOff.status, cutOff.stderr).toBe(0);
  });

  it('keeps .mkv as .mkv, and blends several styles', async () => {
    ffmpeg('-i', clip, '-t', '0.2', '-c', 'copy', at('film.mkv'));
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=100x80', '-frames:v', '1', at('test.png'));
    const result = await run([at('film.mkv'), ...quick, '--style', at('test.png'), '--frames', '0']);
    expect(result.status, result.stderr).toBe(0);
    expect(existsSync(at('film.wave+test.mkv'))).toBe(true);
  });

  it('gives the same bits for the same seed and starts from noise where asked', async () => {
    const noise = (name: string, seed: string) =>
      run([at('in.mp4'), ...quick, '--init', 'noise', '--seed', seed, '--frames', '0', '-o', `${at(name)}/`]);
    for (const [name, seed] of [
      ['a', '5'],
      ['b', '5'],
      ['c', '6'],
    ])
      expect((await noise(name, seed)).status).toBe(0);
    const pixels = async (name: string) => (await readPicture(join(at(name), readdirSync(at(name))[0]))).data;
    expect(await pixels('a')).toEqual(await pixels('b'));
    expect(await pixels('a')).not.toEqual(await pixels('c'));
  });

  it('paints a film of one frame and one of odd size, and says what it did to the size', async () => {
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=321x179:rate=25',
      '-frames:v',
      '1',
      '-pix_fmt',
      'yuv444p',
      at('odd.mp4'),
    );
    const result = await run([at('odd.mp4'), '--style', painting, '--iterations', '3,3']);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stderr).toMatch(/320x178.*321x179.*4:2:0/);
    expect(streams(at('odd.wave.mp4'))[0]).toMatchObject({ width: 320, height: 178, nb_read_frames: '1' });
  });
});

describe('nst-video image', () => {
  it('paints a still of any size', async () => {
    ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=151:99', at('photo.png'));
    const result = await run(['image', at('photo.png'), '--style', painting, '--iterations', '10']);
    expect(result.status, result.stderr).toBe(0);
    const painted = await readPicture(at('photo.wave.png'));
    expect([painted.width, painted.height]).toEqual([151, 99]);
  });
});

describe('a full disk', () => {
  const disk = at('disk');
  const mounted = (() => {
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1200k', 'tmpfs', disk], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  it.skipIf(!mounted)(
    'stops with a clear message, loses nothing, and the job goes on (skipped where no small disk can be mounted)',
    async () => {
      try {
        const job = [at('in.mp4'), ...quick, '--frames', '0-9', '-o', join(disk, 'out.mp4')];
        const full = await run(job);
        expect(full.status).toBe(5);
        expect(full.stderr).toMatch(/disk is full/);
        const stored = readdirSync(join(disk, 'out.mp4.nst/stylised'));
        expect(stored.length).toBeGreaterThan(0);
        for (const name of stored)
          expect(statSync(join(disk, 'out.mp4.nst/stylised', name)).size).toBeGreaterThan(1000);
        execFileSync('mount', ['-o', 'remount,size=20m', disk]);
        const rest = await run(job);
        expect(rest.status, rest.stderr).toBe(0);
        expect(rest.stderr).toMatch(new RegExp(`${stored.length} of them finished already`));
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});
