import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type FlowField, meanEndPointError } from '../../dist/flow/flow_field.js';
import type { FlowModelRange } from '../../dist/flow/flow_model.js';
import { FlowWorkers } from '../../dist/flow/flow_workers.js';
import type { Picture } from '../../dist/picture.js';
import { failure } from '../frames/fixtures.js';
import { scratchFolder } from '../support/program.js';
import { asPicture, render, texture } from './texture.js';
import { ANY_SIZE, constantFlow, lucasKanade, ofSize, TinyModel } from './tiny_model.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const workers = new FlowWorkers();
afterAll(() => workers.close());

const model = (path: string, range: FlowModelRange = '0..255') => ({ path, range, threads: 1 });
/** A texture moved by (u, v) px. */
const frame = (width: number, height: number, u = 0, v = 0): Picture => {
  const grey = texture(5);
  return asPicture(render(width, height, (x, y) => grey((x - u) / 2, (y - v) / 2)));
};
const everywhere = (width: number, height: number, u: number, v: number): FlowField => ({
  width,
  height,
  u: new Float32Array(width * height).fill(u),
  v: new Float32Array(width * height).fill(v),
});
const mean = (values: Float32Array) => values.reduce((a, b) => a + b) / values.length;

describe('a learned flow estimator', () => {
  it('is given the frame first and where it leads second, and gives px right and down', async () => {
    const file = model(lucasKanade().write(at('lk.onnx')));
    const flow = await workers.estimate(frame(170, 140), frame(170, 140, 0.6, -0.4), file);
    expect([flow.width, flow.height]).toEqual([170, 140]);
    expect(mean(flow.u)).toBeCloseTo(0.6, 1);
    expect(mean(flow.v)).toBeCloseTo(-0.4, 1);
  });

  it('gives both directions of a pair, and the certainty of the backward one', async () => {
    const file = model(lucasKanade().write(at('both.onnx')));
    const pair = await workers.pair(frame(170, 140), frame(170, 140, 0.6, -0.4), file);
    expect(meanEndPointError(pair.backward, everywhere(170, 140, -0.6, 0.4))).toBeLessThan(0.1);
    expect(meanEndPointError(pair.forward, everywhere(170, 140, 0.6, -0.4))).toBeLessThan(0.1);
    expect(mean(pair.certainty.data)).toBeGreaterThan(0.9);
    // A model that sees the same movement both ways contradicts itself: nothing is certain.
    const stubborn = await workers.pair(
      frame(170, 140),
      frame(170, 140),
      model(constantFlow(3, 0).write(at('3.onnx'))),
    );
    expect(Math.max(...stubborn.certainty.data)).toBe(0);
  });

  it('pads frames on all sides to multiples of 8 by their border, and crops the flow', async () => {
    // u: how far right a pixel lies in the padded picture; v: what stands 4 px left of it there.
    const tiny = new TinyModel(ANY_SIZE);
    const red = tiny.channel('earlier', 0);
    const ones = tiny.op('Add', [tiny.op('Mul', [red, tiny.constant([0], [])]), tiny.constant([1], [])]);
    const right = tiny.op('CumSum', [ones, tiny.integers([3])]);
    const shifted = tiny.filter(red, [[1, 0, 0, 0, 0, 0, 0, 0, 0]]);
    tiny.output(tiny.op('Concat', [right, shifted], { axis: 1 }), 'flow').write(at('padding.onnx'));
    const picture = frame(170, 133);
    const { u, v } = await workers.estimate(picture, picture, model(at('padding.onnx')));
    // 170 is padded to 176: 3 columns on each side.
    for (const [x, y] of [
      [0, 0],
      [7, 100],
      [169, 132],
    ]) {
      const i = y * 170 + x;
      expect(u[i]).toBe(x + 3 + 1);
      const there = x - 4 >= -3 ? picture.data[y * 170 + Math.max(0, x - 4)] : 0;
      expect(v[i]).toBeCloseTo(there, 3);
    }
  });

  it('pads small frames to 128 px, which the coarsest features of RAFT need', async () => {
    const tiny = constantFlow(1, 0);
    const size = tiny.op('Shape', ['earlier']);
    const sides = tiny.op('Cast', [tiny.op('Slice', [size, tiny.integers([2]), tiny.integers([4])])], {
      to: 1,
    });
    const reshaped = tiny.op('Reshape', [sides, tiny.integers([1, 2, 1, 1])]);
    const zero = tiny.op('Mul', [tiny.channel('earlier', 0), tiny.constant([0], [])]);
    tiny.output(tiny.op('Add', [zero, reshaped]), 'sides').write(at('sides.onnx'));
    const { u, v } = await workers.estimate(frame(40, 20), frame(40, 20), model(at('sides.onnx')));
    expect([u[0], v[0]]).toEqual([128, 128]);
  });

  it('resizes frames for a model of one size, and scales its flow back', async () => {
    const fixed = model(constantFlow(4, 3, ofSize(160, 96)).write(at('fixed.onnx')));
    const flow = await workers.estimate(frame(320, 144), frame(320, 144), fixed);
    expect(flow).toEqual(everywhere(320, 144, 8, 4.5));
    // Its own size with padding: nothing is resized.
    expect(await workers.estimate(frame(154, 90), frame(154, 90), fixed)).toEqual(everywhere(154, 90, 4, 3));
    const real = model(lucasKanade(ofSize(160, 96)).write(at('fixed_lk.onnx')));
    const moved = await workers.estimate(frame(240, 144), frame(240, 144, 0.9, 0.6), real);
    expect(meanEndPointError(moved, everywhere(240, 144, 0.9, 0.6))).toBeLessThan(0.2);
  });

  it.each([
    ['0..255', 51, 204],
    ['0..1', 0.2, 0.8],
    ['-1..1', -0.6, 0.6],
  ] as const)('gives pictures in the range %s', async (range, first, second) => {
    const tiny = new TinyModel(ANY_SIZE);
    const both = ['earlier', 'later'].map((name) => tiny.channel(name, 2));
    tiny.output(tiny.op('Concat', both, { axis: 1 }), 'flow').write(at(`range.onnx`));
    const flat = (grey: number) => asPicture(render(128, 128, () => grey));
    const { u, v } = await workers.estimate(flat(51), flat(204), model(at('range.onnx'), range));
    expect(u[77]).toBeCloseTo(first, 5);
    expect(v[77]).toBeCloseTo(second, 5);
  });

  it('takes the last output of full size, behind or before a coarse one', async () => {
    for (const order of ['coarse first', 'coarse last']) {
      const tiny = constantFlow(1, 1);
      const better = () => tiny.output(tiny.op('Add', ['flow', tiny.constant([1], [])]), 'refined');
      if (order === 'coarse last') better();
      const pool = { kernel_shape: [8, 8], strides: [8, 8] };
      tiny.output(tiny.op('AveragePool', ['flow'], pool), 'coarse', [1, 2, 'h', 'w']);
      if (order === 'coarse first') better();
      tiny.write(at('steps.onnx'));
      const other = new FlowWorkers();
      const flow = await other.estimate(frame(136, 128), frame(136, 128), model(at('steps.onnx')));
      await other.close();
      expect(flow).toEqual(everywhere(136, 128, 2, 2));
    }
  });

  it.each([
    ['[1,6,H,W]', [1, 6, 'height', 'width'], 1],
    ['[1,2,3,H,W]', [1, 2, 3, 'height', 'width'], 2],
  ] as const)('takes a model with both pictures in one input, %s', async (_, shape, kind) => {
    const tiny = new TinyModel([{ name: 'images', shape }]);
    const six = kind === 1 ? 'images' : tiny.op('Reshape', ['images', tiny.integers([1, 6, 128, 136])]);
    const greens = [tiny.channel(six, 1), tiny.channel(six, 4)];
    tiny.output(tiny.op('Concat', greens, { axis: 1 }), 'flow').write(at(`one_${kind}.onnx`));
    const flat = (grey: number) => asPicture(render(136, 128, () => grey));
    const { u, v } = await workers.estimate(flat(10), flat(20), model(at(`one_${kind}.onnx`)));
    expect([u[5], v[5]]).toEqual([10, 20]);
  });

  it('refuses what is no such model, in one sentence that names the file', async () => {
    const picture = frame(128, 128);
    const refused = (name: string) => failure(workers.estimate(picture, picture, model(at(name))));
    writeFileSync(at('text.onnx'), 'no model');
    expect(await refused('text.onnx')).toMatchObject({
      kind: 'input',
      code: 'ONNX_FILE_BAD',
      message: expect.stringMatching(/text\.onnx: expected an ONNX model that onnxruntime can run, found/),
    });
    const three = [...ANY_SIZE, { name: 'iterations', shape: [1] }];
    constantFlow(0, 0, three.slice(0, 2)).write(at('fine.onnx'));
    const tiny = new TinyModel(three);
    tiny.output(tiny.op('Add', ['earlier', 'iterations']), 'flow').write(at('three.onnx'));
    expect(await refused('three.onnx')).toMatchObject({
      kind: 'input',
      code: 'FLOW_MODEL_BAD',
      message: `--flow-model ${at('three.onnx')}: expected two inputs float32[1,3,H,W], found earlier float32[1,3,?,?], later float32[1,3,?,?], iterations float32[1]`,
    });
    const last = [
      { name: 'a', shape: [1, 'h', 'w', 3] },
      { name: 'b', shape: [1, 'h', 'w', 3] },
    ];
    const channelsLast = new TinyModel(last);
    channelsLast.output(channelsLast.op('Sub', ['a', 'b']), 'flow').write(at('last.onnx'));
    expect((await refused('last.onnx')).message).toMatch(/found a float32\[1,\?,\?,3\]/);
    const grey = new TinyModel(ANY_SIZE);
    grey.output(grey.op('Sub', ['earlier', 'later']), 'depth').write(at('depth.onnx'));
    expect((await refused('depth.onnx')).message).toMatch(
      /expected an output \[1,2,128,128\], found depth \[1,3,128,128\]$/,
    );
    constantFlow(Number.NaN, 0).write(at('nan.onnx'));
    expect((await refused('nan.onnx')).message).toMatch(
      /expected vectors of finite length, found NaN, 0 px at 0,0 of flow$/,
    );
    // A graph that only fails when it runs.
    const broken = constantFlow(0, 0);
    broken
      .output(broken.op('Reshape', ['flow', broken.integers([7, 11])]), 'odd', [7, 11])
      .write(at('broken.onnx'));
    expect(await refused('broken.onnx')).toMatchObject({
      kind: 'input',
      code: 'ONNX_FILE_FAILED',
      message: expect.stringMatching(/broken\.onnx: expected a model that takes \[1,3,128,128\] and/),
    });
    // The thread has outlived all that.
    expect((await workers.estimate(picture, picture, model(at('fine.onnx')))).u[0]).toBe(0);
  });

  it('takes float16 models', async () => {
    const path = at('half.onnx');
    const half = new TinyModel(ANY_SIZE, 'float16');
    const wide = ['earlier', 'later'].map((name) => half.op('Cast', [name], { to: 1 }));
    const two = half.op('Concat', [half.channel(wide[0], 0), half.channel(wide[1], 1)], { axis: 1 });
    half.output(half.op('Cast', [two], { to: 10 }), 'flow').write(path);
    const flat = (value: number) => asPicture(render(128, 128, () => value));
    const { u, v } = await workers.estimate(flat(51.25), flat(100), model(path));
    expect([u[0], v[0]]).toEqual([51.25, 100]);
  });

  it('ends without aborting the process when closed in the middle of an evaluation', async () => {
    const busy = constantFlow(0, 0);
    let heavy = 'earlier';
    const side = 15;
    const weights = busy.constant(new Array(9 * side * side).fill(1e-4), [3, 3, side, side]);
    const pads = [7, 7, 7, 7];
    for (let k = 0; k < 30; k++)
      heavy = busy.op('Conv', [heavy, weights], { kernel_shape: [side, side], pads, strides: [1, 1] });
    busy.output(heavy, 'heavy', [1, 3, 'height', 'width']).write(at('busy.onnx'));
    const script = `
      import { FlowWorkers } from ${JSON.stringify(fileURLToPath(new URL('../../dist/flow/flow_workers.js', import.meta.url)))};
      const workers = new FlowWorkers();
      const picture = { width: 640, height: 360, data: new Float32Array(3 * 640 * 360) };
      const pair = workers.pair(picture, picture, ${JSON.stringify(model(at('busy.onnx')))});
      const told = pair.then(() => 'done', (error) => error.code);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await workers.close();
      console.log(await told);`;
    writeFileSync(at('close.mjs'), script);
    const { status, stdout } = spawnSync(process.execPath, [at('close.mjs')], { encoding: 'utf8' });
    expect([status, stdout.trim()]).toEqual([0, 'FLOW_WORKERS_CLOSED']);
  });
});
