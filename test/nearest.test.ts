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

  it('ends a message, or leaves it as it is', () => {
    expect(didYouMean('drft', presets)).toBe('; did you mean draft?');
    expect(didYouMean('lovely', presets)).toBe('');
  });
});
