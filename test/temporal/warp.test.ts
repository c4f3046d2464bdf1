import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../dist/picture.js';
import { warpPicture, warpSharp } from '../../dist/temporal/warp.js';

const texture = (width: number, height: number) => {
  const data = new Float32Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = (i * 7919) % 256;
  return { width, height, data };
};

const constantFlow = (width: number, height: number, u: number, v: number) => ({
  width,
  height,
  u: new Float32Array(width * height).fill(u),
  v: new Float32Array(width * height).fill(v),
});

describe('warpPicture', () => {
  it('by zero flow is the identity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (w, h) => {
        const picture = texture(w, h);
        const { picture: out, inside } = warpPicture(picture, constantFlow(w, h, 0, 0));
        expect(out.data).toEqual(picture.data);
        expect(inside.data.every((v) => v === 1)).toBe(true);
      }),
    );
  });

  it('by whole pixels moves pixels exactly and marks what comes from outside', () => {
    const picture = texture(9, 5);
    const { picture: out, inside } = warpPicture(picture, constantFlow(9, 5, 2, -1));
    for (let y = 0; y < 5; y++)
      for (let x = 0; x < 9; x++) {
        const lands = x + 2 <= 8 && y - 1 >= 0;
        expect(inside.data[y * 9 + x]).toBe(lands ? 1 : 0);
        if (lands)
          for (let c = 0; c < 3; c++)
            expect(out.data[c * 45 + y * 9 + x]).toBe(picture.data[c * 45 + (y - 1) * 9 + x + 2]);
      }
  });

  it('interpolates bilinearly: a linear ramp is sampled exactly', () => {
    const [w, h] = [8, 6];
    const data = new Float32Array(3 * w * h);
    for (let i = 0; i < w * h; i++)
      data[i] = data[i + w * h] = data[i + 2 * w * h] = 3 * (i % w) + 5 * Math.floor(i / w);
    const { picture } = warpPicture({ width: w, height: h, data }, constantFlow(w, h, 0.25, 0.5));
    expect(picture.data[2 * w + 3]).toBeCloseTo(3 * 3.25 + 5 * 2.5, 4);
  });

  it('refuses a flow of another size', () => {
    expect(() => warpPicture(texture(4, 4), constantFlow(5, 4, 0, 0))).toThrow(/4x4.*5x4/);
  });
});

describe('warpSharp', () => {
  it('by zero flow is the identity, and by whole pixels moves pixels exactly', () => {
    const picture = texture(9, 6);
    expect(warpSharp(picture, constantFlow(9, 6, 0, 0)).data).toEqual(picture.data);
    const moved = warpSharp(picture, constantFlow(9, 6, 2, -1));
    const bilinear = warpPicture(picture, constantFlow(9, 6, 2, -1)).picture;
    expect(moved.data).toEqual(bilinear.data);
  });

  it('keeps the strokes of a slow pan where bilinear interpolation blurs them, and never makes them stronger', () => {
    const [w, h] = [96, 8];
    const kept = (period: number, warp: (picture: Picture) => Picture) => {
      const data = new Float32Array(3 * w * h);
      for (let i = 0; i < data.length; i++)
        data[i] = 128 + 60 * Math.sin(((i % w) * 2 * Math.PI) / period + 0.4);
      let picture: Picture = { width: w, height: h, data };
      for (let k = 0; k < 8; k++) picture = warp(picture);
      return contrast(picture) / contrast({ data });
    };
    const contrast = ({ data }: { data: Float32Array }) => {
      const middle = Array.from(data.subarray(3 * w + 24, 3 * w + w - 24));
      const mean = middle.reduce((a, b) => a + b) / middle.length;
      return Math.sqrt(middle.reduce((sum, v) => sum + (v - mean) ** 2, 0) / middle.length);
    };
    for (const u of [0.1, 0.3, 0.5]) {
      const flow = constantFlow(w, h, u, 0);
      // Whole numbers of these periods lie in the middle.
      for (const period of [3, 4, 6, 8, 12, 16, 24])
        expect(
          kept(period, (p) => warpSharp(p, flow)),
          `${period} px by ${u}`,
        ).toBeLessThan(1.001);
    }
    const slow = constantFlow(w, h, 0.3, 0);
    expect(kept(6, (p) => warpSharp(p, slow))).toBeGreaterThan(0.85);
    expect(kept(6, (p) => warpPicture(p, slow).picture)).toBeLessThan(0.5);
  });

  it('throws when sizes differ', () => {
    expect(() => warpSharp(texture(4, 4), constantFlow(5, 4, 0, 0))).toThrow(/4x4.*5x4/);
  });
});
