import { describe, expect, it } from 'vitest';
import { feathered, fitMask, lumaKey, maskOf, union } from '../../../dist/render/masks/mask_plane.js';
import { goalsIn, guidesOf, maskedGoals, regionsOf } from '../../../dist/render/masks/mask_regions.js';
import { maskSpecs, placePair } from '../../../dist/render/masks/mask_spec.js';
import { stillMasks } from '../../../dist/render/masks/still_masks.js';
import { resolveSettings } from '../../../dist/render/options/settings.js';

const settings = (mask: unknown, more: object = {}) =>
  resolveSettings('film', { style: ['art/wave.jpg', 'scream.png'], mask, ...more });
const alone = [0, 1].map((region) => ({ region, share: 1 }));
const plane = (...data: number[]) => ({ width: data.length, height: 1, data: Float32Array.from(data) });

describe('--mask', () => {
  it('names a painting by its number or file, and says where: files, luma, alpha, or where not', () => {
    const specs = maskSpecs(settings(['wave=sky.png', '2=not:luma:0.2-0.5', 'Scream=alpha']));
    expect(specs.map(({ text, ...spec }) => spec)).toEqual([
      { style: 0, source: { kind: 'file', path: 'sky.png' }, inverted: false },
      { style: 1, source: { kind: 'luma', bounds: [0.2, 0.5] }, inverted: true },
      { style: 1, source: { kind: 'alpha' }, inverted: false },
    ]);
  });

  it('is a table in programs and settings files', () => {
    expect(settings({ wave: ['a.png', 'b.png'], scream: 'luma' }).mask).toEqual([
      'wave=a.png',
      'wave=b.png',
      'scream=luma',
    ]);
  });

  it('takes the frame that a mask is of where masks are carried', () => {
    const [carried] = maskSpecs(settings('1=a.png@12', { maskCarry: true }));
    expect(carried.source).toEqual({ kind: 'file', path: 'a.png', frame: 12 });
    const [whole] = maskSpecs(settings('1=a.png@12'));
    expect(whole.source).toEqual({ kind: 'file', path: 'a.png@12' });
  });

  it.each([
    ['monet=a.png', /a painting of --style: 1, 2 or wave, scream, found "monet"/],
    ['3=a.png', /a painting of --style/],
    ['1=luma:0.8-0.2', /luma:LOW-HIGH with bounds from 0 to 1/],
  ])('refuses %s', (mask, message) => {
    expect(() => maskSpecs(settings(mask))).toThrow(message);
  });

  it('refuses what is no pair', () => {
    expect(() => settings('a.png')).toThrow(/--mask: expected one or several of KEY=VALUE/);
  });

  it('in a settings file is relative to the file, but for what is no file', () => {
    const beside = (path: string) => `looks/${path}`;
    expect(
      ['1=a.png', '1=not:a.png', '1=luma', '1=not:alpha'].map((pair) => placePair(pair, beside)),
    ).toEqual(['1=looks/a.png', '1=not:looks/a.png', '1=luma', '1=not:alpha']);
  });
});

describe('masks of a still', () => {
  it('may be its alpha', async () => {
    const [width, height] = [12, 8];
    const alpha = Float32Array.from({ length: width * height }, (_, i) => (i % width) / (width - 1));
    const photo = { width, height, data: new Float32Array(3 * width * height), alpha };
    const found = await stillMasks(settings(['1=alpha', '2=alpha']), photo, 'photo.png');
    expect(found?.coverage?.data).toEqual(alpha);
    const opaque = { width, height, data: photo.data };
    await expect(stillMasks(settings('1=alpha'), opaque, 'photo.png')).rejects.toThrow(
      /--mask: expected a photo that has alpha, found "photo.png"/,
    );
    expect(await stillMasks(settings([]), photo, 'photo.png')).toBeUndefined();
  });
});

describe('regions', () => {
  it('are shared by paintings with the same masks; those without take the rest', () => {
    expect(regionsOf(settings([]))).toEqual([]);
    expect(regionsOf(settings(['1=a.png', '2=a.png'])).map(({ styles }) => styles)).toEqual([[0, 1]]);
    const apart = regionsOf(settings(['1=a.png', '1=b.png']));
    expect(apart.map(({ styles, masks }) => [styles, masks.length])).toEqual([
      [[0], 2],
      [[1], 0],
    ]);
  });

  it('where they overlap yield in proportion; what is left is nobody’s', () => {
    const { guides, coverage } = guidesOf([plane(1, 1, 0.2, 0), plane(0, 1, 0.3, 0)], alone);
    expect(guides.map(({ data }) => [...data])).toEqual([
      [1, 0.5, Math.fround(0.2), 0],
      [0, 0.5, Math.fround(0.3), 0],
    ]);
    expect([...coverage!.data].map((v) => v.toFixed(3))).toEqual(['1.000', '1.000', '0.500', '0.000']);
  });

  it('have a goal each, or one for each painting where losses are blended', () => {
    const shared = settings(['1=a.png', '2=a.png']);
    expect(maskedGoals(shared)).toEqual({ goals: 1, guided: true });
    expect(goalsIn(regionsOf(shared), [0.25, 0.75], 'grams')).toEqual([{ region: 0, share: 1 }]);
    const losses = settings(['1=a.png', '2=a.png'], { styleBlend: 'losses' });
    expect(maskedGoals(losses)).toEqual({ goals: 2, guided: true });
    expect(goalsIn(regionsOf(losses), [0.25, 0.75], 'losses')).toEqual([
      { region: 0, share: 0.25 },
      { region: 0, share: 0.75 },
    ]);
    // A painting that counts nothing for now pulls nowhere.
    expect(goalsIn(regionsOf(settings(['1=a.png'])), [0, 1], 'grams').map(({ share }) => share)).toEqual([
      0, 1,
    ]);
    expect(maskedGoals(settings([]))).toEqual({});
  });

  it('without a mask take what the others leave, and all is painted', () => {
    const { guides, coverage } = guidesOf([plane(1, 0.25, 0), undefined], alone);
    expect([...guides[1].data]).toEqual([0, 0.75, 1]);
    expect(coverage).toBeUndefined();
  });
});

describe('masks', () => {
  const photo = { width: 3, height: 1, data: Float32Array.from([0, 128, 255, 0, 128, 255, 0, 128, 255]) };

  it('are white 1, black 0, at the frames’ size', () => {
    expect([...maskOf(photo).data].map((v) => v.toFixed(2))).toEqual(['0.00', '0.50', '1.00']);
    expect(fitMask('a.png', plane(0, 1), 'frames', { width: 4, height: 2 }).data.slice(0, 4)).toEqual(
      Float32Array.from([0, 0.25, 0.75, 1]),
    );
    expect(() => fitMask('a.png', plane(0, 1), 'frames', { width: 4, height: 8 })).toThrow(
      /The mask a.png: expected the frames' 4x8 pixels or that shape, found 2x1/,
    );
  });

  it('by luma are 1 within bounds and fall off softly', () => {
    expect([...lumaKey(photo, [0.4, 0.6]).data]).toEqual([0, 1, 0]);
    const [near] = lumaKey({ width: 1, height: 1, data: Float32Array.of(90, 90, 90) }, [0.4, 0.6]).data;
    expect(near).toBeGreaterThan(0.1);
    expect(near).toBeLessThan(0.9);
  });

  it('feathered keep their sum and grow soft', () => {
    const edge = plane(...Array.from({ length: 41 }, (_, x) => (x < 20 ? 1 : 0)));
    const soft = feathered(edge, 3);
    expect(soft.data[20]).toBeCloseTo(0.44, 1);
    expect(soft.data[0]).toBeCloseTo(1, 5);
    expect(soft.data.reduce((a, b) => a + b)).toBeCloseTo(20, 2);
    expect(feathered(edge, 0)).toBe(edge);
  });

  it('several of one region are their union', () => {
    expect([...union([plane(0, 1, 0.5), plane(0.25, 0, 0.25)]).data]).toEqual([0.25, 1, 0.5]);
  });
});
