import fc from 'fast-check';
import * as e from '../../dist/engine/index.js';
import { Random } from './random.js';

export interface RandomGraph {
  readonly x: e.Expr<'input'>;
  readonly energy: e.Expr;
  readonly outputs: Record<string, e.Expr>;
}

/** One layer put on a feature map, by number; what does not fit the size is left out. */
const LAYERS: readonly ((from: e.Expr, random: Random, all: readonly e.Expr[]) => e.Expr)[] = [
  (from, random) => {
    const cin = from.shape[1];
    // 16 channels are what onnxruntime's blocked layout starts at.
    const cout = [2, 3, 16, 32][random.below(4)];
    const k = random.below(3) === 0 ? 1 : 3;
    const spread = 1 / Math.sqrt(cin * k * k);
    const weights = e.constant(
      [cout, cin, k, k],
      random.normal(cout * cin * k * k).map((v) => v * spread),
    );
    return e.relu(e.conv2d(from, weights, e.constant([cout], random.normal(cout))));
  },
  (from) => (from.shape[2] > 1 && from.shape[3] > 1 ? e.maxPool2(from) : from),
  (from) => (from.shape[2] > 1 && from.shape[3] > 1 ? e.avgPool2(from) : from),
  (from) => (from.shape[2] < 8 && from.shape[3] < 8 ? e.upsample2(from) : from),
  (from) => e.scale(from, 0.5),
  (from, random) => e.mul(from, e.constant([from.shape[1], 1, 1], random.normal(from.shape[1]))),
  (from, _, all) => all.filter((other) => e.sameShape(other.shape, from.shape)).reduce(e.add),
  (from) => e.abs(e.sub(from, e.mean(from))),
  (from) => e.sqrt(e.add(e.square(from), e.scalar(1))),
  (from) => e.div(from, e.add(e.meanSquares(from), e.scalar(1))),
  (from) => e.pad(from, [0, 0, 1, 0], [0, 0, 0, 1]),
  (from) => e.slice(from, [0, 0, 0, 0], [1, from.shape[1], Math.max(1, from.shape[2] - 1), from.shape[3]]),
  (from) => {
    const [, c, h, w] = from.shape;
    const matrix = e.reshape(from, [c, h * w]);
    const gram = e.scale(e.gemm(matrix, matrix, { transB: true }), 1 / (c * h * w));
    return e.reshape(e.gemm(gram, matrix), from.shape);
  },
];

/** Networks of a few random layers with an energy of several terms, as the program's are, but odder. */
export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    layers: fc.array(fc.nat(LAYERS.length - 1), { minLength: 1, maxLength: 9 }),
    seed: fc.integer(),
  })
  .map(({ height, width, layers, seed }) => {
    const random = new Random(seed);
    const x = e.input('x', [1, 3, height, width]) as e.Expr<'input'>;
    const all: e.Expr[] = [x];
    for (const number of layers) all.push(LAYERS[number](all[all.length - 1], random, all));
    const taps = all.filter((_, i) => i === all.length - 1 || random.below(3) === 0);
    const terms = taps.map((tap) =>
      e.meanSquares(e.sub(tap, e.constant(tap.shape, random.normal(e.elementCount(tap.shape))))),
    );
    const energy = terms.map((term, i) => e.mul(e.input(`weight${i}`, []), term)).reduce(e.add);
    const terminal = Object.fromEntries(terms.map((term, i) => [`term${i}`, term]));
    const outputs = { total: energy, ...terminal, gradient: e.gradient(energy, [x])[0] };
    return { x, energy, outputs };
  });
