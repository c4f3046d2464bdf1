import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../dist/nearest.js';

const presets = ['draft', 'standard', 'fine'];

describe('nearest', () => {
  it.each([
    ['drft', 'draft'],
    ['Draft', 'draft'],
    ['dratf', 'draft'],
    ['stand', 'standard'],
    ['st', 'standard'],
    ['fien', 'fine'],
  ])('takes %s for %s', (typed, meant) => expect(nearest(typed, presets)).toBe(meant));

  it.each(['', 'x', 'best', 'thorough'])('takes "%s" for none', (typed) =>
    expect(nearest(typed, presets)).toBeUndefined(),
  );

  it('prefers fewer edits, a swap of neighbours being one', () => {
    expect(nearest('--stlye', ['--style', '--size', '--tv-weight'])).toBe('--style');
    expect(nearest('ab', ['xy', 'ba'])).toBe('ba');
  });

  it('compares no word with one that is longer by more letters than edits are allowed', () => {
    let read = 0;
    const longest = new Proxy(['x'.repeat(1e6)], {
      get: (list, key) => {
        if (key === '0') read++;
        return Reflect.get(list, key);
      },
    });
    expect(nearest('draft', longest)).toBeUndefined();
    expect(nearest('y'.repeat(1e6), presets)).toBeUndefined();
    expect(read).toBe(1);
  });

  it('ends a message, or leaves it as it is', () => {
    expect(didYouMean('drft', presets)).toBe('; did you mean draft?');
    expect(didYouMean('lovely', presets)).toBe('');
  });
});
