import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certainty } from '../../../dist/flow/certainty.js';
import { estimateFlow } from '../../../dist/flow/estimator.js';
import { FlowWorkers } from '../../../dist/flow/flow_workers.js';
import { readFrame, writeFrame } from '../../../dist/frames/picture_file.js';
import { writePlane } from '../../../dist/frames/plane_file.js';
import type { MediaInfo } from '../../../dist/frames/probe.js';
import { luma } from '../../../dist/picture.js';
import {
  estimatedFlow,
  type FlowSource,
  FlowStore,
  hasMotion,
} from '../../../dist/render/work/flow_store.js';
import { SourceFrames } from '../../../dist/render/work/source_frames.js';
import { WorkFolder } from '../../../dist/render/work/work_folder.js';
import { asPicture, render, texture } from '../../flow/texture.js';

let parent: string;
let workers: FlowWorkers;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'nst-flow-'));
  workers = new FlowWorkers();
});
afterAll(async () => {
  await workers.close();
  await rm(parent, { recursive: true });
});

/** A folder of three frames, and a source of motion between them that tells what it was asked for. */
async function folderOfThree(name: string) {
  const folder = new WorkFolder(join(parent, name));
  await folder.createFolders();
  const grey = texture(7);
  for (const i of [0, 1, 2])
    await writeFrame(folder.frame(i), asPicture(render(64, 40, (x, y) => grey(x - 2 * i, y + i))));
  const { signal } = new AbortController();
  const sources = new SourceFrames(folder, {} as MediaInfo, { width: 64, height: 40 }, [0, 1, 2], signal);
  const asked: string[] = [];
  const estimated = estimatedFlow(sources, workers, 'medium', signal);
  const source: FlowSource = (earlier, later, bothWays, drifts) => {
    asked.push(`${earlier} ${later} ${bothWays}`);
    return estimated(earlier, later, bothWays, drifts);
  };
  return { folder, source, asked };
}
const flipped = (bytes: Buffer): Buffer => {
  const damaged = Buffer.from(bytes);
  damaged[damaged.length >> 1] ^= 4;
  return damaged;
};
const files = async (folder: WorkFolder) => (await readdir(join(folder.path, 'flow'))).sort();

it('computes a motion once, and keeps flow and certainty as the estimator gives them', async () => {
  const { folder, source, asked } = await folderOfThree('once');
  const store = new FlowStore(folder, source);
  store.prefetch(2, 1);
  store.prefetch(2, 1);
  const { flow, certainty: sure } = await store.get(2, 1);
  await new FlowStore(folder, source).get(2, 1);
  expect(asked).toEqual(['1 2 false']);
  expect(hasMotion(folder, { from: 2, to: 1 })).toBe(true);
  expect(hasMotion(folder, { from: 1, to: 2 })).toBe(false);
  const [one, two] = await Promise.all([1, 2].map(async (i) => luma(await readFrame(folder.frame(i)))));
  const backward = estimateFlow(two, one, 'medium');
  expect(flow).toEqual(backward);
  const exact = certainty(backward, estimateFlow(one, two, 'medium')).data;
  for (const [i, c] of sure.data.entries()) expect(c).toBeCloseTo(exact[i], 4);
  expect(await files(folder)).toEqual(['000002-000001.certainty.png', '000002-000001.flo']);
});

it('computes damaged flow again, the same, with a note', async () => {
  const { folder, source, asked } = await folderOfThree('damaged');
  const whole = await new FlowStore(folder, source).get(1, 0);
  const notes: string[] = [];
  for (const [k, file] of [folder.flow(1, 0), folder.certainty(1, 0)].entries()) {
    const bytes = await readFile(file);
    for (const damaged of [flipped(bytes), bytes.subarray(0, bytes.length >> 1), Buffer.alloc(0)]) {
      await writeFile(file, damaged);
      expect(await new FlowStore(folder, source, false, (m) => notes.push(m)).get(1, 0)).toEqual(whole);
      expect(notes.at(-1)).toMatch(/computed again/);
      expect(notes.at(-1)).toContain(file);
      expect(await readFile(file)).toEqual(bytes);
    }
    expect(notes).toHaveLength(3 * (k + 1));
  }
  expect(asked).toHaveLength(7);
});

it('takes flow of earlier versions, which has no checksum', async () => {
  const { folder, source, asked } = await folderOfThree('earlier');
  const { flow, certainty: sure } = await new FlowStore(folder, source).get(1, 0);
  await writePlane(folder.certainty(1, 0), sure);
  expect(await new FlowStore(folder, source).get(1, 0)).toEqual({ flow, certainty: sure });
  expect(asked).toHaveLength(1);
});

it('stores both directions of one computation where both are wanted, the same whichever is asked for first', async () => {
  const [one, two] = [await folderOfThree('forth'), await folderOfThree('back')];
  const both = new FlowStore(one.folder, one.source, true);
  const [there, back] = await Promise.all([both.get(0, 1), both.get(1, 0)]);
  expect(one.asked).toEqual(['0 1 true']);
  expect(there.flow.u[20 * 64 + 30]).toBeCloseTo(2, 0);
  expect(back.flow.u[20 * 64 + 30]).toBeCloseTo(-2, 0);
  const single = new FlowStore(two.folder, two.source);
  await single.get(1, 0);
  await single.get(0, 1);
  expect(await files(two.folder)).toEqual(await files(one.folder));
  for (const name of await files(one.folder))
    expect(await readFile(join(two.folder.path, 'flow', name))).toEqual(
      await readFile(join(one.folder.path, 'flow', name)),
    );
});

it('estimates farther motions from where the picture as a whole went', async () => {
  const { folder, source } = await folderOfThree('far');
  const drifts: unknown[] = [];
  const store = new FlowStore(folder, async (earlier, later, bothWays, driftsOf) => {
    if (later - earlier > 1) drifts.push(await driftsOf());
    return source(earlier, later, bothWays, driftsOf);
  });
  const far = await store.get(2, 0);
  expect(drifts).toEqual([[{ x: -4, y: 2 }]]);
  expect(far.flow.u[20 * 64 + 30]).toBeCloseTo(-4, 0);
  expect([hasMotion(folder, { from: 2, to: 1 }), hasMotion(folder, { from: 1, to: 0 })]).toEqual([
    true,
    true,
  ]);
});

it('finds a thing again that was hidden for a while, where it moved on as it was seen to', async () => {
  const folder = new WorkFolder(join(parent, 'hidden'));
  await folder.createFolders();
  const [ground, thing, pole] = [texture(7), texture(8), texture(9)];
  // 20 px wide, 4 px a frame to the right, behind a pole of 16 px.
  const left = (frame: number) => 14 + 4 * frame;
  const last = 11;
  for (let i = 0; i <= last; i++) {
    const at = left(i);
    const seen = (x: number, y: number) => {
      if (Math.abs(x - 56) < 8) return pole(x, y);
      return x >= at && x < at + 20 && y > 12 && y < 36 ? thing(x - at, y) : ground(x, y);
    };
    await writeFrame(folder.frame(i), asPicture(render(120, 48, seen)));
  }
  const { signal } = new AbortController();
  const frames = Array.from({ length: last + 1 }, (_, i) => i);
  const sources = new SourceFrames(folder, {} as MediaInfo, { width: 120, height: 48 }, frames, signal);
  const source = estimatedFlow(sources, workers, 'strong', signal);
  const { flow, certainty: sure } = await new FlowStore(folder, source).get(last, 1);
  const alone = await source(1, last, false, async () => [{ x: 0, y: 0 }]);
  // The thing's middle, which was behind the pole for four frames of the ten.
  let [found, before, wrong, count] = [0, 0, 0, 0];
  for (let y = 16; y < 32; y++)
    for (let x = left(last) + 10; x < left(last) + 18; x++, count++) {
      const p = y * 120 + x;
      if (alone.backward.certainty.data[p] >= 0.5) before++;
      if (sure.data[p] < 0.5) continue;
      if (Math.abs(flow.u[p] + 40) < 1) found++;
      else wrong++;
    }
  expect(found).toBeGreaterThan(0.7 * count);
  expect(before).toBeLessThan(0.1 * count);
  expect(wrong).toBe(0);
});

it('tells whoever asks that a motion cannot be had, not who asked ahead', async () => {
  const { folder } = await folderOfThree('none');
  const store = new FlowStore(folder, async () => {
    throw new Error('no flow today');
  });
  store.prefetch(1, 0);
  await expect(store.get(1, 0)).rejects.toThrow('no flow today');
});
