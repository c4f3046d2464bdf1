import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime, type Session } from '../../../dist/engine/index.js';
import { type AscentOptions, ascend, type Climbed } from '../../../dist/nst/look/ascend.js';
import { blur, clipSmall, decayTo, rolled } from '../../../dist/nst/look/ascent_regularisers.js';
import { raisingGraph, responseGraph } from '../../../dist/nst/look/response_graphs.js';
import { loadNetwork } from '../../../dist/nst/network.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import { createPicture } from '../../../dist/picture.js';

const SIZE = 56;
const CHANNEL = 33;
const MEAN = [123.68, 116.779, 103.939] as const;

let session: Session;
let shape: readonly number[];

beforeAll(async () => {
  const network = await loadNetwork(new URL('../../../models/lite.safetensors', import.meta.url).pathname);
  const view = { network, layer: 'relu3_1', pooling: 'max', width: SIZE, height: SIZE } as const;
  shape = responseGraph(view).responses.shape;
  session = await createOnnxRuntime({ threads: 1 }).compile(raisingGraph(view));
});
afterAll(() => session.dispose());

/** The mean over a channel, or one neuron in the middle. */
function climbed(alone = false): Climbed {
  const [, channels, height, width] = shape;
  const share = new Float32Array(channels * height * width);
  const first = CHANNEL * height * width;
  if (alone) share[first + (height >> 1) * width + (width >> 1)] = 1;
  else share.fill(1 / (height * width), first, first + height * width);
  return async (image) => {
    const { response, gradient } = await session.run({ image, share });
    return { response: response[0], gradient };
  };
}

const plain: AscentOptions = {
  ...{ width: SIZE, height: SIZE, steps: 24, step: 8, seed: 1, mean: MEAN },
  ...{ decay: 0, blur: 0, blurEvery: 2, clip: 0, jitter: 0 },
};

/** Σ of squared differences to the mean colour, and of neighbours across and down over it. */
function energies({ data }: { data: Float32Array }) {
  let [size, rough] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const [plane, x, y] = [Math.floor(i / SIZE ** 2), i % SIZE, Math.floor(i / SIZE) % SIZE];
    size += (data[i] - MEAN[plane]) ** 2;
    if (x > 0) rough += (data[i] - data[i - 1]) ** 2;
    if (y > 0) rough += (data[i] - data[i - SIZE]) ** 2;
  }
  return { size, rough: rough / size };
}

describe('gradient ascent', () => {
  it('raises a channel many times over, alike each time, differently from another start', async () => {
    const found = await ascend(climbed(), plain);
    expect(found.before).toBe((await climbed()(noisePicture(SIZE, SIZE, 1, 24).data)).response);
    expect(found.after).toBe((await climbed()(found.picture.data)).response);
    expect(found.after).toBeGreaterThan(10 * Math.abs(found.before));
    expect(found.picture.data.every((v) => v >= 0 && v <= 255)).toBe(true);
    expect((await ascend(climbed(), plain)).picture.data).toEqual(found.picture.data);
    const other = await ascend(climbed(), { ...plain, seed: 2 });
    expect(other.picture.data).not.toEqual(found.picture.data);
    expect(other.after).toBeGreaterThan(10 * Math.abs(other.before));
  });

  it('raises a neuron by what it sees alone', async () => {
    const { picture, before, after } = await ascend(climbed(true), plain);
    expect(after).toBeGreaterThan(10 * Math.abs(before));
    const start = noisePicture(SIZE, SIZE, 1, 24).data;
    const changed = [...start.keys()].filter((i) => picture.data[i] !== start[i]);
    // Neuron 7 of a row sees the pixels 18 to 41.
    const columns = changed.map((i) => i % SIZE);
    const rows = changed.map((i) => Math.floor(i / SIZE) % SIZE);
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([18, 41]);
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([18, 41]);
  });

  it('is held back by each regulariser in its own way', async () => {
    const free = await ascend(climbed(), plain);
    const decayed = await ascend(climbed(), { ...plain, decay: 0.1 });
    const blurred = await ascend(climbed(), { ...plain, blur: 0.7 });
    const clipped = await ascend(climbed(), { ...plain, clip: 30 });
    const jittered = await ascend(climbed(), { ...plain, jitter: 8 });
    expect(energies(decayed.picture).size).toBeLessThan(0.7 * energies(free.picture).size);
    expect(energies(blurred.picture).rough).toBeLessThan(0.7 * energies(free.picture).rough);
    const n = SIZE ** 2;
    const atMean = ({ data }: { data: Float32Array }) =>
      Array.from({ length: n }).filter((_, i) =>
        MEAN.every((m, plane) => data[plane * n + i] === Math.fround(m)),
      ).length;
    expect(atMean(clipped.picture)).toBeGreaterThanOrEqual(Math.floor(0.3 * n));
    expect(atMean(free.picture)).toBe(0);
    for (const { after, before } of [decayed, blurred, clipped, jittered])
      expect(after).toBeGreaterThan(4 * Math.abs(before));
    // The grid of the poolings shows: moved by a pixel or two a picture raises the channel less. Jitter makes up for it.
    const kept = async ({ picture, after }: typeof free) => {
      const moved = [];
      for (const [dx, dy] of [
        [1, 0],
        [0, 1],
        [1, 1],
        [2, 1],
      ])
        moved.push((await climbed()(rolled(picture, dx, dy))).response);
      return moved.reduce((a, b) => a + b) / moved.length / after;
    };
    expect(await kept(jittered)).toBeGreaterThan((await kept(free)) + 0.05);
  });

  it('ends by what it is told of its steps', async () => {
    const steps: number[] = [];
    const stopped = ascend(climbed(), plain, (step) => {
      steps.push(step);
      if (step === 3) throw new Error('enough');
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(steps).toEqual([1, 2, 3]);
  });
});

describe('regularisers', () => {
  it('decay takes its share of the way to the mean colour', () => {
    const picture = noisePicture(6, 5, 1);
    const before = picture.data.slice();
    decayTo(MEAN, 0.25, picture);
    picture.data.forEach((v, i) => {
      expect(v).toBeCloseTo(0.75 * before[i] + 0.25 * MEAN[Math.floor(i / 30)], 3);
    });
  });

  it('blur is a Gaussian, the border repeated', () => {
    const [width, height, sigma] = [11, 9, 0.8];
    const picture = noisePicture(width, height, 2, 100);
    const before = picture.data.slice();
    blur(sigma, picture);
    const weight = (d: number) => Math.exp((-d * d) / (2 * sigma * sigma));
    const inside = (i: number, size: number) => Math.min(size - 1, Math.max(0, i));
    for (let i = 0; i < before.length; i++) {
      const [plane, x, y] = [Math.floor(i / (width * height)), i % width, Math.floor(i / width) % height];
      let [sum, total] = [0, 0];
      for (let dy = -3; dy <= 3; dy++)
        for (let dx = -3; dx <= 3; dx++) {
          const w = weight(dx) * weight(dy);
          total += w;
          sum += w * before[(plane * height + inside(y + dy, height)) * width + inside(x + dx, width)];
        }
      expect(picture.data[i]).toBeCloseTo(sum / total, 3);
    }
    const unchanged = noisePicture(width, height, 2, 100);
    blur(0, unchanged);
    expect(unchanged.data).toEqual(before);
  });

  it('clipping takes the pixels nearest to the mean colour and no other', () => {
    const picture = noisePicture(10, 10, 3);
    const before = picture.data.slice();
    clipSmall(MEAN, 25, picture);
    const norm = (data: Float32Array, i: number) =>
      Math.hypot(...MEAN.map((m, plane) => data[100 * plane + i] - m));
    const clipped = [...Array(100).keys()].filter((i) => norm(picture.data, i) < 1e-4);
    expect(clipped.length).toBe(25);
    const largest = Math.max(...clipped.map((i) => norm(before, i)));
    for (let i = 0; i < 100; i++)
      if (!clipped.includes(i)) {
        expect(norm(before, i)).toBeGreaterThanOrEqual(largest);
        expect(picture.data[i]).toBe(before[i]);
      }
  });

  it('jitter comes round, and goes back', () => {
    const picture = createPicture(3, 2);
    picture.data.set([1, 2, 3, 4, 5, 6]);
    expect([...rolled(picture, 1, 0).subarray(0, 6)]).toEqual([3, 1, 2, 6, 4, 5]);
    expect([...rolled(picture, 0, -1).subarray(0, 6)]).toEqual([4, 5, 6, 1, 2, 3]);
    const noise = noisePicture(7, 5, 1);
    expect(rolled({ ...noise, data: rolled(noise, -9, 13) }, 9, -13)).toEqual(noise.data);
  });
});
