import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRational, rational, toNumber } from '../../dist/frames/rational.js';
import { approximate, frameTiming, schedule } from '../../dist/frames/timing.js';

const times = (pts: number[]) => pts.map((p) => ({ pts: p, duration: undefined }));
const ntsc = rational(30000, 1001);

describe('parseRational', () => {
  it('reads rates and aspects in lowest terms, and nothing else', () => {
    expect(parseRational('60000/2002')).toEqual(ntsc);
    expect(parseRational('16:9')).toEqual(rational(16, 9));
    expect(parseRational('25')).toEqual(rational(25));
    for (const text of ['0/0', '0:1', 'N/A', '', undefined, '1/0', '-1/2']) {
      expect(parseRational(text)).toBeUndefined();
    }
  });
});

describe('frameTiming', () => {
  it('finds NTSC exactly in Matroska milliseconds, whatever is stated', () => {
    const pts = Array.from({ length: 300 }, (_, i) => Math.round((i * 1001) / 30));
    const found = frameTiming(times(pts), rational(1, 1000), [rational(2997, 100), ntsc]);
    // Both stated rates fit 10 seconds of whole milliseconds: the first stated one is believed.
    expect(found.variableFrameRate).toBe(false);
    expect(frameTiming(times(pts), rational(1, 1000), [ntsc]).frameRate).toEqual(ntsc);
  });

  it('does not believe a field rate', () => {
    const pts = Array.from({ length: 50 }, (_, i) => i * 3600);
    const found = frameTiming(times(pts), rational(1, 90000), [rational(50), rational(25)]);
    expect(found).toEqual({ frameRate: rational(25), frameCount: 50, variableFrameRate: false });
  });

  it('takes order of decoding and an odd start in its stride', () => {
    const found = frameTiming(times([700, 1000, 800, 900, 1300, 1100, 1200]), rational(1, 2500), [undefined]);
    expect(found).toEqual({ frameRate: rational(25), frameCount: 7, variableFrameRate: false });
  });

  it('sees a dropped frame also where one tick is one frame', () => {
    const found = frameTiming(times([0, 1, 2, 4, 5]), rational(1, 25), [rational(25)]);
    expect(found.variableFrameRate).toBe(true);
    // Five frames in six periods.
    expect(found.frameRate).toEqual(rational(125, 6));
  });

  it('counts the last frame by its stated duration', () => {
    const list = [
      { pts: 0, duration: 100 },
      { pts: 100, duration: 300 },
      { pts: 400, duration: 600 },
    ];
    expect(frameTiming(list, rational(1, 1000), []).frameRate).toEqual(rational(3));
  });

  it("takes the stream's end for that of the last frame where that says nothing", () => {
    const ticks = (end?: number) =>
      frameTiming(times([0, 100, 400]), rational(1, 1000), [], end).edges?.ticks;
    expect(ticks(460)).toEqual([0, 100, 400, 460]);
    // No end, or one before the last frame: it is shown as long as the typical one.
    expect(ticks()).toEqual([0, 100, 400, 700]);
    expect(ticks(300)).toEqual([0, 100, 400, 700]);
  });

  it('falls back on what is stated for one frame or no time stamps', () => {
    expect(frameTiming(times([5]), rational(1, 1000), [undefined, rational(24)]).frameRate).toEqual(
      rational(24),
    );
    const blank = [1, 2, 3].map(() => ({ pts: undefined, duration: undefined }));
    expect(frameTiming(blank, rational(1, 25), [rational(50), rational(25)])).toEqual({
      frameRate: rational(25),
      frameCount: 3,
      variableFrameRate: false,
    });
  });
});

describe('schedule', () => {
  const edges = { timeBase: rational(1, 600), ticks: [0, 10, 50, 51, 51, 300, 420] };

  it('is the source itself in its own clock, but never two frames at once', () => {
    expect(schedule(edges, [{ first: 0, last: 5 }], rational(1, 600))).toEqual([0, 10, 50, 51, 52, 300, 420]);
  });

  it('joins ranges, each frame as long as it was', () => {
    const ranges = [
      { first: 0, last: 1 },
      { first: 5, last: 5 },
    ];
    expect(schedule(edges, ranges, rational(1, 600))).toEqual([0, 10, 50, 170]);
  });

  it('stays within half a tick of any clock, however long the film', () => {
    const step = fc.integer({ min: 40, max: 5000 });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 50 }),
        fc.integer({ min: 1000 }),
        (steps, rate) => {
          fc.pre(rate < 1e6);
          const ticks = [0];
          for (const length of steps) ticks.push(ticks[ticks.length - 1] + length);
          const whole = [{ first: 0, last: steps.length - 1 }];
          const places = schedule({ timeBase: rational(1, 30000), ticks }, whole, rational(1, rate));
          places.forEach((place, i) => {
            expect(Math.abs(place - (ticks[i] * rate) / 30000)).toBeLessThanOrEqual(0.5 + 1e-6);
            if (i > 0) expect(place).toBeGreaterThan(places[i - 1]);
          });
        },
      ),
    );
  });
});

describe('approximate', () => {
  it('stays within the bound and close', () => {
    const term = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(term, term, (a, b) => {
        fc.pre(a / b > 0.01 && a / b < 1000);
        const found = approximate(rational(a, b), 1001000);
        expect(found.numerator).toBeLessThanOrEqual(1001000);
        expect(found.denominator).toBeLessThanOrEqual(1001000);
        expect(Math.abs(toNumber(found) / (a / b) - 1)).toBeLessThan(2e-4);
      }),
    );
    expect(approximate(ntsc, 1001000)).toEqual(ntsc);
  });
});
