import { describe, expect, it } from 'vitest';
import { DEFAULTS, PRESETS, showValue } from '../../../dist/render/options/defaults.js';
import { OPTIONS, showDefault } from '../../../dist/render/options/options.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';

describe('resolveSettings', () => {
  it('gives the documented defaults', () => {
    const s = resolveSettings('film', {});
    expect(s).toMatchObject({
      size: 640,
      contentWeight: 5,
      styleWeight: 100,
      temporalWeight: 1000,
      tvWeight: 1e-3,
    });
    expect(s.iterations).toEqual(PRESETS.standard.iterations);
  });

  it('puts options given by name before their preset', () => {
    const s = resolveSettings('film', { preset: 'draft', iterations: '7,3' });
    expect(s.iterations).toEqual({ first: 7, next: 3 });
    expect(s.flow).toBe('medium');
  });

  it('gives the temporal term half the weight in several passes, unless it is given', () => {
    expect(resolveSettings('film', { passes: 2 })).toMatchObject({ passes: 2, temporalWeight: 500 });
    expect(resolveSettings('film', { passes: 2, temporalWeight: 70 }).temporalWeight).toBe(70);
    expect(resolveSettings('film', { passes: 2, preset: 'ruder2016' }).temporalWeight).toBe(1000);
    expect(showDefault(OPTIONS.find(({ name }) => name === 'temporalWeight')!)).toBe(
      '1000, in several passes 500',
    );
  });

  it('takes one number of iterations for both', () => {
    expect(resolveSettings('film', { iterations: '0' }).iterations).toEqual({ first: 0, next: 0 });
  });

  it('takes layers as text or as an object, with a factor of 1 where none is given', () => {
    const layers = { relu1_1: 1, relu3_1: 0.25 };
    for (const given of ['relu1_1,relu3_1:0.25', ' relu1_1 : 1 , relu3_1:.25', layers])
      expect(resolveSettings('film', { styleLayers: given }).styleLayers).toEqual(layers);
  });

  it('takes keyframes and rectangles as text, one by one or as they are shown, and as objects', () => {
    const styles = ['0s:1,0', '00:00:08:0,1'];
    const tables = [
      { at: '0s', wave: 1 },
      { at: 200, wave: 0, scream: 2 },
    ];
    expect(resolveSettings('film', { styles }).styles).toEqual(styles);
    expect(resolveSettings('film', { styles: showValue(styles) }).styles).toEqual(styles);
    expect(resolveSettings('film', { styles: tables }).styles).toEqual(['0s:wave=1', '200:wave=0,scream=2']);
    const styleCrop = [
      [0, 0, 0.5, 1],
      [0.1, 0.2, 0.9, 0.8],
    ];
    for (const given of [styleCrop, showValue(styleCrop), ['0,0,.5,1', '0.1,0.2,0.9,0.8']])
      expect(resolveSettings('film', { styleCrop: given }).styleCrop).toEqual(styleCrop);
    expect(resolveSettings('film', { styleCrop: [0, 0, 1, 1] }).styleCrop).toEqual([[0, 0, 1, 1]]);
  });

  it('takes style losses as text or as an object, in its own order', () => {
    const losses = { gram: 1, wasserstein: 0.5 };
    for (const given of [
      'wasserstein:.5,gram',
      ' gram : 1 , wasserstein:0.5',
      { wasserstein: 0.5, gram: 1 },
    ]) {
      const { styleLoss } = resolveSettings('film', { styleLoss: given });
      expect(styleLoss).toEqual(losses);
      expect(Object.keys(styleLoss)).toEqual(Object.keys(losses));
    }
  });

  it('takes avg for average', () => {
    expect(resolveSettings('image', { pooling: 'avg' }).pooling).toBe('average');
  });

  it.each([
    ['styleShares', '1,-1', /--style-shares: expected numbers from 0 to 1000000 such as 3,1, found "1,-1"/],
    ['styleScale', '0', /--style-scale: expected numbers from 0.05 to 20/],
    ['styleScale', '1,', /--style-scale/],
    ['styleCrop', '0,0,0.5', /--style-crop: expected x,y,width,height as shares of the picture/],
    ['styleCrop', '0.6,0,0.5,1', /--style-crop/],
    ['styleCrop', '0,0,0,1', /--style-crop/],
    ['styles', '8s', /--style-at: expected a time or a frame and the shares from then on/],
    ['styles', 'soon:1,0', /--style-at/],
    ['styles', '8s:0,0', /--style-at/],
    ['styles', '8s:wave=1,2', /--style-at/],
    ['styles', '8s:50%=1', /--style-at/],
    ['size', '12', /--size: expected a whole number from 16 to 16384, found "12"/],
    ['size', '64.5', /--size/],
    ['styleWeight', '-1', /--style-weight: expected a number of at least 0, found "-1"/],
    ['styleWeight', 'much', /--style-weight/],
    ['pooling', 'median', /--pooling: expected one of max, average, found "median"/],
    ['styleLoss', 'grams', /--style-loss: expected some of gram, covariance, .*, found "grams"/],
    ['styleLoss', 'gram:0', /one of them positive/],
    ['styleLoss', 'gram,gram:2', /--style-loss/],
    ['iterations', '5,x', /--iterations/],
    ['iterations', '1,2,3', /--iterations/],
    ['seed', '', /--seed/],
    ['fromFrame', '-3', /--from-frame/],
    ['styleLayers', 'conv1_1:1', /--style-layers: expected layers with factors .*, found "conv1_1:1"/],
    ['styleLayers', 'relu1_1:-1', /--style-layers/],
    ['styleLayers', 'relu1_1:0', /one of them positive, .*found "relu1_1:0"/],
    ['contentLayers', 'relu4_2,relu4_2:2', /--content-layers/],
    ['contentLayers', '', /--content-layers/],
    [
      'preset',
      'gatys2015',
      /--preset: expected one of .*gatys2016, ruder2016, ruder2016-multipass.*, found "gatys2015"/,
    ],
    ['tolerance', '2', /--tolerance: expected a number from 0 to 1/],
  ])('refuses %s %s', (name, value, message) => {
    expect(() => resolveSettings('film', { [name]: value })).toThrowError(
      expect.objectContaining({
        kind: 'usage',
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('refuses a setting its command does not have', () => {
    expect(() => resolveSettings('image', { temporalWeight: '3' })).toThrow(/temporalWeight/);
  });
});

describe('the option schema', () => {
  it('describes every setting once', () => {
    expect(OPTIONS.map((o) => o.name).sort()).toEqual(Object.keys(DEFAULTS).sort());
  });

  it('has flags that match the names', () => {
    const dashed = (name: string) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    for (const o of OPTIONS) expect(o.key ? `--${o.key}` : o.flag).toBe(dashed(o.name));
  });

  it('shows what presets decide by preset', () => {
    const iterations = OPTIONS.find((o) => o.name === 'iterations');
    expect(showDefault(iterations!)).toMatch(/draft \d+,\d+, standard \d+,\d+, fine \d+,\d+/);
  });
});
