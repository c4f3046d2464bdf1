import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NstError } from '../../dist/error.js';
import { certainty } from '../../dist/flow/certainty.js';
import { estimateFlow } from '../../dist/flow/estimator.js';
import { FARNEBACK_PARAMETERS, farneback } from '../../dist/flow/farneback.js';
import { createFlowField, meanEndPointError } from '../../dist/flow/flow_field.js';
import { FlowWorkers } from '../../dist/flow/flow_workers.js';
import { luma, type Plane } from '../../dist/picture.js';
import { clip, painting, scratchFolder } from '../support/program.js';
import { asPicture, render, texture } from './texture.js';

const grey = texture(4);
const frame = (dx: number, dy: number, width = 96, height = 64): Plane =>
  render(width, height, (x, y) => grey(x - dx, y - dy));
const handlers = () =>
  ['uncaughtException', 'unhandledRejection'].map((event) => process.rawListeners(event));
/** As this process had them before OpenCV was loaded. */
const own = handlers();
const broken = { ...FARNEBACK_PARAMETERS, pyramidScale: 1 };

function failure(work: () => unknown): NstError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(NstError);
    return error as NstError;
  }
  return expect.fail('expected an error');
}

describe('farneback', () => {
  it('finds a motion to a fraction of a pixel, and the same bits again', () => {
    const flow = farneback(frame(0, 0), frame(2.4, -1.3));
    const truth = createFlowField(96, 64);
    truth.u.fill(2.4);
    truth.v.fill(-1.3);
    expect(meanEndPointError(flow, truth)).toBeLessThan(0.35);
    expect(estimateFlow(frame(0, 0), frame(2.4, -1.3), 'farneback')).toEqual(flow);
  });

  it.each([
    [1, 1],
    [2, 3],
    [37, 5],
  ])('takes a frame of %i×%i', (width, height) => {
    const flow = farneback(frame(0, 0, width, height), frame(0, 0, width, height));
    expect([flow.width, flow.height, flow.u.length]).toEqual([width, height, width * height]);
    expect([...flow.u, ...flow.v].every((value) => Math.abs(value) < 0.5)).toBe(true);
  });

  it('leaves no handler in the process', () => {
    farneback(frame(0, 0), frame(1, 0));
    expect(handlers()).toEqual(own);
  });

  it('makes one error of what OpenCV throws, and works on', () => {
    const error = failure(() => farneback(frame(0, 0), frame(1, 0), broken));
    expect(error).toMatchObject({ kind: 'bug', code: 'OPENCV_FAILED' });
    expect(error.message).toMatch(/^flow: OpenCV failed on a frame of 96x64: .*Assertion failed.*pyrScale/);
    expect(error.message).not.toContain('\n');
    expect(farneback(frame(0, 0), frame(1, 0)).width).toBe(96);
  });

  it('says so when there is not enough memory, and prints nothing of its own', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(new URL('./fixtures/out_of_memory.mjs', import.meta.url))],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      kind: 'resources',
      code: 'FLOW_OUT_OF_MEMORY',
      message:
        '--flow farneback: a frame of 6400x4800 needs more than the 1 GiB OpenCV can have; give a smaller --size or --flow strong',
      after: 8,
    });
  });

  it('refuses frames that are none or differ in size', () => {
    const { message } = failure(() => farneback(frame(0, 0), frame(0, 0, 95, 64)));
    expect(message).toBe('to: expected 96x64 pixels, found "95x64"');
    const short = { ...frame(0, 0), data: new Float32Array(7) };
    expect(failure(() => farneback(short, frame(0, 0))).message).toMatch(/from: expected 6144 values/);
  });

  it('gives all memory back, after 50 pairs and 50 errors', () => {
    // The module is this thread's own: what is allocated next, small or large, lies where it lay before.
    const { cv } = createRequire(import.meta.url)('opencv-wasm');
    const places = () =>
      [16, 2000].map((side) => {
        const mat = new cv.Mat(side, side, cv.CV_8UC1);
        const { byteOffset } = mat.data;
        mat.delete();
        return byteOffset;
      });
    const [from, to] = [frame(0, 0), frame(1, 1)];
    farneback(from, to);
    failure(() => farneback(from, to, broken));
    const [before, size] = [places(), cv.HEAP8.length];
    for (let pair = 0; pair < 50; pair++) farneback(from, to);
    expect([places(), cv.HEAP8.length]).toEqual([before, size]);
    for (let pair = 0; pair < 50; pair++) failure(() => farneback(from, to, broken));
    expect(cv.HEAP8.length).toBe(size);
  });
});

describe('in flow threads', () => {
  it('gives the same flow, with the gate in its certainty, and leaves this process alone', async () => {
    const workers = new FlowWorkers({ threads: 2 });
    try {
      const [previous, current] = [frame(0, 0), frame(3, 1)];
      for (let i = 0; i < 900; i++) current.data[20 * 96 + (i % 30) + 96 * Math.floor(i / 30)] += 60;
      const pair = await workers.pair(asPicture(previous), asPicture(current), 'farneback');
      const [a, b] = [luma(asPicture(previous)), luma(asPicture(current))];
      const [backward, forward] = [farneback(b, a), farneback(a, b)];
      const gated = certainty(backward, forward, { previous: a, current: b });
      expect(pair).toEqual({ backward, forward, certainty: gated });
      expect(gated).not.toEqual(certainty(backward, forward));
      expect(handlers()).toEqual(own);
    } finally {
      await workers.close();
    }
  });
});

describe('without the package', () => {
  const folder = scratchFolder();
  const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const program = join(folder, 'dist/cli/main.js');

  it.each([
    ['a film', [clip, '--style', painting, '-o', join(folder, 'out.mp4')]],
    ['flow', ['flow', clip, '-o', join(folder, 'out')]],
  ])('%s says at once what to type', (_, args) => {
    if (!readdirSync(folder).includes('dist')) {
      cpSync(at('dist'), join(folder, 'dist'), { recursive: true });
      cpSync(at('package.json'), join(folder, 'package.json'));
      mkdirSync(join(folder, 'node_modules'));
      for (const name of readdirSync(at('node_modules')).filter((n) => n !== 'opencv-wasm'))
        symlinkSync(join(at('node_modules'), name), join(folder, 'node_modules', name));
    }
    const { status, stderr } = spawnSync(process.execPath, [program, ...args, '--flow', 'farneback'], {
      encoding: 'utf8',
    });
    expect(status).toBe(4);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'nst-video: --flow farneback: expected the package opencv-wasm beside nst-video, found none; ' +
        'type npm install opencv-wasm (with --global where nst-video was installed so)',
    );
    expect(readdirSync(folder).sort()).toEqual(['dist', 'node_modules', 'package.json']);
  });
});
