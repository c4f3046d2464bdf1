import { describe, expect, it } from 'vitest';
import { temporalError, weightedSquares } from '../../dist/temporal/consistency.js';

const picture = (width: number, height: number, at: (x: number, y: number, c: number) => number) => {
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) data[(c * height + y) * width + x] = at(x, y, c);
  return { width, height, data };
};

const flow = (width: number, height: number, u: number, v = 0) => ({
  width,
  height,
  u: new Float32Array(width * height).fill(u),
  v: new Float32Array(width * height).fill(v),
});

const plane = (width: number, height: number, at: (x: number, y: number) => number) => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, p) => at(p % width, Math.floor(p / width))),
});

const noise = (x: number, y: number, c: number) => (x * 7919 + y * 104729 + c * 31) % 256;

describe('temporalError', () => {
  it('is 0 for a frame that repeats the one before', () => {
    const frame = picture(7, 5, noise);
    expect(
      temporalError(
        frame,
        frame,
        flow(7, 5, 0),
        plane(7, 5, () => 1),
      ),
    ).toEqual({
      all: 0,
      certain: 0,
      certainShare: 1,
    });
  });

  it('is the square of a step in brightness', () => {
    const before = picture(6, 4, () => 100);
    const after = picture(6, 4, () => 151);
    const error = temporalError(
      after,
      before,
      flow(6, 4, 0),
      plane(6, 4, () => 1),
    );
    expect(error.all).toBeCloseTo(0.04, 12);
    expect(error.certain).toBeCloseTo(0.04, 12);
  });

  it('divides by all pixels and by certain ones, each weighted by its certainty', () => {
    // Of 4x2 pixels, two of certainty 1 are off by 51 in one channel of three, one of certainty 1/2 in all three.
    const before = picture(4, 2, () => 0);
    const after = picture(4, 2, (x, y, c) => (y === 0 && (x === 2 || (c === 1 && x < 2)) ? 51 : 0));
    const sure = plane(4, 2, (x, y) => (y === 0 ? [1, 1, 0.5, 0][x] : 0));
    const error = temporalError(after, before, flow(4, 2, 0), sure);
    const sum = 2 * 0.04 + 0.5 * 3 * 0.04;
    expect(error.all).toBeCloseTo(sum / (3 * 8), 12);
    expect(error.certain).toBeCloseTo(sum / (3 * 2.5), 12);
    expect(error.certainShare).toBeCloseTo(2.5 / 8, 12);
  });

  it('follows the motion, and leaves out what comes from outside the frame', () => {
    const before = picture(8, 3, noise);
    const after = picture(8, 3, (x, y, c) => (x >= 2 ? noise(x - 2, y, c) : 255));
    const error = temporalError(
      after,
      before,
      flow(8, 3, -2),
      plane(8, 3, () => 1),
    );
    expect(error).toEqual({ all: 0, certain: 0, certainShare: 0.75 });
  });

  it('takes unknown flow of ground truth as uncertain', () => {
    const frame = picture(4, 3, noise);
    const unknown = flow(4, 3, 0);
    unknown.u[0] = 1.7e9;
    unknown.v[5] = Number.NaN;
    const error = temporalError(
      frame,
      frame,
      unknown,
      plane(4, 3, () => 1),
    );
    expect(error).toEqual({ all: 0, certain: 0, certainShare: 10 / 12 });
  });

  it('is 0 where nothing is certain', () => {
    const error = temporalError(
      picture(3, 3, () => 255),
      picture(3, 3, () => 0),
      flow(3, 3, 0),
      plane(3, 3, () => 0),
    );
    expect(error).toEqual({ all: 0, certain: 0, certainShare: 0 });
  });

  it('refuses pictures, flow and certainty of different sizes', () => {
    const frame = picture(4, 4, noise);
    const sure = plane(4, 4, () => 1);
    expect(() => temporalError(frame, picture(5, 4, noise), flow(4, 4, 0), sure)).toThrow(
      /4x4, previous is 5x4/,
    );
    expect(() => temporalError(frame, frame, flow(4, 5, 0), sure)).toThrow(/flow is 4x5/);
    expect(() =>
      temporalError(
        frame,
        frame,
        flow(4, 4, 0),
        plane(3, 4, () => 1),
      ),
    ).toThrow(/certainty is 3x4/);
  });
});

describe('weightedSquares', () => {
  it('gives the warped frame and each pixel of the error', () => {
    const before = picture(5, 2, (x) => 10 * x);
    const { squares, weights, warped } = weightedSquares(
      picture(5, 2, (x) => 10 * (x + 1) + 51),
      before,
      flow(5, 2, 1),
      plane(5, 2, () => 0.5),
    );
    expect([...weights.slice(0, 5)]).toEqual([0.5, 0.5, 0.5, 0.5, 0]);
    expect(squares[0]).toBeCloseTo(0.5 * 3 * 0.04, 12);
    expect(squares[4]).toBe(0);
    expect([...warped.data.slice(0, 5)]).toEqual([10, 20, 30, 40, 40]);
  });
});
