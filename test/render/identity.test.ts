import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../dist/frames/decode.js';
import { probe } from '../../dist/frames/probe.js';
import { ffmpeg, painting, run, scratchFolder, streams } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

/** Test patterns with every colour, tagged as the film says. */
const film = (name: string, pixelFormat: string, matrix: string, range: string) => {
  const colours = `scale=out_color_matrix=${matrix}:out_range=${range},format=${pixelFormat}`;
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=size=192x108:rate=25', '-frames:v', '3', '-vf', colours],
    ...['-c:v', 'libx264', '-crf', '12', '-colorspace', matrix === 'bt601' ? 'smpte170m' : matrix],
    ...['-color_range', range, '-color_primaries', 'bt709', '-color_trc', 'bt709', at(name)],
  );
};

const pictures = async (path: string) => {
  const all: Float32Array[] = [];
  for await (const { picture } of decodeFrames(await probe(path), { width: 192, height: 108 }))
    all.push(picture.data);
  return all;
};

describe('--iterations 0 through a lossless 4:4:4 encode gives the source back within 2 code values', () => {
  it.concurrent.each([
    ['601.mp4', 'yuv420p', 'bt601', 'tv', 'yuv444p'],
    ['709.mp4', 'yuv420p', 'bt709', 'tv', 'yuv444p'],
    ['full.mp4', 'yuv420p', 'bt709', 'pc', 'yuv444p'],
    ['deep.mp4', 'yuv420p10le', 'bt709', 'tv', 'yuv444p10le'],
  ])('%s', async (name, pixelFormat, matrix, range, out) => {
    film(name, pixelFormat, matrix, range);
    const lossless = ['--pixel-format', out, '--crf', '0', '-o', at(`same-${name}`)];
    const result = await run([at(name), '--style', painting, '--iterations', '0', ...lossless]);
    expect(result.status, result.stderr).toBe(0);
    const tags = ['color_space', 'color_range', 'color_primaries', 'color_transfer'];
    const [before, after] = [at(name), at(`same-${name}`)].map((p) => streams(p)[0]);
    for (const tag of tags) expect(after[tag]).toBe(before[tag]);
    const [source, same] = [await pictures(at(name)), await pictures(at(`same-${name}`))];
    expect(same).toHaveLength(3);
    let worst = 0;
    for (const [f, frame] of source.entries())
      for (let i = 0; i < frame.length; i++) {
        const shown = Math.min(255, Math.max(0, frame[i]));
        worst = Math.max(worst, Math.abs(shown - same[f][i]));
      }
    expect(worst).toBeLessThanOrEqual(2);
  });
});
