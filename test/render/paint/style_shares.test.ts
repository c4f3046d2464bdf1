import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countingStyles,
  frameClock,
  shareKeyframes,
  sharesAt,
} from '../../../dist/render/paint/style_shares.js';

const style = ['art/wave.jpg', 'art/the scream.jpg', 'starry.png'];
const none = { style, styleShares: [], styles: [] };
const clock = frameClock({ frameCount: 100, frameRate: { numerator: 25, denominator: 1 }, edges: undefined });

describe('shareKeyframes', () => {
  it('gives every painting the same, or what --style-shares says', () => {
    expect(shareKeyframes(none)).toEqual([{ seconds: 0, shares: [1 / 3, 1 / 3, 1 / 3] }]);
    expect(shareKeyframes({ ...none, styleShares: [3, 0, 1] })).toEqual([
      { seconds: 0, shares: [0.75, 0, 0.25] },
    ]);
  });

  it('takes times and frames, shares in order or by name', () => {
    const styles = ['0:1,0,0', '2s:wave=1,the%20scream=3', '00:00:03.5:starry=2'];
    expect(shareKeyframes({ ...none, styles }, clock)).toEqual([
      { seconds: 0, shares: [1, 0, 0] },
      { seconds: 2, shares: [0.25, 0.75, 0] },
      { seconds: 3.5, shares: [0, 0, 1] },
    ]);
    expect(shareKeyframes({ ...none, styles: ['50:1,0,0', '150:0,1,0'] }, clock)).toMatchObject([
      { seconds: 2 },
      { seconds: 6 },
    ]);
  });

  it.each([
    [{ styleShares: [1, 2] }, /--style-shares: expected 3 shares, one for each --style, found "1,2"$/],
    [{ styleShares: [0, 0, 0] }, /--style-shares: expected a share greater than 0/],
    [{ styles: ['0s:1,0'] }, /--style-at 0s:1,0: expected 3 shares/],
    [{ styles: ['0s:wafe=1'] }, /expected paintings among wave, .*found "wafe"; did you mean wave\?$/],
    [{ styles: ['2s:1,0,0', '1s:0,1,0'] }, /--style-at: expected a moment after that of 2s:1,0,0/],
    [{ styles: ['1s:1,0,0', '25:0,1,0'] }, /expected a moment after that of 1s:1,0,0, found "25:0,1,0"/],
    [{ styles: ['0s:1,0,0'], styleShares: [1, 1, 1] }, /--style-shares: expected nothing with --style-at/],
  ])('refuses %j', (given, message) => {
    expect(() => shareKeyframes({ ...none, ...given }, clock)).toThrow(message);
  });

  it('does not guess between two paintings of one name', () => {
    const twins = { ...none, style: ['a/wave.jpg', 'b/wave.jpg'], styles: ['0s:wave=1'] };
    expect(() => shareKeyframes(twins, clock)).toThrow(/each named once, found "wave"/);
  });
});

describe('sharesAt', () => {
  const keyframes = [
    { seconds: 1, shares: [1, 0] },
    { seconds: 3, shares: [0, 1] },
    { seconds: 4, shares: [0.5, 0.5] },
  ];

  it('stays before the first and after the last, and meets every keyframe', () => {
    for (const seconds of [0, 1]) expect(sharesAt(keyframes, seconds)).toEqual([1, 0]);
    expect(sharesAt(keyframes, 3)).toEqual([0, 1]);
    for (const seconds of [4, 9]) expect(sharesAt(keyframes, seconds)).toEqual([0.5, 0.5]);
    expect(sharesAt(keyframes, 2)).toEqual([0.5, 0.5]);
  });

  it('has shares that sum to 1, and no jolt at a keyframe', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5, noNaN: true }), (seconds) => {
        const shares = sharesAt(keyframes, seconds);
        expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
        for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
      }),
    );
    const speed = (seconds: number) =>
      (sharesAt(keyframes, seconds + 1e-4)[0] - sharesAt(keyframes, seconds - 1e-4)[0]) / 2e-4;
    for (const { seconds } of keyframes) expect(Math.abs(speed(seconds))).toBeLessThan(1e-3);
    // 3t² − 2t³ is steepest in the middle: 3/2 of the mean speed, which is ½ a second.
    expect(speed(2)).toBeCloseTo(-0.75, 5);
  });

  it('knows which paintings never count', () => {
    expect(countingStyles(keyframes)).toEqual([0, 1]);
    expect(countingStyles([{ seconds: 0, shares: [0, 0.5, 0.5] }])).toEqual([1, 2]);
  });
});
