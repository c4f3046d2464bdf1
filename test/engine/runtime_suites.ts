import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { relativeError } from './closeness.js';
import { evaluate } from './interpreter.js';
import { inputsOf, OP_CASES, randomFeeds } from './op_cases.js';
import { Random } from './random.js';
import { randomGraph } from './random_graph.js';

// What holds for every runtime. `runtime` is called inside the tests, so that a missing one can be skipped.

/** Compiles, evaluates and disposes. */
export async function runOnce(
  runtime: e.Runtime,
  outputs: Record<string, e.Expr>,
  feeds: e.Tensors,
): Promise<e.Tensors> {
  const session = await runtime.compile(outputs);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

const size = fc.record({
  channels: fc.constantFrom(1, 2, 3, 16),
  height: fc.integer({ min: 2, max: 7 }),
  width: fc.integer({ min: 2, max: 7 }),
});

/** Every op, networks, steps, poolings and ties against the float64 interpreter. */
export function describeAgreement(name: string, runtime: () => e.Runtime): void {
  const run = (outputs: Record<string, e.Expr>, feeds: e.Tensors) => runOnce(runtime(), outputs, feeds);

  describe(`${name} agrees with the definitions`, () => {
    it.each(Object.keys(OP_CASES) as e.OpName[])('%s', async (op) => {
      await fc.assert(
        fc.asyncProperty(size, fc.integer(), async (extents, seed) => {
          const random = new Random(seed);
          const result = OP_CASES[op](extents, random);
          const feeds = randomFeeds(inputsOf(result), random);
          const [found, expected] = [await run({ result }, feeds), evaluate({ result }, feeds)];
          expect(relativeError(found.result, expected.result)).toBeLessThan(2e-6);
        }),
        { seed: 3, numRuns: 8 },
      );
    });

    it('on random networks, their energies and gradients', async () => {
      await fc.assert(
        fc.asyncProperty(randomGraph, fc.integer(), async ({ outputs }, seed) => {
          const feeds = randomFeeds(inputsOf(...Object.values(outputs)), new Random(seed));
          const [found, expected] = [await run(outputs, feeds), evaluate(outputs, feeds)];
          for (const name of Object.keys(outputs)) {
            expect(relativeError(found[name], expected[name]), name).toBeLessThan(2e-5);
          }
        }),
        { seed: 11, numRuns: 60 },
      );
    });

    it('on a step of any sign and size', async () => {
      // 16 channels are what onnxruntime's blocked layout starts at.
      for (const channels of [3, 16]) {
        const values = [0, -0, 1, -1, 1e-37, -1e-37, 1e-10, 3e38, -3e38, 0.5];
        const x = e.input('x', [1, channels, 1, values.length]);
        const feeds = {
          x: Float32Array.from({ length: channels * values.length }, (_, i) => values[i % 10]),
        };
        const gate = e.step(x);
        expect([...(await run({ gate }, feeds)).gate]).toEqual([...evaluate({ gate }, feeds).gate]);
      }
    });

    it('on pooling after padding', async () => {
      const x = e.input('x', [1, 2, 3, 3]);
      const padded = e.pad(x, [0, 0, 0, 0], [0, 0, 1, 3]);
      const outputs = { largest: e.maxPool2(padded), mean: e.avgPool2(e.scale(padded, 2)) };
      const feeds = { x: new Float32Array(18).fill(-1) };
      const [found, expected] = [await run(outputs, feeds), evaluate(outputs, feeds)];
      expect([...found.largest]).toEqual([...expected.largest]);
      expect([...found.mean]).toEqual([...expected.mean]);
    });

    it.each([
      [16, 5, 7],
      [16, 6, 8],
      [32, 6, 4],
    ])('on ties of a max-pooling, %i channels of %i×%i', async (channels, height, width) => {
      const x = e.input('x', [1, channels, height, width]);
      const count = channels * height * width;
      // Few different values: zeros, clipped whites and equal neighbours abound; some neighbours differ in the last bit.
      const random = new Random(5);
      const values = [-1, 0, 1, 2, 1 + 2 ** -23, 1e-30, 60000];
      const feeds = { x: Float32Array.from({ length: count }, () => values[random.below(values.length)]) };
      const half = [1, channels, height >> 1, width >> 1];
      const weights = e.constant(half, random.normal(e.elementCount(half)));
      const convolution = e.constant([channels, channels, 3, 3], random.normal(9 * channels ** 2));
      const own = e.sum(e.mul(e.maxPool2(x), weights));
      const gated = e.sum(e.mul(e.maxPool2(e.relu(x)), weights));
      const inner = e.sum(
        e.mul(e.conv2d(e.maxPool2(e.relu(e.conv2d(x, convolution))), convolution), weights),
      );
      for (const energy of [own, gated, inner]) {
        const outputs = { byX: e.gradient(energy, [x])[0] };
        const found = (await run(outputs, feeds)).byX;
        expect(relativeError(found, evaluate(outputs, feeds).byX)).toBeLessThan(2e-6);
      }
    });
  });
}

/** What `Session` and `Runtime` promise. */
export function describeSessions(name: string, runtime: () => e.Runtime): void {
  describe(name, () => {
    const x = e.input('x', [1, 3, 12, 10]);
    const factor = e.input('factor', []);
    const weights = e.constant([16, 3, 3, 3], new Random(1).normal(432));
    const total = e.mul(factor, e.sumSquares(e.avgPool2(e.relu(e.conv2d(x, weights)))));
    const outputs = { total, gradient: e.gradient(total, [x])[0] };
    const feeds = (seed: number) => randomFeeds(inputsOf(total), new Random(seed));

    it('runs again and again with different feeds', async () => {
      const session = await runtime().compile(outputs);
      for (const seed of [1, 2, 3]) {
        const found = await session.run(feeds(seed));
        const expected = evaluate(outputs, feeds(seed));
        expect(relativeError(found.total, expected.total)).toBeLessThan(1e-5);
        expect(relativeError(found.gradient, expected.gradient)).toBeLessThan(1e-5);
      }
      await session.dispose();
    });

    it('has float32, and says which precisions it has when asked for another', async () => {
      const { precisions } = runtime();
      expect(precisions).toContain('float32');
      for (const precision of ['bfloat16', 'float16'].filter(
        (one) => !precisions.some((own) => own === one),
      )) {
        await expect(
          runtime().compile(outputs, { precision: precision as 'bfloat16' }),
        ).rejects.toMatchObject({
          code: 'PRECISION_MISSING',
          kind: 'usage',
          message: expect.stringContaining(precision),
        });
      }
    });

    it('gives equal bits for equal feeds, from any session', async () => {
      const sessions = await Promise.all([runtime().compile(outputs), runtime().compile(outputs)]);
      const first = await sessions[0].run(feeds(4));
      await sessions[0].run(feeds(5));
      expect(await sessions[0].run(feeds(4))).toEqual(first);
      expect(await sessions[1].run(feeds(4))).toEqual(first);
      await Promise.all(sessions.map((session) => session.dispose()));
    });

    it('stands beside another one that runs at the same time', async () => {
      const [a, b] = await Promise.all([
        runtime().compile(outputs),
        runtime().compile({ twice: e.scale(x, 2) }),
      ]);
      const [found, twice] = await Promise.all([a.run(feeds(6)), b.run({ x: feeds(6).x })]);
      expect(relativeError(found.total, evaluate(outputs, feeds(6)).total)).toBeLessThan(1e-5);
      expect(twice.twice).toEqual(feeds(6).x.map((v) => 2 * v));
      await a.dispose();
      expect((await b.run({ x: feeds(7).x })).twice).toEqual(feeds(7).x.map((v) => 2 * v));
      await b.dispose();
    });

    it('gives its results away: a later run does not change them', async () => {
      const session = await runtime().compile(outputs);
      const first = await session.run(feeds(8));
      const kept = first.gradient.slice();
      await session.run(feeds(9));
      expect(first.gradient).toEqual(kept);
      await session.dispose();
    });

    it('returns inputs, constants and one value under several names', async () => {
      const sum = e.add(x, x);
      const found = await runOnce(
        runtime(),
        { same: x, one: e.scalar(1), sum, again: sum },
        { x: feeds(1).x },
      );
      expect(found.same).toEqual(feeds(1).x);
      expect([...found.one]).toEqual([1]);
      expect(found.again).toEqual(found.sum);
    });

    it('names a wrong, missing or unknown feed', async () => {
      const session = await runtime().compile(outputs);
      const good = feeds(1);
      await expect(session.run({ factor: good.factor })).rejects.toMatchObject({
        kind: 'bug',
        code: 'FEED_INVALID',
        message: 'input x: expected 360 values for [1,3,12,10], found nothing',
      });
      await expect(session.run({ ...good, x: new Float32Array(5) })).rejects.toThrow('found 5');
      await expect(session.run({ ...good, y: good.x })).rejects.toThrow('input y: expected one of');
      expect((await session.run(good)).total).toHaveLength(1);
      await session.dispose();
    });

    it('cannot run after it was disposed, and can be disposed twice', async () => {
      const session = await runtime().compile(outputs);
      await session.dispose();
      await session.dispose();
      await expect(session.run(feeds(1))).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
    });
  });
}
