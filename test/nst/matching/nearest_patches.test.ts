import { describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import type { WeighedMaps } from '../../../dist/nst/matching/match.js';
import { nearestPatches } from '../../../dist/nst/matching/nearest_patches.js';
import { ProductSessions } from '../../../dist/nst/matching/product_sessions.js';
import { dot, middles, patchAt, plainProducts, randomMaps } from './products.js';

/** Normalised cross-correlation of whole patches, in float64. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const length = Math.sqrt(dot(b, b));
  return length > 0 ? dot(a, b) / length : 0;
}

/** What each patch of `found` correlates best with, by comparing everything with everything. */
function search(found: WeighedMaps, views: readonly WeighedMaps[]): (string | undefined)[] {
  const nearest = new Array<string | undefined>(found.width * found.height).fill(undefined);
  for (const middle of middles(found)) {
    if (found.weights && found.weights[middle] === 0) continue;
    const patch = patchAt(found, middle);
    let best = Number.NEGATIVE_INFINITY;
    views.forEach((view, v) => {
      for (const other of middles(view)) {
        if (view.weights && view.weights[other] === 0) continue;
        const score = correlation(patch, patchAt(view, other));
        if (score > best) [best, nearest[middle]] = [score, `${v}:${other}`];
      }
    });
  }
  return nearest;
}

async function found(
  ...[maps, views, products = plainProducts, most]: Partial<Parameters<typeof nearestPatches>>
) {
  const { view, place } = await nearestPatches(maps!, views!, products, most);
  return Array.from(place, (p, i) => (p < 0 ? undefined : `${view[i]}:${p}`));
}

const frame = randomMaps(5, 11, 9, 1);
const painting = randomMaps(5, 8, 13, 2);
const turned = randomMaps(5, 7, 6, 3);

describe('the nearest patch', () => {
  test('is the one that comparing all patches finds', async () => {
    expect(await found(frame, [painting])).toEqual(search(frame, [painting]));
  });

  test('of several views is the nearest of all of them', async () => {
    const nearest = await found(frame, [painting, turned]);
    expect(nearest).toEqual(search(frame, [painting, turned]));
    expect(new Set(nearest.filter((n) => n !== undefined).map((n) => n.split(':')[0]))).toEqual(
      new Set(['0', '1']),
    );
  });

  test('is the same in however small blocks products are computed', async () => {
    const whole = await found(frame, [painting]);
    for (const most of [(3 * 11) ** 2, (4 * 11) ** 2, (5 * 13) ** 2, 1])
      expect(await found(frame, [painting], plainProducts, most)).toEqual(whole);
  });

  test('never takes more products at once than allowed', async () => {
    const most = (4 * 11) ** 2;
    let largest = 0;
    await found(
      frame,
      [painting],
      async (a, b, k) => {
        largest = Math.max(largest, (a.length / k) * (b.length / k));
        return plainProducts(a, b, k);
      },
      most,
    );
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(most);
  });

  test('of a picture in itself is the patch itself', async () => {
    const nearest = await found(frame, [frame]);
    for (const middle of middles(frame)) expect(nearest[middle]).toBe(`0:${middle}`);
  });

  test('does not change when a picture grows brighter: correlation is normalised', async () => {
    const brighter = { ...frame, data: frame.data.map((v) => 4 * v) };
    expect(await found(brighter, [painting])).toEqual(await found(frame, [painting]));
    // One bright patch would be the nearest of most by its inner product alone.
    const spotted = { ...painting, data: painting.data.slice() };
    for (let c = 0; c < 5; c++)
      for (const at of [27, 28, 29, 35, 36, 37, 43, 44, 45]) spotted.data[c * 104 + at] *= 50;
    const nearest = await found(frame, [spotted]);
    expect(nearest.filter((n) => n === '0:36').length).toBeLessThan(nearest.length / 4);
  });

  test('is looked for and found only where places count', async () => {
    const weights = Float32Array.from({ length: 99 }, (_, i) => (i % 11 < 5 ? 0.1 : 0));
    const part = Float32Array.from({ length: 104 }, (_, i) => (i >= 52 ? 1 : 0));
    const masked = { ...frame, weights };
    const half = { ...painting, weights: part };
    const nearest = await found(masked, [half]);
    expect(nearest).toEqual(search(masked, [half]));
    expect(nearest[5 * 11 + 3]).toBeDefined();
    expect(nearest[5 * 11 + 8]).toBeUndefined();
  });

  test('is none where a layer has fewer than three rows or the painting counts nowhere', async () => {
    expect(new Set(await found(randomMaps(5, 11, 2, 4), [painting]))).toEqual(new Set([undefined]));
    const nothing = { ...painting, weights: new Float32Array(104) };
    expect(new Set(await found(frame, [nothing]))).toEqual(new Set([undefined]));
  });

  test('is the same with the products of a runtime', async () => {
    const sessions = new ProductSessions(createOnnxRuntime({ threads: 1 }));
    const relu = [randomMaps(5, 11, 9, 5, true), randomMaps(5, 8, 13, 6, true)] as const;
    expect(await found(relu[0], [relu[1]], sessions.products)).toEqual(search(relu[0], [relu[1]]));
    // More shapes than are kept.
    for (const most of [900, 1600, 2500, 3600, 4900, 900])
      expect(await found(frame, [painting], sessions.products, most)).toEqual(search(frame, [painting]));
    await sessions.dispose();
  });
});
