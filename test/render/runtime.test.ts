import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../dist/frames/picture_file.js';
import { onednnInstalled } from '../engine/onednn_installed.js';
import { tfjsInstalled } from '../engine/tfjs_installed.js';
import { clip, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const job = (runtime: string, ...more: string[]) =>
  run([
    at('in.mp4'),
    '--style',
    painting,
    '--size',
    '64',
    '--iterations',
    '4,2',
    '--runtime',
    runtime,
    ...more,
  ]);

beforeAll(() => copyFileSync(clip, at('in.mp4')));

/** Mean difference of two folders' pictures, grey levels, frame by frame. */
async function differences(one: string, other: string): Promise<number[]> {
  return Promise.all(
    readdirSync(one).map(async (name) => {
      const [a, b] = [await readPicture(join(one, name)), await readPicture(join(other, name))];
      return a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]), 0) / a.data.length;
    }),
  );
}

describe('--runtime', () => {
  it.skipIf(!tfjsInstalled)(
    'tfjs paints what onnx paints, up to rounding (skipped where TensorFlow.js is not installed)',
    async () => {
      for (const runtime of ['tfjs', 'onnx']) {
        const result = await job(runtime, '--frames', '0-1', '-o', `${at(runtime)}/`);
        expect(result.status, result.stderr).toBe(0);
        expect(readdirSync(at(runtime))).toHaveLength(2);
      }
      for (const difference of await differences(at('tfjs'), at('onnx')))
        expect(difference).toBeLessThan(0.5);
      const manifest = JSON.parse(readFileSync(at('tfjs.nst/manifest.json'), 'utf8'));
      expect(manifest.runtime.name).toMatch(/^TensorFlow\.js 4/);
    },
  );

  it.skipIf(!tfjsInstalled)('is noticed when a job goes on with another', async () => {
    const result = await job('onnx', '--frames', '0-2', '-o', `${at('tfjs')}/`, '--overwrite');
    expect(result.status, result.stderr).toBe(0);
    expect(result.stderr).toMatch(/was begun with TensorFlow\.js 4\S+ \(\S+\), this is onnxruntime/);
  });

  it.skipIf(!onednnInstalled)(
    'onednn paints what onnx paints, up to rounding (skipped where oneDNN is not installed)',
    async () => {
      for (const runtime of ['onednn', 'onnx']) {
        const result = await job(
          runtime,
          '--frames',
          '0',
          '--precision',
          'float32',
          '-o',
          `${at(`${runtime}1`)}/`,
        );
        expect(result.status, result.stderr).toBe(0);
      }
      for (const difference of await differences(at('onednn1'), at('onnx1')))
        expect(difference).toBeLessThan(0.5);
      const manifest = JSON.parse(readFileSync(at('onednn1.nst/manifest.json'), 'utf8'));
      expect(manifest.runtime.name).toMatch(/^oneDNN \d/);
    },
  );

  it('is refused where there is none of that name', async () => {
    const result = await job('torch');
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('--runtime');
    expect(result.stderr).toContain('auto, onnx, onednn, tfjs');
  });
});
