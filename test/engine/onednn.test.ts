import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { type Buffer, sharePlaces } from '../../dist/engine/onednn/storage.js';
import { relativeError } from './closeness.js';
import { copyEngine } from './engine_copy.js';
import { evaluate } from './interpreter.js';
import { onednnInstalled } from './onednn_installed.js';
import { inputsOf, OP_CASES, randomFeeds } from './op_cases.js';
import { Random } from './random.js';
import { describeAgreement, describeSessions, runOnce } from './runtime_suites.js';

const runtime = (threads = 1) => e.createOnednnRuntime({ threads });
const bfloat16 = onednnInstalled && runtime().precisions.includes('bfloat16');

/** VGG's first blocks, narrow: features that lie as the library likes, both poolings, odd sizes, a Gram matrix. */
function smallEnergy(pool: (x: e.Expr) => e.Expr): Record<string, e.Expr> {
  const random = new Random(7);
  const x = e.input('x', [1, 3, 27, 34]);
  const convolution = (from: e.Expr, cout: number) => {
    const cin = from.shape[1];
    const spread = Math.sqrt(2 / (9 * cin));
    const weights = random.normal(cout * cin * 9).map((v) => v * spread);
    return e.relu(
      e.conv2d(from, e.constant([cout, cin, 3, 3], weights), e.constant([cout], random.normal(cout))),
    );
  };
  const first = convolution(convolution(x, 32), 32);
  const second = convolution(convolution(pool(first), 48), 48);
  const last = convolution(pool(second), 64);
  const gram = (features: e.Expr) => {
    const [, c, h, w] = features.shape;
    const f = e.reshape(features, [c, h * w]);
    return e.gemm(f, f, { transB: true, alpha: 1 / (c * h * w) });
  };
  const styles = [first, second, last].map((features, i) => {
    const found = gram(features);
    return e.sumSquares(e.sub(found, e.input(`style${i}`, found.shape)));
  });
  const content = e.meanSquares(e.sub(second, e.input('content', second.shape)));
  const energy = [...styles, content].reduce(e.add);
  return { energy, gradient: e.gradient(energy, [x])[0] };
}

const cosine = (a: Float32Array, b: ArrayLike<number>) => {
  const product = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, v, i) => sum + v * y[i], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
};

describe.skipIf(!onednnInstalled)('oneDNN (skipped where the library is not installed)', () => {
  describeAgreement('oneDNN', () => runtime());
  describeSessions('an oneDNN session', () => runtime(2));

  describe.each([
    ['mean', e.avgPool2],
    ['largest', e.maxPool2],
  ])('on a small network that pools the %s value', (_, pool) => {
    const outputs = smallEnergy(pool);
    const feeds = randomFeeds(inputsOf(...Object.values(outputs)), new Random(3));
    let expected: ReturnType<typeof evaluate>;
    beforeAll(() => {
      expected = evaluate(outputs, feeds);
    });

    it('has energy and gradient within 1e-5 of float64', async () => {
      const found = await runOnce(runtime(), outputs, feeds);
      expect(relativeError(found.energy, expected.energy)).toBeLessThan(1e-5);
      expect(relativeError(found.gradient, expected.gradient)).toBeLessThan(1e-5);
    });

    it.skipIf(!bfloat16)('has a gradient of cosine 0.995 at least in bfloat16', async () => {
      const session = await runtime().compile(outputs, { precision: 'bfloat16' });
      const [found, again] = [await session.run(feeds), await session.run(feeds)];
      await session.dispose();
      expect(relativeError(found.energy, expected.energy)).toBeLessThan(0.02);
      expect(cosine(found.gradient, expected.gradient)).toBeGreaterThan(0.995);
      expect(again).toEqual(found);
    });
  });

  it.skipIf(!bfloat16).each(Object.keys(OP_CASES) as e.OpName[])('has %s in bfloat16', async (op) => {
    const random = new Random(1);
    const result = OP_CASES[op]({ channels: 16, height: 5, width: 6 }, random);
    const feeds = randomFeeds(inputsOf(result), random);
    const session = await runtime().compile({ result }, { precision: 'bfloat16' });
    const found = await session.run(feeds);
    await session.dispose();
    expect(relativeError(found.result, evaluate({ result }, feeds).result)).toBeLessThan(0.01);
  });

  it('lays weights out once for sessions that are alive together', async () => {
    const weights = e.constant([32, 32, 3, 3], new Random(2).normal(32 * 32 * 9));
    const graph = (height: number) => {
      const x = e.input('x', [1, 32, height, 8]);
      return { y: e.conv2d(e.relu(e.conv2d(x, weights)), weights) };
    };
    const one = runtime();
    const first = await one.compile(graph(8));
    const second = await one.compile(graph(12));
    await first.dispose();
    const feeds = randomFeeds(inputsOf(graph(12).y), new Random(4));
    const found = await second.run(feeds);
    expect(relativeError(found.y, evaluate(graph(12), feeds).y)).toBeLessThan(1e-5);
    await second.dispose();
  });

  it('leaves quietly when a thread, and when the process ends', () => {
    // A library unloaded under its own threads crashes, about every other time.
    const engine = new URL('../../dist/engine/index.js', import.meta.url).href;
    const script = `import { isMainThread, Worker } from 'node:worker_threads';
      import * as e from '${engine}';
      const x = e.input('x', [1, 32, 40, 40]);
      const weights = e.constant([32, 32, 3, 3], new Float32Array(9216));
      const session = await e.createOnednnRuntime({ threads: 2 }).compile({ y: e.conv2d(x, weights) });
      for (let i = 0; i < 3; i++) await session.run({ x: new Float32Array(51200) });
      if (isMainThread) for (let i = 0; i < 3; i++)
        await new Promise((ended) => new Worker(process.argv[1]).on('exit', ended));`;
    const folder = mkdtempSync(join(tmpdir(), 'nst-onednn-'));
    try {
      writeFileSync(join(folder, 'main.mjs'), script);
      const { status, signal, stderr } = spawnSync(process.execPath, [join(folder, 'main.mjs')], {
        encoding: 'utf8',
      });
      expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says when memory runs out', async () => {
    const huge = e.expand(e.input('x', [1]), [2 ** 22, 2 ** 22]);
    await expect(
      runOnce(runtime(), { total: e.sum(e.relu(huge)) }, { x: Float32Array.of(1) }),
    ).rejects.toMatchObject({ kind: 'resources', code: 'OUT_OF_MEMORY' });
  });

  it('wants a positive number of threads', () => {
    expect(() => runtime(0)).toThrow('threads: expected a positive integer, found 0');
  });
});

describe('a machine without oneDNN', () => {
  const script = `import { createRuntime, runtimeVersion } from './dist/engine/index.js';
    for (const use of [() => createRuntime('onednn', { threads: 1 }), () => runtimeVersion('onednn')])
      try { use(); } catch (error) { console.log(error.kind, error.code, error.message); }`;
  const messages = (env: Record<string, string>, cwd: string) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };
  const missing = /^environment RUNTIME_MISSING oneDNN could not be loaded on /;

  it('is told what to install, and which file did not load', () => {
    const path = join(tmpdir(), 'no-such-libdnnl.so');
    const said = messages({ NST_ONEDNN: path }, process.cwd());
    expect(said).toHaveLength(2);
    for (const message of said) {
      expect(message).toMatch(missing);
      expect(message).toContain(path);
      expect(message).toContain('NST_ONEDNN');
    }
  });

  it('is told so too where koffi is not installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nst-engine-'));
    try {
      copyEngine(folder);
      writeFileSync(join(folder, 'main.js'), script);
      for (const message of messages({}, folder)) expect(message).toMatch(missing);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the places of values in memory', () => {
  const steps = fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 14,
  });
  const bytes = fc.array(fc.integer({ min: 1, max: 1 << 20 }), { minLength: 12, maxLength: 12 });

  it('are never shared by two that are needed at the same time, and are large enough', () => {
    fc.assert(
      fc.property(steps, bytes, fc.nat(13), fc.array(fc.nat(11)), (uses, sizes, onceCount, wanted) => {
        const once = uses.slice(0, Math.min(onceCount, uses.length - 1));
        const lasting = new Set(once.flat());
        const buffers: Buffer[] = sizes.map((size, i) => ({ bytes: size, lasting: lasting.has(i) }));
        const needs = uses.map((use) => ({ buffers: use.map((i) => buffers[i]) }));
        const results = new Set(wanted.map((i) => buffers[i]));
        sharePlaces(needs.slice(0, once.length), needs.slice(once.length), results);
        const steps = (buffer: Buffer) =>
          needs.flatMap((need, i) => (need.buffers.includes(buffer) ? [i] : []));
        const alive = (buffer: Buffer) => {
          const at = steps(buffer);
          const kept = results.has(buffer) || (buffer.lasting && at.some((i) => i >= once.length));
          return [at[0] ?? needs.length, kept ? needs.length : at[at.length - 1]];
        };
        for (const a of buffers.filter(({ place }) => place)) {
          expect(a.place!.bytes).toBeGreaterThanOrEqual(a.bytes);
          for (const b of buffers) {
            if (a === b || a.place !== b.place) continue;
            const [[a0, a1], [b0, b1]] = [alive(a), alive(b)];
            expect(a1 < b0 || b1 < a0).toBe(true);
          }
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
