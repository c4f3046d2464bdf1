import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../dist/render/work/pass_files.js';
import { passOrder } from '../../../dist/temporal/passes.js';

const key = (pass: number, frame: number) => `${pass} ${frame}`;

describe('standingOf', () => {
  it('finds the step where painting was cut off, whatever is kept of what is done', () => {
    fc.assert(
      fc.property(
        fc.record({
          first: fc.nat(20),
          length: fc.integer({ min: 1, max: 7 }),
          loop: fc.boolean(),
          passes: fc.integer({ min: 1, max: 5 }),
          share: fc.float({ min: 0, max: 1, noNaN: true }),
          keep: fc.boolean(),
          cutOffBeforeRelease: fc.boolean(),
        }),
        ({ first, length, loop, passes, share, keep, cutOffBeforeRelease }) => {
          const piece = { first, last: first + length - 1, loop };
          const steps = Array.from({ length: passes }, (_, p) =>
            passOrder(piece, p + 1).map((frame) => ({ pass: p + 1, frame })),
          ).flat();
          const done = Math.floor(share * steps.length);
          const stored = new Set<string>();
          steps.slice(0, done).forEach(({ pass, frame }, k) => {
            stored.add(key(pass, frame));
            if (!keep && !(cutOffBeforeRelease && k === done - 1)) stored.delete(key(pass - 1, frame));
          });
          const { pass, todo } = standingOf(piece, passes, (p, frame) => stored.has(key(p, frame)));
          const left = steps.slice(done);
          expect(pass).toBe(left[0]?.pass ?? passes + 1);
          expect(todo).toEqual(left.filter((step) => step.pass === pass).map(({ frame }) => frame));
        },
      ),
    );
  });
});
