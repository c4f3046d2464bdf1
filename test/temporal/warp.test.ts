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

  it('does not blur a slow pan away: after 20 warps by 0.3 px strokes of 4 px keep their contrast', () => {
    const [w, h] = [96, 8];
    const data = new Float32Array(3 * w * h);
    for (let i = 0; i < data.length; i++) data[i] = 128 + 60 * Math.sin((i % w) * (Math.PI / 2) + 0.4);
    const contrast = ({ data }: { data: Float32Array }) => {
      const middle = Array.from(data.subarray(3 * w + 16, 3 * w + w - 16));
      const mean = middle.reduce((a, b) => a + b) / middle.length;
      return Math.sqrt(middle.reduce((sum, v) => sum + (v - mean) ** 2, 0) / middle.length);
    };
    const flow = constantFlow(w, h, 0.3, 0);
    let sharp: Picture = { width: w, height: h, data };
    let bilinear = sharp;
    for (let k = 0; k < 20; k++) {
      sharp = warpSharp(sharp, flow);
      bilinear = warpPicture(bilinear, flow).picture;
    }
    const before = contrast({ data });
    expect(contrast(sharp) / before).toBeGreaterThan(0.9);
    expect(contrast(sharp) / before).toBeLessThan(1.5);
    expect(contrast(bilinear) / before).toBeLessThan(0.05);
  });

  it('throws when sizes differ', () => {
    expect(() => warpSharp(texture(4, 4), constantFlow(5, 4, 0, 0))).toThrow(/4x4.*5x4/);
  });
});
