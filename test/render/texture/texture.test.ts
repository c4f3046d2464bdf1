import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { renderTexture } from '../../../dist/index.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import type { Picture } from '../../../dist/picture.js';
import { resizeTile } from '../../../dist/render/texture/resize_tile.js';
import { textureLadder, textureScale, textureSize } from '../../../dist/render/texture/texture_size.js';
import { painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

/** Mean size of steps over the seam between the last column and the first, in units of those inside. */
function seam({ width, height, data }: Picture): number {
  const step = (x: number, next: number) => {
    let sum = 0;
    for (let row = 0; row < 3 * height; row++)
      sum += Math.abs(data[row * width + next] - data[row * width + x]);
    return sum;
  };
  const inside = Array.from({ length: width - 1 }, (_, x) => step(x, x + 1));
  return step(width - 1, 0) / (inside.reduce((a, b) => a + b) / inside.length);
}

describe('nst-video texture', () => {
  const options = { size: '64x48', coarsest: 32, iterations: { first: 40, next: 40 }, threads: 1 } as const;
  let plain: Picture;
  let seamless: Picture;

  beforeAll(async () => {
    copyFileSync(painting, at('wave.jpg'));
    const first = await run([
      ...['texture', at('wave.jpg'), '--size', options.size, '--coarsest', '32', '--iterations', '40'],
      ...['--threads', '1', '--quiet'],
    ]);
    expect(first.status, first.stderr).toBe(0);
    plain = await readPicture(at('wave.texture.png'));
    await renderTexture(at('wave.jpg'), { ...options, seamless: true, output: at('tile.png') }).result;
    seamless = await readPicture(at('tile.png'));
  });

  it('has the size that was asked for, beside the painting', () => {
    expect(plain).toMatchObject({ width: 64, height: 48 });
    expect(existsSync(at('wave.texture.png'))).toBe(true);
  });

  it('has the painting’s features: less style energy than any noise in its colours', async () => {
    const task = { ...options, coarsest: 0, overwrite: true, output: at('few.png') };
    const { terms } = await renderTexture(at('wave.jpg'), { ...task, iterations: { first: 40, next: 40 } })
      .result;
    const { terms: begun } = await renderTexture(at('wave.jpg'), {
      ...task,
      iterations: { first: 1, next: 1 },
    }).result;
    for (const layer of ['relu2_1', 'relu3_1', 'relu4_1'])
      expect(terms[`style.${layer}`], layer).toBeLessThan(0.1 * begun[`style.${layer}`]);
    expect(Object.keys(terms).some((term) => term.startsWith('content'))).toBe(false);
  });

  it('has edges that meet with --seamless, and only then', () => {
    expect(seam(plain)).toBeGreaterThan(1.5);
    expect(seam(seamless)).toBeLessThan(1.25);
  });

  it('refuses sides that do not tile, with some that do', async () => {
    const result = await run(['texture', at('wave.jpg'), '--size', '100x64', '--seamless']);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(
      /--size: expected sides that are multiples of 16 .* such as 96x64, found "100x64"/,
    );
  });
});

describe('sizes of textures', () => {
  it('are width and height, or one number', () => {
    expect(textureSize('1024x512', true)).toEqual({ width: 1024, height: 512 });
    expect(textureSize(640, false)).toEqual({ width: 640, height: 640 });
    for (const wrong of ['8x64', '64x', '64x64x64', 'large', 20000])
      expect(() => textureSize(wrong, false), String(wrong)).toThrow(
        /--size: expected width and height such as/,
      );
  });

  it('are begun small; all tile where the last is to', () => {
    const size = { width: 1024, height: 768 };
    expect(textureLadder(size, 160, false)[0]).toEqual({ width: 160, height: 120 });
    const tiles = textureLadder(size, 160, true);
    expect(tiles.length).toBe(textureLadder(size, 160, false).length);
    for (const { width, height } of tiles) expect([width % 16, height % 16]).toEqual([0, 0]);
    expect(tiles.at(-1)).toEqual(size);
  });

  it('leave a painting its own strokes unless it is larger', () => {
    expect(textureScale({ width: 200, height: 100 }, { width: 400, height: 400 })).toBe(1);
    expect(textureScale({ width: 800, height: 800 }, { width: 400, height: 400 })).toBe(0.5);
  });
});

describe('resizeTile', () => {
  it('keeps edges meeting, where a plain resize does not know of the other side', () => {
    const smooth = noisePicture(32, 32, 1);
    for (let i = 0; i < smooth.data.length; i++)
      smooth.data[i] = 128 + 100 * Math.sin((2 * Math.PI * (i % 32)) / 32);
    const larger = resizeTile(smooth, 48, 48);
    for (let x = 0; x < 48; x++) {
      const expected = 128 + 100 * Math.sin((2 * Math.PI * ((x + 0.5) * (2 / 3) - 0.5)) / 32);
      expect(larger.data[48 * 20 + x]).toBeCloseTo(expected, 0);
    }
  });
});
