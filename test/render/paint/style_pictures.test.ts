import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colourMap } from '../../../dist/nst/colour_match.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { DEFAULTS } from '../../../dist/render/options/defaults.js';
import { energyForm } from '../../../dist/render/paint/minimising.js';
import { palette, readStyles, stylesAt } from '../../../dist/render/paint/style_pictures.js';
import { painting, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const frame = { width: 96, height: 54 };
const settings = { ...DEFAULTS, style: [painting, painting] };
const read = (changed: Partial<typeof settings>) =>
  readStyles({ ...settings, ...changed }, frame, () => undefined);
const sizes = (styles: Awaited<ReturnType<typeof read>>) =>
  styles.map(({ picture }) => `${picture.width}x${picture.height}`);

describe('readStyles', () => {
  it('gives paintings the area of the frame, or as many times as large a side', async () => {
    expect(sizes(await read({}))).toEqual(['97x54', '97x54']);
    expect(sizes(await read({ styleScale: [0.5] }))).toEqual(['48x27', '48x27']);
    expect(sizes(await read({ styleScale: [1, 2] }))).toEqual(['97x54', '193x107']);
  });

  it('gives them a long side of their own with styleSize', async () => {
    expect(sizes(await read({ styleSize: 64 }))).toEqual(['64x36', '64x36']);
    expect(sizes(await read({ styleSize: 64, styleScale: [2, 1] }))).toEqual(['128x71', '64x36']);
  });

  it('crops as a picture editor would, bit for bit', async () => {
    const file = join(folder, 'corner.png');
    await sharp(painting).extract({ left: 128, top: 71, width: 256, height: 213 }).toFile(file);
    const [corner] = await read({ style: [file] });
    const [cropped, whole] = await read({
      styleCrop: [
        [0.25, 0.25, 0.5, 0.75],
        [0, 0, 1, 1],
      ],
    });
    expect(cropped.picture).toEqual(corner.picture);
    expect(whole.picture).toEqual((await read({}))[0].picture);
  });

  it('refuses a crop of a few pixels, and values that fit no painting', async () => {
    await expect(read({ styleCrop: [[0, 0, 0.01, 1]] })).rejects.toThrow(
      /--style-crop: expected at least 8 pixels each way of .*512x284, found "0,0,0.01,1"/,
    );
    await expect(read({ styleScale: [1, 1, 1] })).rejects.toThrow(/--style-scale: expected one value, or 2/);
  });

  it('leaves out what never counts, and gives each loss a goal of its own', async () => {
    const one = await read({ styleShares: [0, 2] });
    expect(one.map(({ place, weight, goal }) => [place, weight, goal])).toEqual([[1, 1, undefined]]);
    const losses = { styleBlend: 'losses' as const };
    expect((await read(losses)).map(({ goal }) => goal)).toEqual([0, 1]);
    expect(energyForm({ ...settings, ...losses }).goals).toBe(2);
    expect(energyForm({ ...settings, ...losses, styleShares: [1, 0] }).goals).toBe(1);
    expect(energyForm(settings).goals).toBe(1);
  });
});

describe('the palette of a mixture', () => {
  const styles = [
    { place: 0, picture: noisePicture(20, 16, 1, 20), weight: 0.5, scale: 1 },
    { place: 1, picture: noisePicture(10, 8, 2, 90), weight: 0.5, scale: 0.5 },
  ];
  const keyframes = [{ seconds: 0, shares: [0.75, 0.25] }];
  const content = noisePicture(12, 12, 3, 50);
  const mean = (data: Float32Array) => data.reduce((a, b) => a + b) / data.length;
  const red = (s: number) => mean(styles[s].picture.data.subarray(0, styles[s].picture.data.length / 3));

  it('has each painting as it counts, however large it is', () => {
    const mixed = palette(stylesAt(styles, keyframes, 0));
    const { to } = colourMap(content, mixed.picture, mixed.counts);
    expect(to[0]).toBeCloseTo(0.75 * red(0) + 0.25 * red(1), 4);
  });

  it('is the painting itself where only one counts', () => {
    const alone = stylesAt(styles, [{ seconds: 0, shares: [1, 0] }], 0);
    expect(alone).toHaveLength(1);
    const { picture, counts } = palette(alone);
    expect(counts).toBeUndefined();
    expect(picture.data).toEqual(styles[0].picture.data);
  });
});
