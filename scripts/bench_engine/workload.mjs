// What is timed: the program's own energy graph on a network of VGG-19's shape, and one large convolution.
import {
  constant,
  conv2d,
  elementCount,
  input,
  simplify,
  topologicalOrder,
} from '../../dist/engine/index.js';
import { energyGraph } from '../../dist/nst/energy.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';

/** VGG-19 up to relu5_1: block, convolutions in it, width. */
const BLOCKS = [
  [1, 2, 64],
  [2, 2, 128],
  [3, 4, 256],
  [4, 4, 512],
  [5, 1, 512],
];

/** Uniform numbers in −1..1, the same at every start (linear congruential, Numerical Recipes). */
function noise(count, spread = 1) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return spread * (state / 2 ** 31 - 1);
  });
}

/** A network of VGG-19's shape with random weights (He et al. 2015): time does not depend on what it has learnt. */
export function randomVgg19() {
  const convolutions = [];
  let inputs = 3;
  for (const [block, count, outputs] of BLOCKS) {
    for (let index = 1; index <= count; index++) {
      // Uniform numbers of spread s have the variance s²/3.
      const weight = noise(outputs * inputs * 9, Math.sqrt(6 / (9 * inputs)));
      const bias = noise(outputs, 0.1);
      const name = `conv${block}_${index}`;
      convolutions.push({ name, tap: `relu${block}_${index}`, block, inputs, outputs, weight, bias });
      inputs = outputs;
    }
  }
  return {
    name: 'random VGG-19',
    input: { mean: [123.68, 116.779, 103.939], channelOrder: 'RGB' },
    convolutions,
    heads: new Map(),
    channels: new Map(convolutions.map(({ tap, outputs }) => [tap, outputs])),
  };
}

/** The energy of one frame with all its terms and the gradient. */
export function energyWorkload(network, pooling, width, height) {
  return workload(energyGraph(network, { ...DEFAULT_FORM, pooling }, width, height));
}

/** VGG-19's conv4_2 of a 640×360 frame alone: 17 GFLOP on so little data that time goes into arithmetic. */
export function convolutionWorkload() {
  const x = input('x', [1, 512, 45, 80]);
  return workload({ y: conv2d(x, constant([512, 512, 3, 3], noise(512 * 512 * 9, 0.02))) });
}

function workload(outputs) {
  const order = topologicalOrder(Object.values(simplify(outputs)));
  const inputs = order.filter(({ op }) => op === 'input');
  const feeds = Object.fromEntries(
    inputs.map(({ attrs, shape }) => [
      attrs.name,
      noise(elementCount(shape), 100).map((v) => (attrs.name === 'certainty' ? Number(v > 0) : Math.abs(v))),
    ]),
  );
  return { outputs, feeds, flop: order.reduce((total, expr) => total + flopOf(expr), 0) };
}

/** Multiplications and additions of convolutions and matrix products; the rest is lost against them. */
function flopOf({ op, inputs, attrs, shape }) {
  if (op === 'conv2d') return 2 * elementCount(shape) * elementCount(inputs[1].shape.slice(1));
  if (op === 'gemm') return 2 * elementCount(shape) * inputs[0].shape[attrs.transA ? 0 : 1];
  return 0;
}
