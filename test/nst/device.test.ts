import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { adam } from '../../dist/nst/adam.js';
import { lbfgs } from '../../dist/nst/lbfgs.js';
import { minimise } from '../../dist/nst/minimise.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { FrameSolver, type SolveTask } from '../../dist/nst/solver.js';
import { relativeError } from '../engine/closeness.js';
import { evaluate } from '../engine/interpreter.js';
import { Random } from '../engine/random.js';
import { webgpuEnv } from '../support/webgpu.js';
import { tinyNetwork } from './tiny_network.js';

// In this process before any library looks for a device.
Object.assign(process.env, webgpuEnv);

const [width, height] = [18, 16];
const content = noisePicture(width, height, 1, 60);
const targets: Omit<SolveTask, 'optimizer' | 'iterations'> = {
  content,
  start: content,
  warped: noisePicture(width, height, 4, 60),
  certainty: { width, height, data: new Float32Array(width * height).fill(0.5) },
  weights: { content: 5, style: 100, temporal: 1000, tv: 1e-3 },
};

describe.skipIf(!webgpuEnv)(
  'WebGPU (skipped without a graphics card; a Chromium brings one of software)',
  () => {
    let folder: string;
    const solvers: FrameSolver[] = [];
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nst-device-'));
      const networkPath = join(folder, 'tiny.safetensors');
      await writeFile(networkPath, tinyNetwork());
      for (const device of ['cpu', 'webgpu'] as const) {
        const solver = await FrameSolver.start({ networkPath, threads: 1, device });
        await solver.setStyles([{ picture: noisePicture(20, 17, 2, 120), weight: 1 }]);
        solvers.push(solver);
      }
    });
    afterAll(async () => {
      for (const solver of solvers) await solver.close();
      await rm(folder, { recursive: true });
    });

    test('finds the energy, its terms and its gradient that the processor finds', async () => {
      const [expected, found] = await Promise.all(
        solvers.map((solver) => solver.evaluate({ ...targets, image: noisePicture(width, height, 5, 90) })),
      );
      expect(solvers[1].networkInfo().runtime).toMatch(/^onnxruntime \S+ on webgpu$/);
      expect(Math.abs(found.energy / expected.energy - 1)).toBeLessThan(1e-5);
      expect(relativeError(found.gradient.data, expected.gradient.data)).toBeLessThan(1e-5);
      for (const [term, value] of Object.entries(expected.terms))
        expect(Math.abs(found.terms[term] / value - 1), term).toBeLessThan(1e-4);
    });

    test.each([{ optimizer: 'adam', learningRate: 2 }, { optimizer: 'lbfgs' }] as const)(
      'paints as the processor does: %o',
      async (how) => {
        // The device's L-BFGS has one scale for the whole picture: so has this one, which is told of no shape.
        const energyOf = async (image: Float32Array) => {
          const { energy, terms, gradient } = await solvers[0].evaluate({
            ...targets,
            image: { width, height, data: image },
          });
          return { energy, terms, gradient: gradient.data };
        };
        const run = { start: content.data, evaluate: energyOf, iterations: 8 };
        const expected =
          how.optimizer === 'adam'
            ? await minimise({ ...run, optimiser: adam(how) })
            : await minimise({ ...run, optimiser: lbfgs() });
        const found = await solvers[1].solve({ ...targets, ...how, iterations: 8 });
        for (const [i, { energy }] of expected.records.entries())
          expect(Math.abs(found.energies[i].energy / energy - 1), `iteration ${i}`).toBeLessThan(1e-3);
        expect(found.energy!).toBeLessThan(0.7 * found.energies[0].energy);
        expect(relativeError(found.picture.data, expected.image)).toBeLessThan(1e-3);
        const again = await solvers[1].solve({ ...targets, ...how, iterations: 8 });
        expect(again.picture.data).toEqual(found.picture.data);
      },
    );

    test('has one solver at a time', async () => {
      const second = FrameSolver.start({ networkPath: 'none', threads: 1, device: 'webgpu' });
      await expect(second).rejects.toMatchObject({ kind: 'resources', code: 'DEVICE_BUSY' });
    });

    test('keeps tensors between runs, and never reads one that was freed', async () => {
      const { device } = e.createOnnxRuntime({ threads: 1, device: 'webgpu' });
      const [x, t] = [e.input('x', [2, 3]), e.input('t', [])];
      const outputs = { sum: e.sum(x), next: e.mul(x, t), twice: e.scale(e.sum(x), 2) };
      const session = await device!.compile(outputs, ['next']);
      const values = new Random(1).normal(6);
      let held = await device!.upload(values, [2, 3]);
      let expected: Record<string, ArrayLike<number>> = { next: values };
      for (const factor of [0.5, -3, 2]) {
        const found = await session.runOnDevice({ x: held, t: Float32Array.of(factor) });
        expected = evaluate(outputs, { x: expected.next, t: [factor] });
        expect(found.read.sum[0]).toBeCloseTo(expected.sum[0], 4);
        expect(found.read.twice[0]).toBeCloseTo(expected.twice[0], 4);
        held.dispose();
        await expect(device!.download(held)).rejects.toMatchObject({ code: 'TENSOR_DISPOSED' });
        held = found.kept.next;
      }
      expect(relativeError(await device!.download(held), expected.next)).toBeLessThan(1e-6);
      await session.dispose();
      await expect(session.runOnDevice({ x: held, t: Float32Array.of(1) })).rejects.toMatchObject({
        code: 'SESSION_DISPOSED',
      });
    });
  },
);

test('a device whose libraries are not there is named, with what it needs', async () => {
  const runtime = e.createOnnxRuntime({ threads: 1, device: 'cuda' });
  const compiled = runtime.compile({ y: e.scale(e.input('x', [1]), 2) });
  await expect(compiled).rejects.toMatchObject({
    kind: 'environment',
    code: 'DEVICE_MISSING',
    message: expect.stringMatching(/^Device cuda: expected CUDA 12.*docs\/gpu\.md/),
  });
});
