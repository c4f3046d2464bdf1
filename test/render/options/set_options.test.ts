import { describe, expect, it } from 'vitest';
import { setOptions } from '../../../dist/index.js';
import { run } from '../../support/program.js';

describe('setOptions', () => {
  it('sets options of every kind by their names', () => {
    expect(
      setOptions('film', { styleWeight: 1, seed: 3 }, [
        'style-weight=50',
        'iterations=40,15',
        'loop=true',
        'pooling=average',
        'frames=0-9',
        'long-term=10,1',
      ]),
    ).toEqual({
      styleWeight: 50,
      seed: 3,
      iterations: { first: 40, next: 15 },
      loop: true,
      pooling: 'average',
      frames: '0-9',
      longTerm: [1, 10],
    });
  });

  it('takes a list value by value, in place of what was given', () => {
    expect(setOptions('film', { style: ['old.jpg'] }, ['style=a.jpg', 'style=b=c.jpg'])).toEqual({
      style: ['a.jpg', 'b=c.jpg'],
    });
  });

  it('sets one factor of several and leaves the others, as given, of the preset or by default', () => {
    expect(setOptions('image', {}, ['style-layers.relu4_1=3'])).toEqual({
      styleLayers: { relu1_1: 1, relu2_1: 1, relu3_1: 1, relu4_1: 3, relu5_1: 1 },
    });
    const own = { styleLayers: { relu1_1: 1 } };
    expect(setOptions('image', own, ['style-layers.relu2_1=0.5', 'style-layers.relu1_1=2'])).toEqual({
      styleLayers: { relu1_1: 2, relu2_1: 0.5 },
    });
    const gatys = setOptions('image', { preset: 'gatys2016' }, ['style-layers.relu1_1=9']);
    expect(gatys.styleLayers).toMatchObject({ relu1_1: 9, relu2_1: 4, relu5_1: 64 });
  });

  it.each([
    ['style-weight', /--set: expected key=value such as style-weight=50, found "style-weight"/],
    [
      'stlye-weight=3',
      /expected an option of image before the =, found "stlye-weight"; did you mean style-weight\?/,
    ],
    ['temporal-weight=3', /expected an option of image before the =/],
    ['style-weight=-1', /--style-weight: expected a number of at least 0, found "-1"/],
    ['enlarge=yes', /--enlarge: expected true or false, found "yes"/],
    ['style-weight.relu1_1=3', /expected style-weight=value, found "style-weight\.relu1_1"/],
    ['style-layers.relu1_1=', /expected a number after the =, found ""/],
  ])('refuses %s', (text, message) => {
    expect(() => setOptions('image', {}, [text])).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
    );
  });
});

it('--set and the option itself are not both taken', async () => {
  const found = await run(['image', 'a.png', '--seed', '3', '--set', 'seed=4']);
  expect(found).toMatchObject({ status: 2 });
  expect(found.stderr).toMatch(/expected --seed or --set seed=4, found both/);
});
