import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { clip, ffmpeg, painting, run, scratchFolder, start, streams } from '../support/program.js';

const folder = scratchFolder();
const FRAMES = 8;
/** Small and quick, but every part of the program takes part: flow, warp, temporal term, encode. */
const job = (name: string, ...more: string[]) => [
  join(folder, 'in.mp4'),
  ...['--style', painting, '--size', '96', '--iterations', '10,6', '--frames', `0-${FRAMES - 1}`],
  ...['-o', join(folder, `${name}.mp4`), ...more],
];
const frames = (name: string) => {
  const stylised = join(folder, `${name}.mp4.nst`, 'stylised');
  return readdirSync(stylised)
    .sort()
    .map((f) => readFileSync(join(stylised, f)));
};

beforeAll(async () => {
  // From where things move: between frames alike there is no flow.
  ffmpeg('-ss', '1.2', '-i', clip, '-t', '1', '-crf', '10', join(folder, 'in.mp4'));
  const whole = await run(job('whole'));
  expect(whole.status, whole.stderr).toBe(0);
});

describe('a job that is stopped', () => {
  it('by kill -9 at three random moments gives the same bytes as one that is not', async () => {
    // How long a whole run takes here decides where the moments lie.
    const began = performance.now();
    const again = await run(job('timed'));
    expect(again.status).toBe(0);
    const length = performance.now() - began;
    for (let kill = 0; kill < 3; kill++) {
      const { child, result } = start(job('killed'));
      const moment = length * (0.15 + 0.25 * Math.random());
      await Promise.race([wait(moment), result]);
      child.kill('SIGKILL');
      await result;
    }
    const last = await run(job('killed', '--overwrite'));
    expect(last.status, last.stderr).toBe(0);
    expect(frames('killed')).toEqual(frames('whole'));
    expect(frames('timed')).toEqual(frames('whole'));
    const leftovers = readdirSync(join(folder, 'killed.mp4.nst'), { recursive: true, encoding: 'utf8' });
    expect(leftovers.filter((f) => f.includes('.tmp'))).toEqual([]);
    expect(streams(join(folder, 'killed.mp4')).find((s) => s.codec_type === 'video')?.nb_read_frames).toBe(
      `${FRAMES}`,
    );
  });

  it('by Ctrl-C says how to go on, and goes on', async () => {
    const { child, result } = start(job('stopped'));
    const firstFrame = new Promise<void>((resolve) =>
      child.stderr?.on('data', (d) => `${d}`.includes('frame 1 of') && resolve()),
    );
    await Promise.race([firstFrame, result]);
    // Twice: npm hands on a signal that the terminal has sent already.
    child.kill('SIGINT');
    child.kill('SIGINT');
    const stopped = await result;
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toMatch(/stopped after frame \d of 8; the same command goes on from here/);
    expect(existsSync(join(folder, 'stopped.mp4'))).toBe(false);
    expect(existsSync(join(folder, 'stopped.mp4.nst', 'lock'))).toBe(false);
    const rest = await run(job('stopped'));
    expect(rest.status, rest.stderr).toBe(0);
    expect(rest.stderr).toMatch(/of them finished already/);
    expect(frames('stopped')).toEqual(frames('whole'));
  });
});

describe('a second run on the same work folder', () => {
  it('is refused while the first works', async () => {
    const first = start(job('shared'));
    while (!existsSync(join(folder, 'shared.mp4.nst', 'lock'))) await wait(20);
    const second = await run(job('shared'));
    expect(second.status).toBe(5);
    expect(second.stderr).toMatch(/process \d+ on .* is working in this folder/);
    expect((await first.result).status).toBe(0);
    expect(frames('shared')).toEqual(frames('whole'));
  });
});

describe('a job whose settings change', () => {
  it('refuses other picture settings by name and only encodes again for encoder settings', async () => {
    const changed = await run(job('whole', '--overwrite', '--style-weight', '50'));
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(/--style-weight: 100 there, 50 now/);
    const encoded = await run(job('whole', '--overwrite', '--crf', '30'));
    expect(encoded.status, encoded.stderr).toBe(0);
    expect(encoded.stderr).toMatch(/8 of them finished already/);
    expect(encoded.stderr).not.toMatch(/iterations/);
  });

  it('repaints from a frame on with --from-frame', async () => {
    const before = frames('timed');
    const result = await run(job('timed', '--overwrite', '--style-weight', '20', '--from-frame', '5'));
    expect(result.status, result.stderr).toBe(0);
    const after = frames('timed');
    expect(after.slice(0, 5)).toEqual(before.slice(0, 5));
    for (let i = 5; i < FRAMES; i++) expect(after[i].equals(before[i])).toBe(false);
  });
});

describe('ranges', () => {
  it('hold just their frames, and go on from stored ones', async () => {
    const whole = frames('whole');
    const first = await run(job('ranges').map((a) => (a === '0-7' ? '0-1,5-6' : a)));
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/frame 5 has no stored frame before it: it starts like a first frame/);
    expect(streams(join(folder, 'ranges.mp4')).find((s) => s.codec_type === 'video')?.nb_read_frames).toBe(
      '4',
    );
    const next = await run(job('ranges', '--overwrite').map((a) => (a === '0-7' ? '2-3' : a)));
    expect(next.status, next.stderr).toBe(0);
    expect(next.stderr).not.toMatch(/like a first frame/);
    expect(frames('ranges').slice(0, 4)).toEqual(whole.slice(0, 4));
  });

  it('are encoded as far as they are finished by `encode`', async () => {
    const output = join(folder, 'so far.mp4');
    const result = await run(['encode', join(folder, 'whole.mp4.nst'), '-o', output]);
    expect(result.status, result.stderr).toBe(0);
    expect(streams(output).find((s) => s.codec_type === 'video')?.nb_read_frames).toBe(`${FRAMES}`);
    expect(streams(output).some((s) => s.codec_type === 'audio')).toBe(true);
  });
});
