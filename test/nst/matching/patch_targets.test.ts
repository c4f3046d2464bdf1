import { describe, expect, test } from 'vitest';
import { type Match, meanMatch, type WeighedMaps } from '../../../dist/nst/matching/match.js';
import { nearestPatches } from '../../../dist/nst/matching/nearest_patches.js';
import { patchTargets } from '../../../dist/nst/matching/patch_targets.js';
import { middles, patchAt, plainProducts, randomMaps, squaredDistance } from './products.js';

/** Σ_p n_p ‖F_p − T_p‖² + constant. */
function value({ target, counts, constant }: Match, { data }: WeighedMaps): number {
  return data.reduce((sum, v, i) => sum + counts[i % counts.length] * (v - target[i]) ** 2, constant);
}

const painting = randomMaps(4, 9, 7, 1);
const turned = randomMaps(4, 6, 8, 2);
const views = [painting, turned];
const frame = randomMaps(4, 10, 8, 3);

async function matched(maps: WeighedMaps) {
  const nearest = await nearestPatches(maps, views, plainProducts);
  return { nearest, match: patchTargets(maps, nearest, views, 64) };
}

describe('the targets of patches', () => {
  test.each([
    ['all places alike', undefined],
    ['weights', Float32Array.from({ length: 80 }, (_, i) => ((i * 7) % 5) / 5)],
  ])('make the sum over places that over patches: %s', async (_, weights) => {
    const { nearest, match } = await matched({ ...frame, weights });
    // Not only of the picture that was matched: of every picture, while the partners stay.
    for (const seed of [3, 4, 5]) {
      const picture = randomMaps(4, 10, 8, seed);
      let sum = 0;
      let total = 0;
      for (const middle of middles(frame)) {
        const g = weights ? weights[middle] : 1;
        if (g === 0) continue;
        const partner = patchAt(views[nearest.view[middle]], nearest.place[middle]);
        sum += g * squaredDistance(patchAt(picture, middle), partner);
        total += g;
      }
      const expected = sum / (total * 9 * 64);
      expect(Math.abs(value(match, picture) - expected)).toBeLessThan(1e-5 * expected);
    }
  });

  test('of a picture in itself are the picture', async () => {
    const nearest = await nearestPatches(frame, [frame], plainProducts);
    const match = patchTargets(frame, nearest, [frame], 64);
    expect(value(match, frame)).toBeCloseTo(0, 9);
    match.target.forEach((v, i) => {
      expect(v).toBeCloseTo(frame.data[i], 5);
    });
  });

  test('are nothing where nothing was matched', async () => {
    const { match } = await matched({ ...frame, weights: new Float32Array(80) });
    expect(value(match, frame)).toBe(0);
  });
});

describe('the mean of matches', () => {
  test('is the mean of their values for every picture', async () => {
    const one = (await matched(frame)).match;
    const weights = Float32Array.from({ length: 80 }, (_, i) => (i % 10 < 4 ? 1 : 0));
    const two = (await matched({ ...randomMaps(4, 10, 8, 9), weights })).match;
    const mean = meanMatch([one, two], [0.7, 0.3]);
    for (const seed of [5, 6]) {
      const picture = randomMaps(4, 10, 8, seed);
      const expected = 0.7 * value(one, picture) + 0.3 * value(two, picture);
      expect(Math.abs(value(mean, picture) - expected)).toBeLessThan(1e-5 * expected);
    }
  });

  test('of one alone is that one, bit for bit', async () => {
    const { match } = await matched(frame);
    expect(meanMatch([match], [1])).toBe(match);
  });
});
