import { describe, expect, it } from 'vitest';
import { Wildcard } from '../../dist/frames/wildcard.js';

describe('Wildcard', () => {
  it.each([
    ['shot_*.png', ['shot_1.png', 'shot_.png'], ['shot_1.jpg', 'a_shot_1.png']],
    ['a?.png', ['ab.png'], ['a.png', 'abc.png']],
    ['[ab]*[!0].png', ['ax1.png', 'b2.png'], ['c1.png', 'a10.png']],
    ['a.b+(c)*', ['a.b+(c)', 'a.b+(c)d'], ['aXb+(c)']],
    ['[z-a]*.png', [], ['z.png', 'a.png']],
    ['*', ['', 'x'], []],
  ])('%s', (pattern, fits, others) => {
    const wildcard = new Wildcard(pattern);
    expect(fits.filter((name) => !wildcard.test(name))).toEqual([]);
    expect(others.filter((name) => wildcard.test(name))).toEqual([]);
  });

  it('takes no more steps than the product of both lengths', () => {
    const wildcard = new Wildcard(`${'*a'.repeat(25)}.png`);
    const name = `${'a'.repeat(200)}b.png`;
    expect(wildcard.test(name)).toBe(false);
    expect(wildcard.steps).toBeLessThan(55 * name.length);
  });
});
