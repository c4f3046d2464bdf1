import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contestants, fastest, type TriedRuntime } from '../../../dist/nst/runtime_trial.js';
import { chooseRuntime, keptRuntime } from '../../../dist/render/runtime/choose_runtime.js';
import { runTrial } from '../../../dist/render/runtime/run_trial.js';
import { storedTrial, trialKey } from '../../../dist/render/runtime/trial_cache.js';
import { tinyNetwork } from '../../nst/tiny_network.js';
import { clip, painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const network = at('tiny.safetensors');
writeFileSync(network, tinyNetwork());
copyFileSync(clip, at('in.mp4'));

const several = contestants(1).length > 1;
const onednn = contestants(1).some(({ runtime }) => runtime === 'onednn');
const anything = { runtime: 'auto', precision: 'auto', device: 'cpu' } as const;

const tried = (runtime: 'onnx' | 'onednn', precision: 'float32' | 'bfloat16', ms: number, right = true) =>
  ({ runtime, precision, name: runtime, milliseconds: ms, gradientError: 0, right }) satisfies TriedRuntime;

describe('of what was tried', () => {
  const onnx = tried('onnx', 'float32', 100);

  it('the fastest is taken, if it is right', () => {
    const fast = tried('onednn', 'float32', 40);
    expect(fastest([onnx, fast])).toBe(fast);
    expect(fastest([onnx, { ...fast, right: false }])).toBe(onnx);
    expect(fastest([onnx, fast], ({ runtime }) => runtime === 'onnx')).toBe(onnx);
    expect(fastest([{ ...onnx, right: false }])).toBeUndefined();
  });

  it('bfloat16 is taken where it makes up for its further steps and those in float32', () => {
    const precise = tried('onednn', 'float32', 80);
    const low = (ms: number) => tried('onednn', 'bfloat16', ms);
    expect(fastest([onnx, precise, low(75)])).toBe(precise);
    expect(fastest([onnx, precise, low(20)])?.precision).toBe('bfloat16');
    // Without its float32 it cannot end.
    expect(fastest([onnx, low(20)])).toBe(onnx);
  });
});

describe('a trial', () => {
  const named = process.env.NST_VIDEO_RUNTIME;
  beforeEach(() => {
    process.env.NST_VIDEO_CACHE = at('cache');
    delete process.env.NST_VIDEO_RUNTIME;
  });
  afterEach(() => {
    delete process.env.NST_VIDEO_CACHE;
    process.env.NST_VIDEO_RUNTIME = named;
  });

  it.skipIf(!several)('measures everything here, once (skipped where onnxruntime is alone)', async () => {
    const chosen = await chooseRuntime(anything, network, 1);
    const key = await trialKey(network, 1);
    const rows = await storedTrial(key);
    expect(rows).toHaveLength(contestants(1).length);
    for (const row of rows!) expect(row, JSON.stringify(row)).toMatchObject({ right: true });
    expect(rows![0]).toMatchObject({ runtime: 'onnx', gradientError: 0 });
    expect(rows).toContainEqual(expect.objectContaining(chosen));
    // What is stored is believed.
    const slow = { ...rows![0], milliseconds: 1e6 };
    const stored = JSON.parse(readFileSync(at('cache/runtimes.json'), 'utf8'));
    stored.trials[key] = [slow, ...rows!.slice(1)];
    writeFileSync(at('cache/runtimes.json'), JSON.stringify(stored));
    expect((await chooseRuntime(anything, network, 1)).runtime).not.toBe('onnx');
    expect(await trialKey(network, 2)).not.toBe(key);
  });

  it('that fails leaves nothing right, and says why', async () => {
    for (const row of await runTrial(at('none.safetensors'), 1))
      expect(row).toMatchObject({ right: false, failure: expect.stringContaining('none.safetensors') });
  });

  it('is not made where there is no choice', async () => {
    const onnx = { runtime: 'onnx', precision: 'float32' };
    expect(await chooseRuntime({ ...anything, runtime: 'onnx' }, at('none'), 1)).toEqual(onnx);
    process.env.NST_VIDEO_RUNTIME = 'onnx';
    expect(await chooseRuntime(anything, at('none'), 1)).toEqual(onnx);
    process.env.NST_VIDEO_RUNTIME = 'torch';
    await expect(chooseRuntime(anything, network, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a work folder', () => {
  it('keeps what it was begun with, where that is here and nothing else is asked for', () => {
    const kept = (stored: object, asked: object = anything) =>
      keptRuntime({ name: 'onnxruntime 1.0.0', ...stored }, { ...anything, ...asked }, 1);
    expect(kept({})).toEqual({ runtime: 'onnx', precision: 'float32' });
    expect(kept({ runtime: 'onnx', precision: 'float32' })).toEqual({
      runtime: 'onnx',
      precision: 'float32',
    });
    expect(kept({ runtime: 'onnx', precision: 'bfloat16' })).toBeUndefined();
    expect(kept({ runtime: 'onnx' }, { runtime: 'tfjs' })).toBeUndefined();
    expect(kept({ runtime: 'onnx' }, { precision: 'bfloat16' })).toBeUndefined();
    expect(keptRuntime(undefined, anything, 1)).toBeUndefined();
  });

  const job = (runtime: string, ...more: string[]) =>
    run(
      [at('in.mp4'), '-s', painting, '--size', '64', '--iterations', '4,2', '--threads', '1', ...more].concat(
        '-o',
        `${at('out')}/`,
      ),
      { NST_VIDEO_RUNTIME: runtime },
    );
  const runtimeOf = () => JSON.parse(readFileSync(at('out.nst/manifest.json'), 'utf8')).runtime;

  it.skipIf(!onednn)('goes on with it (skipped where oneDNN is not installed)', async () => {
    const begun = await job('onednn', '--frames', '0', '--precision', 'float32');
    expect(begun.status, begun.stderr).toBe(0);
    const stored = runtimeOf();
    expect(stored).toMatchObject({ threads: 1, runtime: 'onednn', precision: 'float32' });
    const resumed = await job('onnx', '--frames', '0-1', '--overwrite');
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toContain('was begun with');
    expect(runtimeOf()).toEqual(stored);
  });

  it('is not begun with a precision that the runtime lacks', async () => {
    const { status, stderr } = await job('onnx', '--restart', '--precision', 'bfloat16', '--overwrite');
    expect(status).toBe(2);
    expect(stderr).toMatch(/--precision bfloat16: onnxruntime .* has float32/);
  });
});
