import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { loadTfjs, polyfillUtil } from '../../dist/engine/tfjs_library.js';
import { relativeError } from './closeness.js';
import { copyEngine } from './engine_copy.js';
import { evaluate } from './interpreter.js';
import { inputsOf, randomFeeds } from './op_cases.js';
import { Random } from './random.js';
import { randomGraph } from './random_graph.js';
import { describeAgreement, describeSessions, runOnce } from './runtime_suites.js';
import { tfjsInstalled } from './tfjs_installed.js';

const tfjs = () => e.createTfjsRuntime();

describe.skipIf(!tfjsInstalled)('TensorFlow.js (skipped where no package of it is installed)', () => {
  describeAgreement('TensorFlow.js', tfjs);
  describeSessions('a TensorFlow.js session', tfjs);

  it('agrees with onnxruntime on random networks', async () => {
    const onnx = e.createOnnxRuntime({ threads: 1 });
    await fc.assert(
      fc.asyncProperty(randomGraph, fc.integer(), async ({ outputs }, seed) => {
        const feeds = randomFeeds(inputsOf(...Object.values(outputs)), new Random(seed));
        const [found, expected] = [
          await runOnce(tfjs(), outputs, feeds),
          await runOnce(onnx, outputs, feeds),
        ];
        for (const name of Object.keys(outputs)) {
          expect(relativeError(found[name], expected[name]), name).toBeLessThan(2e-5);
        }
      }),
      { seed: 29, numRuns: 60 },
    );
  });

  it('agrees with the definitions where products transpose their factors themselves, as in tfjs-node', async () => {
    const tf = await loadTfjs();
    const chosen = tf.getBackend();
    await import('@tensorflow/tfjs-backend-cpu');
    // Else that backend recommends tfjs-node on stderr.
    tf.enableProdMode();
    await tf.setBackend('cpu');
    try {
      await fc.assert(
        fc.asyncProperty(randomGraph, fc.integer(), async ({ outputs }, seed) => {
          const feeds = randomFeeds(inputsOf(...Object.values(outputs)), new Random(seed));
          const [found, expected] = [await runOnce(tfjs(), outputs, feeds), evaluate(outputs, feeds)];
          for (const name of Object.keys(outputs)) {
            expect(relativeError(found[name], expected[name]), name).toBeLessThan(2e-5);
          }
        }),
        { seed: 31, numRuns: 25 },
      );
    } finally {
      await tf.setBackend(chosen);
    }
  });

  it('is named by its version and package', () => {
    expect(tfjs().name).toMatch(/^TensorFlow\.js 4\.\d+\.\d+ \(tfjs-/);
    expect(e.runtimeVersion('tfjs')).toBe(tfjs().name);
    expect(e.createRuntime('tfjs', { threads: 3 }).name).toBe(tfjs().name);
  });

  it('keeps as much memory after a hundred runs as after two, and none when disposed', async () => {
    const tf = await loadTfjs();
    const before = tf.memory().numTensors;
    const x = e.input('x', [1, 3, 13, 10]);
    const layer = (from: e.Expr) =>
      e.relu(
        e.conv2d(
          from,
          e.constant([16, from.shape[1], 3, 3], new Random(1).normal(16 * from.shape[1] * 9)),
          e.constant([16], new Random(2).normal(16)),
        ),
      );
    const features = layer(e.maxPool2(layer(x)));
    const matrix = e.reshape(features, [16, 30]);
    const energy = e.meanSquares(e.gemm(matrix, matrix, { transB: true }));
    const session = await tfjs().compile({ energy, byX: e.gradient(energy, [x])[0] });
    const constants = tf.memory().numTensors;
    expect(constants).toBeGreaterThan(before);
    const bytes = () =>
      (tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } }).wasm?.HEAPU8.byteLength ?? 0;
    const run = (seed: number) => session.run(randomFeeds(inputsOf(energy), new Random(seed)));
    await run(1);
    await run(2);
    const [heap, held] = [bytes(), tf.memory().numBytes];
    for (let i = 0; i < 100; i++) await run(i);
    expect(tf.memory().numTensors).toBe(constants);
    expect(tf.memory().numBytes).toBe(held);
    expect(bytes()).toBe(heap);
    await session.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says when memory runs out, forgets what it had begun, and goes on', async () => {
    const tf = await loadTfjs();
    const before = tf.memory().numTensors;
    const x = e.input('x', [1]);
    // Two sizes: one beyond all addresses, one that wraps round to zero bytes.
    for (const extent of [2 ** 16 + 1, 2 ** 22]) {
      const huge = e.expand(e.square(x), [extent, extent]);
      await expect(
        runOnce(tfjs(), { total: e.sum(e.relu(huge)) }, { x: Float32Array.of(1) }),
      ).rejects.toMatchObject({ kind: 'resources', code: 'OUT_OF_MEMORY' });
    }
    expect(tf.memory().numTensors).toBe(before);
    expect([...(await runOnce(tfjs(), { y: e.scale(x, 3) }, { x: Float32Array.of(2) })).y]).toEqual([6]);
  });

  it('is loaded without a word, and leaves failures to the program', () => {
    const engine = JSON.stringify(new URL('../../dist/engine/index.js', import.meta.url).href);
    const script = `const { createTfjsRuntime, input, sum } = await import(${engine});
      await (await createTfjsRuntime().compile({ y: sum(input('x', [2])) })).dispose();
      console.log(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('0 0\n');
  });
});

describe('packages of TensorFlow.js', () => {
  const script = `import { createTfjsRuntime, input, sum } from './dist/engine/index.js';
    try { await createTfjsRuntime().compile({ energy: sum(input('x', [2])) }); }
    catch (error) { console.log(error.kind, error.code, error.message); }`;

  /** What the engine says in a folder that holds these packages and no others. */
  function compileBeside(packages: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'nst-tfjs-'));
    try {
      copyEngine(folder);
      for (const [name, main] of Object.entries(packages)) {
        const own = join(folder, 'node_modules', name);
        mkdirSync(own, { recursive: true });
        writeFileSync(join(own, 'package.json'), '{"version":"4.0.0","main":"main.js"}');
        writeFileSync(join(own, 'main.js'), main);
      }
      writeFileSync(join(folder, 'main.js'), script);
      const { stdout, stderr } = spawnSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toBe('');
      return stdout;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('are named where none is installed', () => {
    const said = compileBeside({});
    expect(said).toMatch(/^environment RUNTIME_MISSING TensorFlow\.js could not be loaded/);
    expect(said).toContain('"npm install @tensorflow/tfjs-node-gpu"');
    expect(said).toContain('"npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm"');
  });

  it('are refused where the install script has not run, rather than replaced by a slower one', () => {
    const broken = 'throw new Error("The native addon module can not be found\\nat path");';
    const said = compileBeside({ '@tensorflow/tfjs-node': broken, '@tensorflow/tfjs-backend-wasm': '' });
    expect(said).toMatch(
      /^environment RUNTIME_MISSING @tensorflow\/tfjs-node could not be loaded on \w+ \w+: The native addon module can not be found; its install script/,
    );
    expect(said).toContain('"npm rebuild @tensorflow/tfjs-node"');
  });

  it('come in order: the one for graphics cards before the others', () => {
    const broken = (what: string) => `throw new Error("${what}");`;
    expect(
      compileBeside({
        '@tensorflow/tfjs-node': broken('second'),
        '@tensorflow/tfjs-node-gpu': broken('first'),
      }),
    ).toContain('tfjs-node-gpu could not be loaded');
  });
});

describe('what tfjs-node misses in Node 23 and later', () => {
  it('is given back, and what is there is left alone', () => {
    const util: Record<string, unknown> = {};
    polyfillUtil(util);
    const isNullOrUndefined = util.isNullOrUndefined as (value: unknown) => boolean;
    expect([null, undefined, 0, '', false].map(isNullOrUndefined)).toEqual([true, true, false, false, false]);
    expect((util.isArray as (value: unknown) => boolean)([])).toBe(true);
    const own = () => 'own';
    const present = { isNullOrUndefined: own, isArray: own };
    polyfillUtil(present);
    expect(present).toEqual({ isNullOrUndefined: own, isArray: own });
  });
});
