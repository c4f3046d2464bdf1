import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { renderStill, type StillOptions } from '../../dist/index.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { loadNetwork } from '../../dist/nst/network.js';
import type { Picture } from '../../dist/picture.js';
import { litePath } from '../nst/shared_data.js';
import { clip, ffmpeg, painting, run, scratchFolder, start } from '../support/program.js';

const folder = scratchFolder();
const photo = join(folder, 'photo.png');
const output = join(folder, 'out.png');
const WIDTH = 80;
const HEIGHT = 48;
let sessions: EnergySessions;
let content: Picture;

/** The terms of a picture as it is matched with the painting by itself, whatever it was painted with. */
async function termsOf(picture: Picture): Promise<Readonly<Record<string, number>>> {
  const weights = { content: 0, style: 1, temporal: 0, tv: 0 };
  return (await (await sessions.energyOf({ content, weights }))(picture.data)).terms;
}

async function painted(options: Partial<StillOptions>) {
  await renderStill(photo, {
    style: [painting],
    output,
    overwrite: true,
    threads: 1,
    coarsest: 0,
    tolerance: 0,
    iterations: { first: 20, next: 1 },
    ...options,
  }).result;
  return termsOf(await readPicture(output));
}

beforeAll(async () => {
  ffmpeg('-i', clip, '-frames:v', '1', '-vf', `scale=${WIDTH}:${HEIGHT}`, photo);
  content = await readPicture(photo);
  const style = await readPicture(painting);
  const scale = Math.sqrt((WIDTH * HEIGHT) / (style.width * style.height));
  const side = (length: number) => Math.round(length * scale);
  sessions = new EnergySessions(await loadNetwork(litePath), createOnnxRuntime({ threads: 1 }), {
    ...DEFAULT_FORM,
    styleLosses: ['patches', 'histogram'],
  });
  await sessions.setStyles([
    { picture: resizePicture(style, side(style.width), side(style.height)), weight: 1 },
  ]);
});
afterAll(() => sessions.dispose());

describe('--style-loss', () => {
  it('patches brings every patch of the picture nearer to one of the painting than Gram matrices do', async () => {
    const gram = await painted({});
    const patches = await painted({ styleLoss: { patches: 1 } });
    for (const layer of ['relu3_1', 'relu4_1'])
      expect(patches[`patches.${layer}`]).toBeLessThan(0.9 * gram[`patches.${layer}`]);
  });

  it('histogram brings the histograms of features nearer to the painting’s than Gram matrices do', async () => {
    for (const layer of ['relu1_1', 'relu4_1']) {
      const options = { styleLayers: { [layer]: 1 }, contentWeight: 0 };
      const gram = await painted(options);
      const histogram = await painted({ ...options, styleLoss: { histogram: 1 } });
      expect(histogram[`histogram.${layer}`]).toBeLessThan(0.8 * gram[`histogram.${layer}`]);
    }
  });
});

describe('--match-every', () => {
  it('matches anew, and comes nearer to the painting than with the first match alone', async () => {
    const options = {
      styleLoss: { patches: 1 },
      init: 'content',
      iterations: { first: 24, next: 1 },
    } as const;
    const once = await painted({ ...options, matchEvery: 1000 });
    const often = await painted({ ...options, matchEvery: 6 });
    expect(often['patches.relu4_1']).toBeLessThan(0.97 * once['patches.relu4_1']);
  });
});

describe('--patch-angles and --patch-scales', () => {
  it('find the patches of a painting that the frame shows turned and larger', async () => {
    const turned = join(folder, 'turned.png');
    const look = `rotate=PI/9,crop=0.6*iw:0.6*ih,scale=${WIDTH}:${HEIGHT}:flags=area`;
    ffmpeg('-i', painting, '-frames:v', '1', '-vf', look, turned);
    const energy = async (options: Partial<StillOptions>) => {
      const { result } = renderStill(turned, {
        style: [painting],
        output,
        overwrite: true,
        threads: 1,
        coarsest: 0,
        styleLoss: { patches: 1 },
        styleLayers: { relu3_1: 1 },
        init: 'content',
        iterations: { first: 1, next: 1 },
        ...options,
      });
      return (await result).energy!;
    };
    const found = await energy({ patchAngles: [-20, 20], patchScales: [167] });
    expect(found).toBeLessThan(0.8 * (await energy({})));
  });
});

describe('a film painted by matched losses', () => {
  const film = join(folder, 'film.mp4');
  const job = (name: string, ...more: string[]) => [
    film,
    ...['--style', painting, '--style-loss', 'gram:1,patches:1,histogram:1', '--match-every', '3'],
    ...['--patch-angles', '-15,15', '--size', '80', '--iterations', '7,5', '--frames', '0-2'],
    ...['--threads', '1', '-o', join(folder, `${name}.mp4`), ...more],
  ];
  const frames = (name: string) => {
    const stylised = join(folder, `${name}.mp4.nst`, 'stylised');
    return readdirSync(stylised).map((file) => readFileSync(join(stylised, file)));
  };

  it('is the same after kill -9, and refuses to go on matching at other times', async () => {
    copyFileSync(clip, film);
    const whole = await run(job('whole'));
    expect(whole.status, whole.stderr).toBe(0);
    const { child, result } = start(job('killed'));
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (d) => `${d}`.includes('frame 1 of') && resolve());
      result.then(() => resolve());
    });
    child.kill('SIGKILL');
    expect((await result).signal).toBe('SIGKILL');
    const changed = await run(job('killed', '--overwrite').map((a) => (a === '3' ? '4' : a)));
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(/--match-every: 3 there, 4 now/);
    const rest = await run(job('killed', '--overwrite'));
    expect(rest.status, rest.stderr).toBe(0);
    expect(frames('killed')).toEqual(frames('whole'));
  });
});
