import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFrame, writeFrame } from '../../../dist/frames/picture_file.js';
import { noisePicture } from '../../../dist/nst/noise.js';
import type { Picture } from '../../../dist/picture.js';
import { showingOf } from '../../../dist/render/colour/after_painting.js';
import type { ColourSettings } from '../../../dist/render/colour/colour_settings.js';
import { matchColours } from '../../../dist/render/colour/match_colours.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { scratchFolder } from '../../support/program.js';

const folder = new WorkFolder(scratchFolder());
const [WIDTH, HEIGHT, FRAMES] = [64, 48, 10];
/** Whether a pixel lies in the left half, where nothing ever moves. */
const isStill = (i: number) => i % WIDTH < WIDTH / 2;

/** A still scene that something bright comes into from the right, as filmed or as painted. */
function scene(frame: number, base: Picture, thing: readonly number[]): Picture {
  const n = WIDTH * HEIGHT;
  const edge = WIDTH - (frame / FRAMES) * (WIDTH / 2);
  const data = base.data.map((v, j) => (j % WIDTH >= edge ? thing[Math.floor(j / n)] : v));
  return { width: WIDTH, height: HEIGHT, data };
}
const filmed = noisePicture(WIDTH, HEIGHT, 3, 40);
const paint = noisePicture(WIDTH, HEIGHT, 4, 70);
const frames = Array.from({ length: FRAMES }, (_, k) => k);

beforeAll(async () => {
  await folder.createFolders();
  for (const frame of frames) {
    await writeFrame(folder.frame(frame), scene(frame, filmed, [250, 240, 90]));
    await writeFrame(folder.stylised(frame), scene(frame, paint, [240, 250, 250]));
  }
  const shots = { schema: 1, frames: [{ first: 0, last: FRAMES - 1 }], starts: [] };
  writeFileSync(folder.shots, JSON.stringify(shots));
});

/** How much the still half changes from a frame to the next, at most, grey levels. */
function flicker(shown: readonly Picture[]): number {
  let most = 0;
  for (let k = 1; k < shown.length; k++)
    shown[k].data.forEach((v, j) => {
      if (isStill(j)) most = Math.max(most, Math.abs(v - shown[k - 1].data[j]));
    });
  return most;
}

describe.each(['mean-covariance', 'histogram'] as const)(
  'colours matched by %s, once for a shot',
  (match) => {
    const settings: ColourSettings = {
      colour: 'content-match',
      colourSpace: 'lab',
      colourMatch: match,
      colourWhen: 'after',
      paintFades: false,
    };
    const showing = () =>
      showingOf(
        folder,
        frames,
        (i) => folder.stylised(i),
        settings,
        (i) => folder.energies(i),
      );

    it('leave still what stands still, where a map for each frame makes it flicker', async () => {
      const show = await showing();
      const painted = await Promise.all(frames.map((frame) => readFrame(folder.stylised(frame))));
      const shown = await Promise.all(painted.map((picture, frame) => show(frame, picture)));
      expect(flicker(shown)).toBe(0);
      const each = await Promise.all(
        painted.map(async (picture, frame) =>
          matchColours(picture, await readFrame(folder.frame(frame)), settings)(picture),
        ),
      );
      expect(flicker(each)).toBeGreaterThan(2);
    });

    it('are the same, whichever frames are shown', async () => {
      const show = await showing();
      const other = await showing();
      await other(2, await readFrame(folder.stylised(2)));
      const painted = await readFrame(folder.stylised(7));
      expect((await show(7, painted)).data).toEqual((await other(7, painted)).data);
    });
  },
);
