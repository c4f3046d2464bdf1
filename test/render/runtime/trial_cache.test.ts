import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { storedTrial, storeTrial } from '../../../dist/render/runtime/trial_cache.js';
import { scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
afterEach(() => vi.unstubAllEnvs());

const row = {
  runtime: 'onnx',
  precision: 'float32',
  name: 'onnxruntime',
  milliseconds: 10,
  right: true,
} as const;
const file = (trials: unknown) => JSON.stringify({ schema: 1, trials });

it.each([
  ['null', 'null'],
  ['a runtime as number', file({ k: [{ ...row, runtime: 18446744073709552000 }] })],
  ['a runtime of no such name', file({ k: [{ ...row, runtime: 'x' }] })],
  ['no rows', file({ k: [] })],
  ['text', '{'],
])('does without a cache that is %s, and makes it anew', async (_, text) => {
  vi.stubEnv('NST_VIDEO_CACHE', folder);
  writeFileSync(join(folder, 'runtimes.json'), text);
  expect(await storedTrial('k')).toBeUndefined();
  await storeTrial('k', [{ ...row, gradientError: Number.NaN }]);
  expect(await storedTrial('k')).toEqual([{ ...row, gradientError: undefined }]);
});
