import { describe, expect, test } from 'vitest';
import { type Expr, gradient, input, topologicalOrder } from '../../../dist/engine/index.js';
import type { Tap } from '../../../dist/nst/features.js';
import { guideWeights } from '../../../dist/nst/guides.js';
import { TapView } from '../../../dist/nst/losses/layer_view.js';
import type { LayerLoss, Measures } from '../../../dist/nst/losses/loss.js';
import { perPainting } from '../../../dist/nst/losses/normalised.js';
import { STYLE_LOSSES } from '../../../dist/nst/losses/style_losses.js';
import type { Head } from '../../../dist/nst/network.js';
import { evaluate } from '../../engine/interpreter.js';
import { Random } from '../../engine/random.js';

// What holds for every loss of the registry, in float64: a new one is tested by being listed there.

const [K, H, W] = [4, 5, 6];
const features = input('features', [1, K, H, W]);
const guide = input('guide', [1, 1, H, W]);

/** Features as a relu leaves them: none below 0, many 0, most of them around 100. */
function randomFeatures(seed: number): Float64Array {
  const values = new Random(seed).normal(K * H * W);
  return Float64Array.from(values, (v, i) => Math.max(0, 60 * v + 25 * (1 + (i % K))));
}

function randomHead(outputs: number): Head {
  const random = new Random(7);
  const weight = Float32Array.from(random.normal(outputs * K));
  return { inputs: K, outputs, weight, bias: Float32Array.from(random.normal(outputs)) };
}

/** The loss between the features fed and the measures of other ones. */
class Case {
  readonly distance: Expr;
  readonly slope: Expr;
  readonly #measures: Measures;

  constructor(
    loss: LayerLoss,
    head: Head | undefined,
    readonly guided: boolean,
  ) {
    const tap: Tap = { own: features, head };
    const channels = head?.outputs ?? K;
    this.#measures = loss.measure(new TapView(tap, guided ? guide : undefined), channels);
    const target = Object.entries(this.#measures).map(([name, { shape }]) => [
      name,
      input(`of_${name}`, shape),
    ]);
    this.distance = loss.distance(this.#measures, Object.fromEntries(target), channels);
    this.slope = gradient(this.distance, [features])[0];
  }

  /** What is fed for the target: measures of the painting with these features. */
  target(painting: Float64Array, weights: ArrayLike<number>): Record<string, ArrayLike<number>> {
    const measured = evaluate({ ...this.#measures }, { features: painting, guide: weights });
    const wanted = topologicalOrder([this.distance]).flatMap((e) => (e.op === 'input' ? [e.attrs.name] : []));
    for (const name of Object.keys(measured)) expect(wanted).toContain(`of_${name}`);
    return Object.fromEntries(Object.entries(measured).map(([name, values]) => [`of_${name}`, values]));
  }
}

/** Weights of places by a mask with soft edges, some of it 0, at `size` times its values. */
function weightsOf(size: number): Float32Array {
  const data = Float32Array.from({ length: H * W }, (_, p) => size * Math.max(0, Math.sin(p)));
  return guideWeights({ width: W, height: H, data }, 1)[0];
}

const losses = Object.entries<LayerLoss>(STYLE_LOSSES).flatMap(([name, loss]): [string, LayerLoss][] => [
  [name, loss],
  [`${name} by the painting’s size`, perPainting(loss)],
]);
const heads: [string, Head | undefined][] = [
  ['without a head', undefined],
  ['under a head', randomHead(7)],
];
const cases = losses.flatMap(([name, loss]) =>
  heads.flatMap(([how, head]) =>
    [false, true].map((guided): [string, Case] => [
      `${name} ${how}, ${guided ? 'guided' : 'everywhere'}`,
      new Case(loss, head, guided),
    ]),
  ),
);

describe.each(cases)('%s', (_, one) => {
  const weights = weightsOf(1);
  const frame = randomFeatures(1);
  const target = one.target(randomFeatures(2), weights);
  const at = (values: Float64Array) =>
    evaluate({ distance: one.distance }, { features: values, guide: weights, ...target }).distance[0];

  test('has the derivative that central differences have', () => {
    const { slope } = evaluate({ slope: one.slope }, { features: frame, guide: weights, ...target });
    const random = new Random(3);
    // Along the derivative, and along others that show what errors of sign or place it has.
    const directions = [slope, ...[1, 2, 3].map(() => Float64Array.from(random.normal(slope.length)))];
    for (const direction of directions) {
      const length = Math.hypot(...direction);
      const h = 1e-3 / length;
      const moved = (by: number) => at(frame.map((v, i) => v + by * direction[i]));
      const difference = (moved(h) - moved(-h)) / (2 * h);
      const along = slope.reduce((sum, g, i) => sum + g * direction[i], 0);
      expect(Math.abs(difference - along)).toBeLessThan(1e-4 * Math.hypot(...slope) * length);
    }
  });

  test('is 0 at its own target, and more elsewhere', () => {
    const own = one.target(frame, weights);
    const feeds = { features: frame, guide: weights, ...own };
    const far = at(frame);
    expect(far).toBeGreaterThan(0);
    expect(Math.abs(evaluate({ distance: one.distance }, feeds).distance[0])).toBeLessThan(1e-4 * far);
  });

  test('asks a guide for its shape, not for its size', () => {
    const twice = weightsOf(2);
    const other = one.target(randomFeatures(2), twice);
    const found = evaluate({ distance: one.distance }, { features: frame, guide: twice, ...other });
    expect(Math.abs(found.distance[0] - at(frame))).toBeLessThan(1e-5 * at(frame));
  });

  if (one.guided)
    test('does not see what a guide hides, and sees all places alike under an even one', () => {
      const changed = frame.map((v, i) => (weights[i % (H * W)] === 0 ? v + 50 : v));
      expect(at(changed)).toBe(at(frame));
      const even = new Float32Array(H * W).fill(1 / (H * W));
      const [guided, whole] = [one, cases[cases.findIndex(([, c]) => c === one) - 1][1]].map((c) => {
        const feeds = { features: frame, guide: even, ...c.target(randomFeatures(2), even) };
        return evaluate({ distance: c.distance }, feeds).distance[0];
      });
      expect(Math.abs(guided - whole)).toBeLessThan(1e-5 * whole);
    });
});
