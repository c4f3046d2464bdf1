import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisePicture } from '../../dist/nst/noise.js';
import { FrameSolver, type SolveOptions } from '../../dist/nst/solver.js';
import type { Picture } from '../../dist/picture.js';
import { litePath } from './shared_data.js';
import { tinyNetwork } from './tiny_network.js';

const [width, height] = [24, 18];
const content = noisePicture(width, height, 1, 60);
const weights = { content: 5, style: 100, temporal: 1000, tv: 1e-3 };
const styles = [{ picture: noisePicture(20, 30, 2, 120), weight: 1 }];
const task: SolveOptions = { content, start: content, weights, optimizer: 'lbfgs', iterations: 8 };

let folder: string;
let networkPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nst-solver-'));
  networkPath = join(folder, 'tiny.safetensors');
  await writeFile(networkPath, tinyNetwork());
});
afterAll(() => rm(folder, { recursive: true }));

/** A solver with styles set, closed when `use` is done. */
async function withSolver<T>(use: (solver: FrameSolver) => Promise<T>, threads = 1): Promise<T> {
  const solver = await FrameSolver.start({ networkPath, threads });
  try {
    await solver.setStyles(styles);
    return await use(solver);
  } finally {
    await solver.close();
  }
}

describe('a frame', () => {
  test('is painted: the energy falls, every iteration is told, the inputs stay as they were', async () => {
    const before = content.data.slice();
    const told: number[] = [];
    const result = await withSolver((solver) =>
      solver.solve({ ...task, onIteration: ({ iteration }) => told.push(iteration) }),
    );
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(result.energies.map((e) => e.iteration)).toEqual(told);
    expect(Object.keys(result.energies[0].terms)).toContain('style.relu5_1');
    expect(result.energies[8].energy).toBeLessThan(0.5 * result.energies[0].energy);
    expect(result).toMatchObject({ evaluations: 9, stoppedBy: 'iterations' });
    expect(result.picture).toMatchObject({ width, height });
    expect(result.picture.data).not.toEqual(before);
    expect(content.data).toEqual(before);
  });

  test('has the energy that `evaluate` finds for it, and less with every optimiser', async () => {
    await withSolver(async (solver) => {
      for (const optimizer of ['lbfgs', 'adam'] as const) {
        const solved = await solver.solve({ ...task, optimizer, learningRate: 2 });
        const { picture, energies } = solved;
        const { energy, terms, gradient } = await solver.evaluate({ content, weights, image: picture });
        const least = energies.reduce((a, b) => (b.energy < a.energy ? b : a));
        expect({ energy, terms }).toEqual({ energy: least.energy, terms: least.terms });
        expect({ energy, terms }).toEqual({ energy: solved.energy, terms: solved.terms });
        expect(least.iteration).toBeGreaterThan(0);
        expect(gradient.data).toHaveLength(3 * width * height);
      }
    });
  });

  test('of no iterations is the start, bit for bit', async () => {
    const start = noisePicture(width, height, 77, 400);
    const result = await withSolver((solver) => solver.solve({ ...task, start, iterations: 0 }));
    expect(result.picture).toEqual(start);
    expect(result).toMatchObject({ energies: [], energy: undefined, terms: {}, evaluations: 0 });
  });

  test('stays near its warped predecessor where that is certain', async () => {
    const warped = noisePicture(width, height, 5, 100);
    const left = (_: number, i: number) => (i % width < width / 2 ? 1 : 0);
    const certainty = { width, height, data: new Float32Array(width * height).map(left) };
    const { picture } = await withSolver((solver) =>
      solver.solve({ ...task, warped, certainty, weights: { ...weights, temporal: 1e6 }, iterations: 20 }),
    );
    const distance = (certain: number) => {
      const far = picture.data.map((v, i) => Math.abs(v - warped.data[i]));
      const side = far.filter((_, i) => certainty.data[i % (width * height)] === certain);
      return side.reduce((a, b) => a + b) / side.length;
    };
    expect(distance(1)).toBeLessThan(5);
    expect(distance(0)).toBeGreaterThan(20);
  });
});

describe('two runs', () => {
  test.each([1, 2])('give equal bits (%i threads)', async (threads) => {
    const solveTwo = () =>
      withSolver(async (solver) => {
        const first = await solver.solve(task);
        return [first, await solver.solve({ ...task, start: first.picture, optimizer: 'adam' })];
      }, threads);
    expect(await solveTwo()).toEqual(await solveTwo());
  });

  test('do not depend on the frames painted before', async () => {
    const alone = await withSolver((solver) => solver.solve(task));
    const after = await withSolver(async (solver) => {
      const other = noisePicture(32, 20, 9);
      await solver.solve({ ...task, content: other, start: other });
      await solver.solve({ ...task, start: noisePicture(width, height, 10) });
      return solver.solve(task);
    });
    expect(after).toEqual(alone);
  });
});

describe('stopping', () => {
  test('a signal ends the run before the next evaluation; the solver goes on', async () => {
    await withSolver(async (solver) => {
      const abort = new AbortController();
      let told = 0;
      const solving = solver.solve({
        ...task,
        iterations: 100_000,
        stop: { every: 100_000, relativeChange: 0 },
        signal: abort.signal,
        onIteration: () => {
          if (++told === 3) abort.abort();
        },
      });
      await expect(solving).rejects.toMatchObject({ code: 'CANCELLED', kind: 'interrupted' });
      expect(told).toBeLessThan(100_000);
      expect((await solver.solve(task)).evaluations).toBe(9);
    });
  });

  test('a signal given before the start evaluates nothing', async () => {
    const told: number[] = [];
    const options = { ...task, signal: AbortSignal.abort(), onIteration: () => told.push(1) };
    await expect(withSolver((solver) => solver.solve(options))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(told).toEqual([]);
  });

  test('a closed solver says so, and may be closed again', async () => {
    const solver = await FrameSolver.start({ networkPath, threads: 1 });
    await solver.close();
    await solver.close();
    await expect(solver.solve(task)).rejects.toMatchObject({ code: 'SOLVER_ENDED', kind: 'bug' });
  });

  test('a worker that dies fails what was asked of it with one clear error', async () => {
    let worker: Worker | undefined;
    process.once('worker', (created) => {
      worker = created;
    });
    const solver = await FrameSolver.start({ networkPath, threads: 1 });
    await solver.setStyles(styles);
    const solving = solver.solve({ ...task, iterations: 100_000 });
    const waiting = solver.evaluate({ content, weights, image: content });
    // At once, before native code runs there: onnxruntime's binding aborts the whole process where its thread is ended
    // during an evaluation.
    worker!.terminate();
    const ended = {
      code: 'SOLVER_ENDED',
      kind: 'bug',
      message: "The solver's thread has ended (exit code 1)",
    };
    const outcomes = await Promise.allSettled([solving, waiting]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: ended });
    await expect(solver.solve(task)).rejects.toMatchObject(ended);
    await solver.close();
  });
});

describe('starting', () => {
  test('tells which network and runtime it paints with', async () => {
    const solver = await FrameSolver.start({ networkPath: litePath, threads: 2 });
    const info = solver.networkInfo();
    await solver.close();
    expect(info.name).toBe('lite');
    expect(info.path).toBe(litePath);
    expect(info.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(info.layers).toContain('relu4_2');
    expect(info.runtime).toMatch(/onnxruntime.*2 threads/);
  });

  test('errors keep their kind and code across the threads', async () => {
    const missing = FrameSolver.start({ networkPath: join(folder, 'none.safetensors'), threads: 1 });
    await expect(missing).rejects.toMatchObject({ name: 'NstError', code: 'NETWORK_MISSING', exitCode: 4 });
    const short = join(folder, 'short.safetensors');
    await writeFile(short, tinyNetwork().subarray(0, 500));
    const broken = FrameSolver.start({ networkPath: short, threads: 1 });
    await expect(broken).rejects.toMatchObject({ code: 'NETWORK_FILE_BAD', exitCode: 3 });
    await withSolver(async (solver) => {
      const small: Picture = noisePicture(8, 8, 1);
      await expect(solver.solve({ ...task, content: small, start: small })).rejects.toMatchObject({
        code: 'PICTURE_TOO_SMALL',
        kind: 'input',
      });
      const heavy = { ...weights, style: 1e38 };
      await expect(solver.solve({ ...task, weights: heavy })).rejects.toMatchObject({
        code: 'ENERGY_NOT_FINITE',
        kind: 'usage',
      });
    });
  });
});
