import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noisePicture } from '../../dist/nst/noise.js';
import { blend, directionOf, neighboursOf, passOrder } from '../../dist/temporal/passes.js';

const pieces = fc.record({
  first: fc.nat(1000),
  length: fc.integer({ min: 1, max: 40 }),
  loop: fc.boolean(),
  pass: fc.integer({ min: 2, max: 30 }),
});
const pieceOf = ({ first, length, loop }: { first: number; length: number; loop: boolean }) => ({
  first,
  last: first + length - 1,
  loop,
});

describe('passOrder', () => {
  it('goes forward, back, forward …', () => {
    const piece = { first: 7, last: 10, loop: false };
    expect(passOrder(piece, 1)).toEqual([7, 8, 9, 10]);
    expect(passOrder(piece, 2)).toEqual([10, 9, 8, 7]);
    expect(passOrder(piece, 3)).toEqual([7, 8, 9, 10]);
  });

  it('has every frame of the piece once, each beside the one before it', () => {
    fc.assert(
      fc.property(pieces, (p) => {
        const order = passOrder(pieceOf(p), p.pass);
        expect([...order].sort((a, b) => a - b)).toEqual(
          Array.from({ length: p.length }, (_, k) => p.first + k),
        );
        for (let k = 1; k < order.length; k++) {
          const step = order[k] - order[k - 1] - directionOf(p.pass);
          expect(step === 0 || (p.loop && step % p.length === 0)).toBe(true);
        }
      }),
    );
  });

  it('starts a loop elsewhere in every pass, and everywhere before it starts at a frame again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), (n) => {
        const starts = Array.from(
          { length: n },
          (_, k) => passOrder({ first: 3, last: n + 2, loop: true }, k + 1)[0],
        );
        expect(new Set(starts).size).toBe(n);
      }),
    );
  });
});

describe('neighboursOf', () => {
  it('are the frames on both sides, none outside the piece', () => {
    const piece = { first: 7, last: 10, loop: false };
    expect(neighboursOf(piece, 3, 7)).toEqual({ incoming: undefined, other: { frame: 8, pass: 2 } });
    expect(neighboursOf(piece, 3, 9)).toEqual({
      incoming: { frame: 8, pass: 3 },
      other: { frame: 10, pass: 2 },
    });
    expect(neighboursOf(piece, 3, 10)).toEqual({ incoming: { frame: 9, pass: 3 }, other: undefined });
    expect(neighboursOf(piece, 2, 10)).toEqual({ incoming: undefined, other: { frame: 9, pass: 1 } });
    expect(neighboursOf({ first: 4, last: 4, loop: true }, 2, 4)).toEqual({});
  });

  it('are across the seam of a loop, too', () => {
    const piece = { first: 0, last: 2, loop: true };
    const [start, , end] = passOrder(piece, 3);
    expect(neighboursOf(piece, 3, start)).toEqual({
      incoming: { frame: end, pass: 2 },
      other: { frame: (start + 1) % 3, pass: 2 },
    });
    expect(neighboursOf(piece, 3, end).other).toEqual({ frame: start, pass: 3 });
    expect(neighboursOf({ first: 5, last: 6, loop: true }, 2, 5).other).toBeUndefined();
  });

  it('are painted and not yet removed when they are read, if a frame makes its earlier painting needless', () => {
    fc.assert(
      fc.property(pieces, (p) => {
        const piece = pieceOf(p);
        const stored = new Map(passOrder(piece, 1).map((frame) => [frame, p.pass - 1]));
        for (const frame of passOrder(piece, p.pass)) {
          const { incoming, other } = neighboursOf(piece, p.pass, frame);
          for (const neighbour of [incoming, other])
            if (neighbour) expect(stored.get(neighbour.frame)).toBe(neighbour.pass);
          stored.set(frame, p.pass);
        }
      }),
    );
  });
});

describe('blend', () => {
  const [width, height] = [6, 4];
  const picture = (seed: number) => noisePicture(width, height, seed, 100);
  const plane = (value: number) => ({ width, height, data: new Float32Array(width * height).fill(value) });
  const own = picture(1);

  it('is the frame itself where nothing is certain or nothing weighs', () => {
    expect(blend(own, []).data).toEqual(own.data);
    expect(blend(own, [{ warped: picture(2), certainty: plane(0), weight: 1 }]).data).toEqual(own.data);
    expect(blend(own, [{ warped: picture(2), certainty: plane(1), weight: 0 }]).data).toEqual(own.data);
  });

  it('is the formula, pixel by pixel', () => {
    const c = { ...plane(0), data: Float32Array.from({ length: 24 }, (_, p) => p / 23) };
    const [a, b] = [picture(2), picture(3)];
    const got = blend(own, [
      { warped: a, certainty: c, weight: 1 },
      { warped: b, certainty: plane(0.5), weight: 0.25 },
    ]);
    for (let i = 0; i < 72; i++) {
      const w = c.data[i % 24];
      expect(got.data[i]).toBeCloseTo((own.data[i] + w * a.data[i] + 0.125 * b.data[i]) / (1.125 + w), 3);
    }
  });

  it("is the paper's, half and half, where one neighbour is certain", () => {
    const got = blend(own, [{ warped: picture(2), certainty: plane(1), weight: 1 }]);
    const other = picture(2).data;
    for (const [i, v] of got.data.entries()) expect(v).toBeCloseTo((own.data[i] + other[i]) / 2, 3);
  });

  it('lies between what it blends', () => {
    fc.assert(
      fc.property(
        fc.float({ min: 0, max: 1, noNaN: true }),
        fc.float({ min: 0, max: 4, noNaN: true }),
        (c, weight) => {
          const warped = picture(2);
          const { data } = blend(own, [{ warped, certainty: plane(c), weight }]);
          data.forEach((v, i) => {
            expect(v).toBeGreaterThanOrEqual(Math.min(own.data[i], warped.data[i]) - 1e-4);
            expect(v).toBeLessThanOrEqual(Math.max(own.data[i], warped.data[i]) + 1e-4);
          });
        },
      ),
    );
  });

  it('refuses neighbours of another size', () => {
    const small = { width: 2, height: 2, data: new Float32Array(12) };
    const neighbour = {
      warped: small,
      certainty: { width: 2, height: 2, data: new Float32Array(4) },
      weight: 1,
    };
    expect(() => blend(own, [neighbour])).toThrow(/6x4.*2x2/);
  });
});
