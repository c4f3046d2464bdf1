import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NstError } from '../../dist/error.js';
import type { RenderEvent } from '../../dist/render/events.js';
import { type Job, startJob } from '../../dist/render/job.js';

const note = (message: string): RenderEvent => ({ type: 'note', message });
const encode = (place: number): RenderEvent => ({ type: 'encode', place, frames: 9 });
const short = (event: RenderEvent) =>
  event.type === 'note' ? event.message : event.type === 'encode' ? event.place : event.type;

async function read(job: Job<unknown>, most = Number.POSITIVE_INFINITY) {
  const seen: (string | number)[] = [];
  for await (const event of job) if (seen.push(short(event)) === most) break;
  return seen;
}

/** Work that says `a`, 1, 2, `b`, 3, 4, one event a turn of the event loop where it is not in a hurry. */
const talk = (inHurry = false) =>
  startJob(async ({ emit }) => {
    for (const event of [note('a'), encode(1), encode(2), note('b'), encode(3), encode(4)]) {
      emit(event);
      if (!inHurry) await turn();
    }
    return 'done';
  });

describe('a job', () => {
  it('is awaited without being read', async () => {
    expect(await talk().result).toBe('done');
  });

  it('gives every event to who keeps up, and ends', async () => {
    const job = talk();
    expect(await read(job)).toEqual(['a', 1, 2, 'b', 3, 4]);
    expect(await job.result).toBe('done');
  });

  it('keeps for who comes late or is too slow all but momentary events, of those the newest', async () => {
    const late = talk();
    await late.result;
    expect(await read(late)).toEqual(['a', 'b', 4]);
    expect(await read(talk(true))).toEqual(['a', 'b', 4]);
  });

  it('gives several readers the same, whenever they begin', async () => {
    const job = talk();
    const [first, early] = await Promise.all([read(job), read(job, 2)]);
    expect(first).toEqual(['a', 1, 2, 'b', 3, 4]);
    expect(early).toEqual(['a', 1]);
    expect(await read(job)).toEqual(['a', 'b', 4]);
  });

  it('goes on when its reader leaves', async () => {
    const job = talk();
    expect(await read(job, 1)).toEqual(['a']);
    expect(await job.result).toBe('done');
  });

  it('holds no more than the newest of a million momentary events', async () => {
    const job = startJob(async ({ emit }) => {
      for (let i = 0; i < 1e6; i++) emit(encode(i));
    });
    await job.result;
    expect(await read(job)).toEqual([999_999]);
  });
});

describe('a job that fails', () => {
  const failing = () =>
    startJob(async ({ emit }) => {
      emit(note('a'));
      await turn();
      throw new NstError('input', 'FILE_MISSING', 'in.mp4: no such file');
    });

  it('gives its events, then its error, to readers early and late, and to who awaits it', async () => {
    const job = failing();
    for (let time = 0; time < 2; time++) {
      const seen: unknown[] = [];
      const reading = (async () => {
        for await (const event of job) seen.push(short(event));
      })();
      await expect(reading).rejects.toMatchObject({ code: 'FILE_MISSING' });
      expect(seen).toEqual(['a']);
    }
    await expect(job.result).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('loses no error to a reader that has left, and is no unhandled rejection where nobody looks', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', hear);
    failing();
    const left = failing();
    await read(left, 1);
    for (let i = 0; i < 5; i++) await turn();
    process.off('unhandledRejection', hear);
    expect(unhandled).toEqual([]);
    await expect(left.result).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('throws nothing where it is begun', async () => {
    const job = startJob(() => {
      throw new NstError('usage', 'INVALID_ARGUMENT', '--size: expected more');
    });
    await expect(job.result).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('an abort', () => {
  const endless = (signal: AbortSignal) =>
    startJob(
      ({ signal: heard }) =>
        new Promise<never>((_, reject) => heard.addEventListener('abort', () => reject(heard.reason))),
      { signal },
    );

  it('fails the job as interrupted, with its reason as cause', async () => {
    const stopper = new AbortController();
    const job = endless(stopper.signal);
    expect(getEventListeners(stopper.signal, 'abort')).toHaveLength(1);
    stopper.abort('enough');
    await expect(job.result).rejects.toMatchObject({
      name: 'NstError',
      kind: 'interrupted',
      code: 'INTERRUPTED',
      exitCode: 130,
      cause: 'enough',
    });
    expect(getEventListeners(stopper.signal, 'abort')).toHaveLength(0);
  });

  it('is always INTERRUPTED, whatever a part of the work calls it', async () => {
    const stopper = new AbortController();
    const aborted = startJob(
      async ({ signal }) => {
        stopper.abort();
        expect(signal.aborted).toBe(true);
        throw new NstError('interrupted', 'CANCELLED', 'cancelled');
      },
      { signal: stopper.signal },
    );
    await expect(aborted.result).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('before the beginning leaves nothing begun', async () => {
    let begun = false;
    const job = startJob(
      async () => {
        begun = true;
      },
      { signal: AbortSignal.abort() },
    );
    await expect(job.result).rejects.toMatchObject({ kind: 'interrupted' });
    expect(begun).toBe(false);
  });

  it('leaves nothing hanging on a signal that outlives the job', async () => {
    const { signal } = new AbortController();
    const job = startJob(
      async ({ signal: heard }) => {
        heard.addEventListener('abort', () => undefined);
      },
      { signal },
    );
    await job.result;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('needs an AbortSignal', async () => {
    const job = startJob(async () => 1, { signal: 5 as unknown as AbortSignal });
    await expect(job.result).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/signal.*AbortSignal.*found 5/),
    });
  });
});
