import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { label } from '../../../dist/frames/label.js';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { renderStill, sweepStill } from '../../../dist/index.js';
import type { Picture } from '../../../dist/picture.js';
import { variantsOf } from '../../../dist/render/sweep/variants.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const photo = join(folder, 'photo.png');
const other = join(folder, 'other.png');
const small = { threads: 1, coarsest: 0, iterations: { first: 6, next: 6 } } as const;

/** A part of a picture. */
function cut({ width, height, data }: Picture, left: number, top: number, w: number, h: number): number[] {
  const out: number[] = [];
  for (let plane = 0; plane < 3; plane++)
    for (let y = top; y < top + h; y++)
      for (let x = left; x < left + w; x++) out.push(data[(plane * height + y) * width + x]);
  return out;
}

beforeAll(() => {
  ffmpeg('-i', clip, '-frames:v', '1', '-vf', 'scale=64:36', photo);
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48', '-frames:v', '1', other);
});

describe('sweepStill', () => {
  it('paints every combination as by itself, and sets it where its label says', async () => {
    const output = join(folder, 'grid');
    const sweeps = ['style-weight=1,1000', `style=${painting},${other}`];
    const job = sweepStill(photo, { ...small, output }, sweeps);
    const places: string[] = [];
    for await (const event of job) if (event.type === 'frame') places.push(`${event.place}/${event.frames}`);
    const { variants, output: sheetPath } = await job.result;
    expect(places).toEqual(['1/4', '2/4', '3/4', '4/4']);
    expect(variants.map((v) => v.label)).toEqual([
      'style-weight 1, style wave.jpg',
      'style-weight 1, style other.png',
      'style-weight 1000, style wave.jpg',
      'style-weight 1000, style other.png',
    ]);
    // A larger weight leaves less of the style term, whatever the painting.
    const own = join(folder, 'own.png');
    const alone = { ...small, style: [other], styleWeight: 1000, output: own };
    const { energy } = await renderStill(photo, alone).result;
    expect(variants[3].energy).toBe(energy);
    expect(readFileSync(variants[3].path)).toEqual(readFileSync(own));

    const sheet = await readPicture(sheetPath);
    const pictures = await Promise.all(variants.map((v) => readPicture(v.path)));
    const lines = label('style-weight 1000\nstyle other.png', { width: 64 });
    const rowHeight = 36 + lines.height + 4;
    expect([sheet.width, sheet.height]).toEqual([4 + 2 * 68, 4 + 2 * rowHeight]);
    pictures.forEach((picture, k) => {
      const [left, top] = [4 + (k % 2) * 68, 4 + Math.floor(k / 2) * rowHeight];
      expect(cut(sheet, left, top, 64, 36)).toEqual([...picture.data]);
    });
    expect(cut(sheet, 72, 4 + rowHeight + 36, 64, lines.height)).toEqual([...lines.data]);
    expect(cut(sheet, 4, 4, 64, 36)).not.toEqual(cut(sheet, 72, 4, 64, 36));
  });
});

describe('--sweep', () => {
  it('writes a folder beside the photo, and does not replace it unasked', async () => {
    const args = ['image', photo, '-s', painting, '--sweep', 'style-weight=1,1000', '--iterations', '3'];
    const given = [...args, '--coarsest', '0', '--threads', '1'];
    const { status, stderr } = await run(given);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/photo\.sweep\/sheet\.png: 2 frames in/)]);
    expect(readdirSync(join(folder, 'photo.sweep')).sort()).toEqual([
      '01-style-weight-1.png',
      '02-style-weight-1000.png',
      'sheet.png',
      'sweep.json',
    ]);
    const swept = JSON.parse(readFileSync(join(folder, 'photo.sweep/sweep.json'), 'utf8'));
    expect(swept[1]).toMatchObject({ set: { 'style-weight': '1000' }, path: '02-style-weight-1000.png' });
    expect(swept[1].energy).toBeGreaterThan(swept[0].energy);
    const again = await run(given);
    expect([again.status, again.stderr]).toEqual([3, expect.stringMatching(/has a sweep in it already/)]);
  });

  it('paints films too, each with its own work folder, and shows three frames of each', async () => {
    const output = join(folder, 'films');
    const args = [
      clip,
      '-s',
      painting,
      '--sweep',
      'temporal-weight=0,100000',
      '-o',
      output,
      '--threads',
      '1',
    ];
    const quick = ['--frames', '0-2', '--size', '64', '--iterations', '3,3', '--coarsest', '0', '--quiet'];
    expect(await run([...args, ...quick])).toMatchObject({ status: 0, stderr: '' });
    const sheet = await readPicture(join(output, 'sheet.png'));
    expect(sheet.width).toBe(4 + 3 * 68);
    const last = (name: string) => readFileSync(join(output, `${name}.mp4.nst/stylised/000002.png`));
    const first = (name: string) => readFileSync(join(output, `${name}.mp4.nst/stylised/000000.png`));
    const [loose, firm] = ['01-temporal-weight-0', '02-temporal-weight-100000'];
    // The first frame has none before it to hold on to.
    expect(first(loose)).toEqual(first(firm));
    expect(last(loose)).not.toEqual(last(firm));
    expect(statSync(join(output, `${firm}.mp4`)).size).toBeGreaterThan(0);
  });

  it.each([
    [['--style-weight', '3'], /expected --style-weight or --sweep style-weight=1,2, found both/],
    [['-o', 'x.png'], /--output: expected a folder with --sweep, found "x.png"/],
  ])('with %j is refused before anything is painted', async (args, message) => {
    const { status, stderr } = await run(['image', other, '--sweep', 'style-weight=1,2', ...args]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(readdirSync(folder)).not.toContain('other.sweep');
  });
});

describe('variantsOf', () => {
  it('takes values that have commas with semicolons between them, and single factors', () => {
    const { list, columns } = variantsOf('image', { seed: 3 }, [
      'iterations=40,15;120,40',
      'style-layers.relu4_1=0.5,4',
    ]);
    expect([list.length, columns]).toEqual([4, 2]);
    expect(list[1].options).toMatchObject({
      seed: 3,
      iterations: { first: 40, next: 15 },
      styleLayers: { relu1_1: 1, relu4_1: 4 },
    });
    expect(list[3].label).toBe('iterations 120,40, style-layers.relu4_1 4');
  });

  it('breaks a long row of one option', () => {
    const values = Array.from({ length: 9 }, (_, k) => k + 1).join(',');
    expect(variantsOf('image', {}, [`seed=${values}`]).columns).toBe(3);
    expect(variantsOf('image', {}, ['seed=1,2,3,4,5']).columns).toBe(5);
  });

  it.each([
    ['style-weight=10', /at least two different values with commas between, found "10"/],
    ['style-weight=10,10', /at least two different values/],
    ['style-weight', /expected key=value,value/],
    ['stile=a,b', /expected an option of image before the =, found "stile"; did you mean style\?/],
    ['style-weight=1,x', /--style-weight: expected a number of at least 0, found "x"/],
    ['iterations=40,15', /values with semicolons \(in quotes, for the shell\) between/],
    ['output=a.png,b.png', /expected an option of image before the =/],
    ['style=none.jpg,no.jpg', /--sweep style=none\.jpg: expected a file, found none/],
  ])('refuses %s', (text, message) => {
    expect(() => variantsOf('image', {}, [text])).toThrow(message);
  });

  it('refuses an option twice', () => {
    expect(() => variantsOf('image', {}, ['seed=1,2', 'seed=3,4'])).toThrow(/each option once.*found "seed"/);
  });
});
