import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certainty } from '../../../dist/flow/certainty.js';
import { estimateFlow } from '../../../dist/flow/estimator.js';
import { FlowWorkers } from '../../../dist/flow/flow_workers.js';
import { readFrame, writeFrame } from '../../../dist/frames/picture_file.js';
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
  const source: FlowSource = (earlier, later, bothWays, drift) => {
    asked.push(`${earlier} ${later} ${bothWays}`);
    return estimated(earlier, later, bothWays, drift);
  };
  return { folder, source, asked };
}
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
  const store = new FlowStore(folder, async (earlier, later, bothWays, drift) => {
    if (later - earlier > 1) drifts.push(await drift());
    return source(earlier, later, bothWays, drift);
  });
  const far = await store.get(2, 0);
  expect(drifts).toEqual([{ x: -4, y: 2 }]);
  expect(far.flow.u[20 * 64 + 30]).toBeCloseTo(-4, 0);
  expect([hasMotion(folder, { from: 2, to: 1 }), hasMotion(folder, { from: 1, to: 0 })]).toEqual([
    true,
    true,
  ]);
});

it('tells whoever asks that a motion cannot be had, not who asked ahead', async () => {
  const { folder } = await folderOfThree('none');
  const store = new FlowStore(folder, async () => {
    throw new Error('no flow today');
  });
  store.prefetch(1, 0);
  await expect(store.get(1, 0)).rejects.toThrow('no flow today');
});
