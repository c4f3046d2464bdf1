import { describe, expect, it } from 'vitest';
import { channelLook, towardsFresh } from '../../dist/temporal/fresh_look.js';
import { picturesOf } from './small_pictures.js';

const { picture } = picturesOf(24, 16);
const strokes = (mean: number, deviation: number) =>
  picture((x, y, c) => mean + 5 * c + ((x + y) % 2 === 0 ? deviation : -deviation));

describe('towardsFresh', () => {
  const fresh = channelLook(strokes(120, 40));

  it('measures mean and deviation of each channel', () => {
    for (const c of [0, 1, 2]) {
      expect(fresh.means[c]).toBeCloseTo(120 + 5 * c, 3);
      expect(fresh.deviations[c]).toBeCloseTo(40, 3);
    }
  });

  it('leaves what is as near as fresh paintings are to each other, to the last bit', () => {
    const near = strokes(122, 41);
    expect(towardsFresh(near, fresh)).toBe(near);
  });

  it('takes back the rest within some dozens of frames, and no more', () => {
    let painted = strokes(220, 15);
    const first = channelLook(towardsFresh(painted, fresh));
    expect(first.means[0]).toBeGreaterThan(210);
    for (let frame = 0; frame < 96; frame++) painted = towardsFresh(painted, fresh);
    const { means, deviations } = channelLook(painted);
    for (const c of [0, 1, 2]) {
      expect(means[c] - fresh.means[c]).toBeGreaterThan(2.9);
      expect(means[c] - fresh.means[c]).toBeLessThan(6);
      expect(deviations[c] / fresh.deviations[c]).toBeGreaterThan(0.92);
      expect(deviations[c] / fresh.deviations[c]).toBeLessThan(1);
    }
  });

  it('makes nothing of a flat picture but another flat one', () => {
    const flat = towardsFresh(
      picture(() => 10),
      fresh,
    );
    expect(flat.data.every(Number.isFinite)).toBe(true);
    expect(flat.data[0]).toBeGreaterThan(10);
  });
});
