import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import { writeFrame } from '../../../dist/frames/picture_file.js';
import { type InsideOptions, type InsideResult, lookInside } from '../../../dist/index.js';
import { fieldStart, receptiveField } from '../../../dist/nst/look/neuron.js';
import { networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import type { Picture } from '../../../dist/picture.js';
import { LayerSessions } from '../../../dist/render/look/layer_sessions.js';
import type { LookKind } from '../../../dist/render/options/inside_settings.js';
import { referenceFeatures } from '../../nst/reference_energy.js';
import { tinyNetwork } from '../../nst/tiny_network.js';
import { clip, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
const photo = rounded(noisePicture(60, 44, 7, 120));
const options: InsideOptions = { network: at('tiny.safetensors') };

/** A map `[h,w]`, −1 where neurons see the edge of the photo. */
function inside(layer: string, map: Float64Array, width: number): Float64Array {
  const field = receptiveField(network, layer);
  const sees = (i: number, pixels: number) =>
    fieldStart(field, i) >= 0 && fieldStart(field, i) + field.size <= pixels;
  return map.map((v, i) =>
    sees(i % width, photo.width) && sees(Math.floor(i / width), photo.height) ? v : -1,
  );
}

/** As a PNG keeps it. */
function rounded(picture: Picture): Picture {
  return { ...picture, data: picture.data.map((v) => Math.round(v * 257) / 257) };
}

const look = (kind: LookKind, input: string | undefined, more: InsideOptions = {}): Promise<InsideResult> =>
  lookInside(kind, input, { ...options, ...(kind === 'filters' ? {} : { threads: 1 }), ...more }).result;

beforeAll(async () => {
  writeFileSync(at('tiny.safetensors'), tinyNetwork());
  await writeFrame(at('photo.png'), photo);
});

describe('a look at filters and activations', () => {
  it('has a picture for each filter', async () => {
    const { output, width, height, seen } = await look('filters', undefined, { output: at('f.png') });
    expect(seen.map(({ name }) => name)).toEqual(['relu1_1/0', 'relu1_1/1', 'relu1_1/2', 'relu1_1/3']);
    const sheet = await sharp(output).metadata();
    expect([sheet.width, sheet.height]).toEqual([width, height]);
    // Four cells of 48 px with gaps of 4, a line of label below.
    expect(width).toBe(4 * 52 + 4);
    expect(height).toBeGreaterThan(48 + 8);
  });

  it('shows the strongest channels first, as strong as they are', async () => {
    const { output, seen } = await look('activations', at('photo.png'), { neuron: ['relu3_1'], count: 3 });
    expect(output).toBe(at('photo.activations.png'));
    const { c, h, w, data } = referenceFeatures(network, photo, 'max').get('relu3_1')!;
    const strongest = Array.from({ length: c }, (_, k) => {
      const plane = inside('relu3_1', data.subarray(k * h * w, (k + 1) * h * w), w);
      const value = Math.max(...plane);
      const place = plane.indexOf(value);
      return { name: `relu3_1/${k}`, response: value, place: { x: place % w, y: Math.floor(place / w) } };
    }).sort((a, b) => b.response - a.response);
    expect(seen).toHaveLength(3);
    seen.forEach((one, i) => {
      expect(one).toMatchObject({ name: strongest[i].name, place: strongest[i].place });
      expect(one.response).toBeCloseTo(strongest[i].response, 3);
    });
    // The first map is white where the strongest neuron is, unless one at the edge is stronger.
    const { data: pixels, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true });
    const { x, y } = strongest[0].place;
    const cellHeight = Math.round((128 * 44) / 60);
    const px = 4 + 132 + Math.floor(((x + 0.5) * 128) / w);
    const py = 4 + Math.floor(((y + 0.5) * cellHeight) / h);
    const k = Number(strongest[0].name.split('/')[1]);
    const largest = Math.max(...data.subarray(k * h * w, (k + 1) * h * w));
    const expected = (255 * strongest[0].response) / largest;
    expect(Math.abs(pixels[(py * info.width + px) * info.channels] - expected)).toBeLessThan(1);
  });
});

describe('a look at what raises neurons', () => {
  it('takes the neuron that sees a pixel, or the strongest', async () => {
    const neuron = ['relu3_2/2'];
    const given = await look('guided', at('photo.png'), { neuron, at: '33,10', output: at('g.png') });
    expect(given.seen).toMatchObject([{ name: 'relu3_2/2 at 34,10', place: { x: 8, y: 2 } }]);
    const { h, w, data } = referenceFeatures(network, photo, 'max').get('relu3_2')!;
    const plane = inside('relu3_2', data.subarray(2 * h * w, 3 * h * w), w);
    const strongest = await look('saliency', at('photo.png'), { neuron });
    const best = plane.indexOf(Math.max(...plane));
    expect(strongest.seen[0].place).toEqual({ x: best % w, y: Math.floor(best / w) });
    expect(strongest.seen[0].response).toBeCloseTo(plane[best], 3);
  });

  it('differs, guided or not, in the lower row alone, which is in colours where guided', async () => {
    const neuron = ['relu3_2/2'];
    const sheets = [];
    for (const kind of ['saliency', 'guided'] as const) {
      const { output } = await look(kind, at('photo.png'), { neuron, output: at(`${kind}.png`), cell: 64 });
      sheets.push((await sharp(output).raw().toBuffer({ resolveWithObject: true })) as never as Raw);
    }
    interface Raw {
      readonly data: Buffer;
      readonly info: { readonly width: number; readonly channels: number };
    }
    const cell = ({ data, info }: Raw, top: number) =>
      Array.from({ length: 64 * 64 }, (_, i) => {
        const from = ((top + Math.floor(i / 64)) * info.width + 4 + (i % 64)) * info.channels;
        return [...data.subarray(from, from + 3)];
      });
    expect(cell(sheets[0], 4)).toEqual(cell(sheets[1], 4));
    const coloured = (sheet: Raw) => cell(sheet, 72).filter(([r, g, b]) => r !== g || g !== b).length;
    expect(coloured(sheets[0])).toBe(0);
    expect(coloured(sheets[1])).toBeGreaterThan(500);
  });
});

describe('the strongest patches', () => {
  it('of a folder of pictures of any size raise the neuron as much by themselves', async () => {
    mkdirSync(at('pictures'));
    const pictures = new Map<string, Picture>();
    for (const [i, [width, height]] of [
      [60, 44],
      [44, 60],
      [51, 51],
      [60, 44],
    ].entries()) {
      const name = `${['b', 'a', 'with space', 'x2'][i]}.png`;
      const picture = rounded(noisePicture(width, height, 20 + i, 120));
      pictures.set(name, picture);
      await writeFrame(at(`pictures/${name}`), picture);
    }
    const { seen } = await look('patches', at('pictures'), {
      neuron: ['relu3_1', 'relu2_1'],
      best: 4,
      count: 1,
    });
    const sessions = new LayerSessions(network, createOnnxRuntime({ threads: 1 }), 'max');
    expect(seen.length).toBe(8);
    expect(new Set(seen.map(({ source }) => source)).size).toBeGreaterThan(1);
    for (const [i, { name, response, place, source }] of seen.entries()) {
      const layer = name.split('/')[0];
      const channel = Number(name.split('/')[1]);
      if (i % 4 > 0) expect(response).toBeLessThanOrEqual(seen[i - 1].response!);
      // Whatever the rest of the picture is, the neuron does not see it.
      const field = receptiveField(network, layer);
      const whole = pictures.get(source!)!;
      const inside = (i: number, start: number) => i >= start && i < start + field.size;
      const sees = (i: number) =>
        inside(i % whole.width, fieldStart(field, place!.x)) &&
        inside(Math.floor(i / whole.width) % whole.height, fieldStart(field, place!.y));
      const alone = { ...whole, data: whole.data.map((v, i) => (sees(i) ? v : 255 - v)) };
      const { width, height, data } = await sessions.responses(layer, alone);
      expect(data[(channel * height + place!.y) * width + place!.x]).toBeCloseTo(response!, 3);
    }
    await sessions.dispose();
  });

  it('of a film are of frames of their own', async () => {
    const { seen } = await look('patches', clip, {
      ...{ neuron: ['relu2_2/1'], best: 5, size: 96, every: 20, output: at('film.png') },
    });
    expect(seen.length).toBe(5);
    for (const { source } of seen) expect(['frame 0', 'frame 20', 'frame 40', 'frame 60']).toContain(source);
    expect(existsSync(at('film.png'))).toBe(true);
  });
});

describe('a look', () => {
  it('from the command line gives the same file each time, and says what it does', async () => {
    const own = ['--network', at('tiny.safetensors'), '--threads', '1', '--steps', '6', '--cell', '32'];
    const look = ['look', 'ascend', '--neuron', 'relu3_1/0', '--neuron', 'relu2_1', '--count', '2', ...own];
    const first = await run([...look, '-o', at('one.png'), '--json']);
    expect(first.status).toBe(0);
    const events = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = events.filter(({ type }) => type === 'inside').map(({ what }) => what);
    expect([...new Set(told)]).toEqual(['relu3_1/0', 'relu2_1/0', 'relu2_1/1']);
    expect(events.at(-1)).toMatchObject({ type: 'done', output: at('one.png') });
    expect((await run([...look, '-o', at('two.png')])).status).toBe(0);
    expect(readFileSync(at('two.png')).equals(readFileSync(at('one.png')))).toBe(true);
    const { width, height } = await sharp(at('one.png')).metadata();
    expect(width).toBe(3 * 36 + 4);
    expect(height).toBeGreaterThan(40);
  });

  it('stops when told to, and leaves nothing', async () => {
    const stopper = new AbortController();
    const more = { neuron: ['relu3_1'], steps: 100_000, output: at('never.png') };
    const job = lookInside('ascend', undefined, { ...options, ...more }, { signal: stopper.signal });
    for await (const event of job) {
      if (event.type !== 'inside') continue;
      stopper.abort();
      break;
    }
    await expect(job.result).rejects.toMatchObject({ kind: 'interrupted' });
    expect(existsSync(at('never.png'))).toBe(false);
  });

  it.each([
    [
      'saliency',
      {},
      '--neuron: expected a layer or one of its channels, such as relu4_1 or relu4_1/12, found nothing',
    ],
    [
      'guided',
      { neuron: ['relu3_7'] },
      /^Layer "relu3_7" is not in network tiny: expected one of relu1_1, .*did you mean/i,
    ],
    [
      'guided',
      { neuron: ['relu3_1/6'] },
      '--neuron: expected a channel of relu3_1 from 0 to 5, found "relu3_1/6"',
    ],
    [
      'guided',
      { neuron: ['relu3_1'], at: '60,3' },
      '--at: expected a pixel x,y of a picture of 60x44, found "60,3"',
    ],
    ['saliency', { neuron: ['relu3_1'], jitter: 3 }, /^option: expected one of .*, found "jitter"/],
    ['patches', { neuron: ['relu3_1'], output: 'a.gif' }, /^a\.gif: expected a picture ending in/],
  ] as const)('%s refuses %o', async (kind, more, message) => {
    await expect(
      look(kind, at('photo.png'), { overwrite: true, ...more } as InsideOptions),
    ).rejects.toMatchObject({
      kind: 'usage',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('does not replace what is there', async () => {
    writeFileSync(at('there.png'), '');
    const refused = look('filters', undefined, { output: at('there.png') });
    await expect(refused).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });
});
