import { expect, it } from 'vitest';
import { noisePicture } from '../../../dist/nst/noise.js';
import { shotColours } from '../../../dist/render/colour/shot_colours.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { scratchFolder } from '../../support/program.js';

const folder = new WorkFolder(scratchFolder());
const asked: number[] = [];
const sources = {
  get: async (frame: number) => {
    asked.push(frame);
    return { ...noisePicture(40, 30, frame, 20), data: new Float32Array(3600).fill(5 * frame) };
  },
};
const context = { folder, sources };
const shot = (first: number, last: number) => ({ first, last, begin: 'start' as const });

it('are pixels from all over a shot, the same for whoever asks later, whatever frames that job is about', async () => {
  const frames = Array.from({ length: 30 }, (_, k) => 20 + k);
  const found = await shotColours(shot(20, 49), frames, context);
  expect(asked).toEqual([20, 24, 28, 32, 37, 41, 45, 49]);
  const levels = new Set([...found.data].map(Math.round));
  expect([...levels]).toEqual(asked.map((frame) => 5 * frame));
  // A later job is about the frames before too, which are of the same shot.
  const wider = await shotColours(shot(0, 49), [0, 1, 2, ...frames], context);
  expect(wider).toEqual(found);
  expect(asked).toHaveLength(8);
  await shotColours(shot(50, 51), [50, 51], context);
  expect(await folder.sampledShots()).toEqual([20, 50]);
});

it('are forgotten with the frames that are painted again', async () => {
  await folder.removeFrom(40, false);
  expect(await folder.sampledShots()).toEqual([20]);
});
