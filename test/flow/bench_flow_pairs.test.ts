import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFlo } from '../../dist/flow/flo.js';
import { sampleBilinear } from '../../dist/flow/flow_field.js';

const script = fileURLToPath(new URL('../../scripts/bench_flow_pairs.mjs', import.meta.url));
const draw = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'nst-pairs-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

const readGrey = async (file: string) => {
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Float32Array.from(data) };
};

describe('bench:flow:pairs', () => {
  it('draws frames that the true flow carries into each other, either way', async () => {
    const { status, stdout, stderr } = draw(root, '--only', 'small40', '--seed', '3');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'small40\n', stderr: '' });
    const at = (file: string) => join(root, 'small40', file);
    expect((await readdir(join(root, 'small40'))).sort()).toEqual(
      ['a.png', 'b.png', 'bwd.flo', 'fwd.flo', 'occ_bwd.png', 'occ_fwd.png'].sort(),
    );
    const [a, b] = await Promise.all([readGrey(at('a.png')), readGrey(at('b.png'))]);
    for (const [from, to, direction] of [
      [a, b, 'fwd'],
      [b, a, 'bwd'],
    ] as const) {
      const { u, v, width, height } = await readFlo(at(`${direction}.flo`));
      const occluded = await readGrey(at(`occ_${direction}.png`));
      expect(u.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeCloseTo(40, 1);
      let seen = 0;
      let off = 0;
      u.forEach((_, i) => {
        if (occluded.data[i] > 127) return;
        seen++;
        const there = sampleBilinear(
          to.data,
          width,
          height,
          (i % width) + u[i],
          Math.floor(i / width) + v[i],
        );
        if (Math.abs(there - from.data[i]) > 24) off++;
      });
      // Edges are interpolated, so that a few pixels differ; as many are covered as the things are large.
      expect(off / seen).toBeLessThan(0.02);
      expect(seen / u.length).toBeGreaterThan(0.95);
      expect(seen).toBeLessThan(u.length);
    }
  });

  it.each([
    [2, [], /expected one folder, found 0/],
    [2, ['x', '--only', 'easy'], /--only: expected one of large40, .*found "easy"/],
    [2, ['x', '--seed', '-1'], /--seed/],
    [3, ['x', '--pictures', 'no-such-folder'], /no-such-folder: expected JPEG or PNG pictures, found none/],
  ])('ends with status %i and one sentence: %j', (code, args, words) => {
    const { status, stdout, stderr } = draw(...args);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});
