import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { certainty } from '../../dist/flow/certainty.js';
import { estimateFlow } from '../../dist/flow/estimator.js';
import { FlowWorkers } from '../../dist/flow/flow_workers.js';
import { luma, type Picture } from '../../dist/picture.js';
import { asPicture, random, render, texture } from './texture.js';

const frame = (index: number, width = 120, height = 70): Picture => {
  const grey = texture(3);
  return asPicture(render(width, height, (x, y) => grey(x - 2.5 * index, y + index)));
};
/** Noise large enough to keep a thread busy for a while. */
const large = (seed: number): Picture => {
  const next = random(seed);
  return asPicture(render(500, 400, () => 255 * next()));
};
const program = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);

const opened: FlowWorkers[] = [];
function open(options?: ConstructorParameters<typeof FlowWorkers>[0]): FlowWorkers {
  const workers = new FlowWorkers(options);
  opened.push(workers);
  return workers;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((workers) => workers.close()));
});

describe('FlowWorkers', () => {
  it.each([1, 2, 3])('with %i threads gives what estimateFlow and certainty give', async (threads) => {
    const [previous, current] = [frame(0), frame(1)];
    const pair = await open({ threads }).pair(previous, current, 'medium');
    const backward = estimateFlow(luma(current), luma(previous), 'medium');
    const forward = estimateFlow(luma(previous), luma(current), 'medium');
    expect(pair).toEqual({ backward, forward, certainty: certainty(backward, forward) });
    expect(previous).toEqual(frame(0));
  });

  it('gives the certainty of the way forth where it is asked for, behind the same gate', async () => {
    const [previous, current] = [frame(0), frame(1)];
    for (const estimator of ['medium', 'farneback'] as const) {
      const workers = open();
      const pair = await workers.pair(previous, current, estimator, undefined, { bothWays: true });
      const turned = await workers.pair(current, previous, estimator);
      expect(pair.forwardCertainty).toEqual(turned.certainty);
    }
  });

  it('works through more pairs than it has threads, of different sizes', async () => {
    const workers = open();
    const sizes = [40, 90, 33, 8, 1];
    const pairs = await Promise.all(
      sizes.map((size) => workers.pair(frame(0, size, size), frame(1, size, size), 'medium')),
    );
    expect(pairs.map((pair) => pair.certainty.width)).toEqual(sizes);
  });

  it('rejects at once when aborted, before or during the work, and goes on for others', async () => {
    const workers = open();
    const aborted = { name: 'NstError', kind: 'interrupted', code: 'INTERRUPTED' };
    await expect(workers.pair(frame(0), frame(1), 'medium', AbortSignal.abort())).rejects.toMatchObject(
      aborted,
    );
    const stop = new AbortController();
    const first = workers.pair(large(0), large(1), 'strong', stop.signal);
    const waiting = workers.pair(frame(0), frame(1), 'medium', stop.signal);
    const other = workers.pair(frame(0), frame(1), 'medium');
    await setTimeout(30);
    stop.abort();
    await Promise.all([first, waiting].map((pair) => expect(pair).rejects.toMatchObject(aborted)));
    expect((await other).backward.width).toBe(120);
  });

  it('rejects what is under way when closed, and everything after', async () => {
    const workers = open();
    const closed = { name: 'NstError', code: 'FLOW_WORKERS_CLOSED' };
    const frames = [large(0), large(1)] as const;
    const outcomes = Promise.allSettled([0, 1, 2].map(() => workers.pair(...frames, 'strong')));
    await setTimeout(60);
    await workers.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: closed });
    await expect(workers.pair(frame(0), frame(1), 'medium')).rejects.toMatchObject(closed);
    await workers.close();
  });

  it('hands on what estimateFlow throws', async () => {
    const odd = { ...frame(0), data: new Float32Array(3) };
    const workers = open();
    await expect(workers.pair(frame(0), frame(1, 121, 70), 'medium')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'current frame: expected 120x70 pixels, found "121x70"',
    });
    await expect(workers.pair(odd, frame(1), 'best' as 'strong')).rejects.toMatchObject({
      name: 'NstError',
      kind: 'usage',
      code: 'INVALID_ARGUMENT',
    });
    expect((await workers.pair(frame(0), frame(1), 'medium')).forward.width).toBe(120);
  });

  it.each([
    ['exits', 'exiting_worker.mjs', /ended before its task: exit code 7/],
    ['throws', 'throwing_worker.mjs', /ended before its task: out of luck/],
  ])('gives one clear error when a thread %s', async (_, name, words) => {
    const workers = open({ program: program(name) });
    const error = await workers.pair(frame(0), frame(1), 'medium').catch((e) => e);
    expect(error).toMatchObject({ name: 'NstError', kind: 'bug', code: 'FLOW_WORKER_DIED' });
    expect(error.message).toMatch(words);
    await expect(workers.pair(frame(0), frame(1), 'medium')).rejects.toMatchObject({
      code: 'FLOW_WORKER_DIED',
    });
  });

  it('refuses a number of threads that is none', () => {
    for (const threads of [0, -1, 1.5, Number.NaN]) {
      expect(() => new FlowWorkers({ threads })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });

  it.each(['close', 'forget'])('keeps no process alive: %s', (end) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program('one_pair.mjs').pathname, end], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
  });
});
