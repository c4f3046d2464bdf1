import { input, sumSquares } from '../../dist/engine/index.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { features } from '../../dist/nst/features.js';
import { loadNetwork } from '../../dist/nst/network.js';

const VGG_CHANNELS = { relu1_1: 64, relu2_1: 128, relu3_1: 256, relu4_1: 512, relu4_2: 512, relu5_1: 512 };

/** Normal deviates of a fixed seed (Box–Muller over a 32-bit Weyl hash). */
function normals(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const TAPS = [...new Set([...DEFAULT_FORM.styleLayers, ...DEFAULT_FORM.contentLayers])];

/** Norm of each tap's features of a picture. */
async function tapNorms(network, { width, height, data }, runtime) {
  const seen = features(network, input('image', [1, 3, height, width]), TAPS, 'max');
  const session = await runtime.compile(
    Object.fromEntries(TAPS.map((tap) => [tap, sumSquares(seen.get(tap))])),
  );
  const sums = await session.run({ image: data });
  await session.dispose();
  return Object.fromEntries(TAPS.map((tap) => [tap, Math.sqrt(sums[tap][0])]));
}

/**
 * A network of the same shape as `model` that has learnt nothing: He-initialised convolutions, and heads that
 * only scale each tap so that its features of `content` have the norm of the judge's.
 */
export async function randomLike(model, judge, content, runtime) {
  const ones = randomNetwork(model, Object.fromEntries(TAPS.map((tap) => [tap, 1])));
  const wanted = await tapNorms(judge, content, runtime);
  const found = await tapNorms(ones, content, runtime);
  return randomNetwork(model, Object.fromEntries(TAPS.map((tap) => [tap, wanted[tap] / found[tap]])));
}

/** `factors` gives, by tap, what its head multiplies with. */
function randomNetwork(model, factors) {
  const normal = normals(3);
  const convolutions = model.convolutions.map((c) => {
    const spread = Math.sqrt(2 / (9 * c.inputs));
    const weight = Float32Array.from({ length: c.weight.length }, () => normal() * spread);
    return { ...c, weight, bias: new Float32Array(c.outputs) };
  });
  const heads = new Map();
  for (const [tap, factor] of Object.entries(factors)) {
    const { outputs } = convolutions.find((c) => c.tap === tap);
    const weight = new Float32Array(outputs * outputs);
    for (let i = 0; i < outputs; i++) weight[i * outputs + i] = factor;
    heads.set(tap, { inputs: outputs, outputs, weight, bias: new Float32Array(outputs) });
  }
  const channels = new Map(convolutions.map((c) => [c.tap, VGG_CHANNELS[c.tap] ?? c.outputs]));
  return { ...model, name: 'random', convolutions, heads, channels };
}

export const loadNamed = async (name, path) => ({ ...(await loadNetwork(path)), name });
