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

/**
 * A network of the same shape as `model` that has learnt nothing: He-initialised convolutions, and heads that
 * only scale each tap to the size of the judge's features. `sizes` gives, by tap, the factor.
 */
export function randomNetwork(model, sizes) {
  const normal = normals(3);
  const convolutions = model.convolutions.map((c) => {
    const spread = Math.sqrt(2 / (9 * c.inputs));
    const weight = Float32Array.from({ length: c.weight.length }, () => normal() * spread);
    return { ...c, weight, bias: new Float32Array(c.outputs) };
  });
  const heads = new Map();
  for (const [tap, factor] of Object.entries(sizes)) {
    const { outputs } = convolutions.find((c) => c.tap === tap);
    const weight = new Float32Array(outputs * outputs);
    for (let i = 0; i < outputs; i++) weight[i * outputs + i] = factor;
    heads.set(tap, { inputs: outputs, outputs, weight, bias: new Float32Array(outputs) });
  }
  const channels = new Map(convolutions.map((c) => [c.tap, VGG_CHANNELS[c.tap] ?? c.outputs]));
  return { ...model, name: 'random', convolutions, heads, channels };
}

export const loadNamed = async (name, path) => ({ ...(await loadNetwork(path)), name });
