import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { luma } from '../../../dist/picture.js';
import { ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const film = join(folder, 'film.mkv');
const work = join(folder, 'work');

const meansIn = async (path: string) => {
  const names = readdirSync(path).filter((file) => file.endsWith('.png'));
  const means: number[] = [];
  for (const file of names.sort()) {
    const { data } = luma(await readPicture(join(path, file)));
    means.push(data.reduce((sum, v) => sum + v, 0) / data.length);
  }
  return means;
};

/** Shares of the picture that are seen in frames of a range, found in the output and the paintings of it. */
async function sharesOf(output: string): Promise<number[]> {
  const [shown, painted] = [await meansIn(output), await meansIn(join(work, 'stylised'))];
  expect(shown).toHaveLength(painted.length);
  return shown.map((mean, i) => mean / painted[i]);
}

const paint = async (frames: string, output: string) => {
  const quick = ['--iterations', '1,1', '--flow', 'medium', '--frames', frames, '--restart', '-y'];
  const result = await run([film, '-s', painting, ...quick, '-o', output, '--work', work]);
  expect(result.status, result.stderr).toBe(0);
};

beforeAll(() => {
  // A fade in over frames 0 to 20, and one out from 40 to 60.
  const fades = 'fade=in:0:20,fade=out:40:20';
  ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=20:d=3.1,${fades}`],
    ...['-c:v', 'ffv1', '-pix_fmt', 'yuv420p', film],
  );
});

describe('a range that ends within a fade', () => {
  it.each([
    ['0-6', [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    ['48-52', [0.6, 0.55, 0.5, 0.45, 0.4]],
    ['28-31', [1, 1, 1, 1]],
  ])('shows as much of frames %s as the film does', async (frames, expected) => {
    const output = `${join(folder, frames)}/`;
    await paint(frames, output);
    const found = await sharesOf(output);
    for (const [i, share] of expected.entries())
      expect(Math.abs(found[i] - share), `frame ${i}: ${found[i]}`).toBeLessThan(0.12);
    if (expected[0] < 1) expect(found[0]).not.toBeCloseTo(found.at(-1)!, 1);
    const again = `${join(folder, `${frames}-again`)}/`;
    const encoded = await run(['encode', work, '-o', again]);
    expect(encoded.status, encoded.stderr).toBe(0);
    expect(await meansIn(again)).toEqual(await meansIn(output));
  });

  it('looks no further than the light changes, and does without a damaged record', async () => {
    const { edges } = JSON.parse(readFileSync(join(work, 'light.json'), 'utf8'));
    expect(edges.map(({ lights }: { lights: unknown[] }) => lights.length)).toEqual([0, 0]);
    writeFileSync(join(work, 'light.json'), '{"schema":1,"edges":[null]}');
    const encoded = await run(['encode', work, '-o', `${join(folder, 'damaged')}/`]);
    expect(encoded.status, encoded.stderr).toBe(0);
  });
});
