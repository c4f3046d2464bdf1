import type { Precision } from '../runtime.js';
import type { Dnnl } from './dnnl.js';
import type { FeatureLayout } from './program.js';

/** A convolution of common extents, to ask the library about. */
const SHAPE = [1, 64, 32, 32];
const WEIGHTS = [64, 64, 3, 3];

/**
 * The layout that convolutions want features in: bfloat16 channels last, which is what matrix units multiply; float32 in
 * blocks where the library has Winograd's method, which wants those, else as it chooses for itself on this processor.
 */
export function featureLayout(dnnl: Dnnl, precision: Precision): FeatureLayout {
  if (precision === 'bfloat16') return { order: 'last', type: 'bfloat16' };
  if (hasWinograd(dnnl)) return { order: 'blocked16', type: 'float32' };
  const chosen = describeConvolution(dnnl, 'float32');
  if (!chosen) return { order: 'last', type: 'float32' };
  const blocked = (['blocked16', 'blocked8'] as const).find((tag) => {
    const candidate = dnnl.blocked(SHAPE, 'float32', tag);
    const same = dnnl.same(candidate, chosen.src);
    dnnl.freeDescriptor(candidate);
    return same;
  });
  dnnl.freeDescriptor(chosen.src);
  return { order: blocked ?? 'last', type: 'float32' };
}

function hasWinograd(dnnl: Dnnl): boolean {
  const [x, weights] = [dnnl.blocked(SHAPE, 'float32', 'blocked16'), dnnl.undecided(WEIGHTS, 'float32')];
  const shape = { src: x, weights, bias: null, dst: x, padding: 1, winograd: true };
  const description = dnnl.convolution(shape, []);
  for (const descriptor of [x, weights]) dnnl.freeDescriptor(descriptor);
  if (description !== undefined) dnnl.freeDescription(description);
  return description !== undefined;
}

/** Whether the processor multiplies in bfloat16, and the library has it do so. */
export function hasBfloat16(dnnl: Dnnl): boolean {
  const chosen = describeConvolution(dnnl, 'bfloat16');
  if (chosen) dnnl.freeDescriptor(chosen.src);
  return chosen !== undefined && /bf16|amx|sve|acl/.test(chosen.implementation);
}

function describeConvolution(dnnl: Dnnl, type: Precision) {
  const [x, weights] = [dnnl.undecided(SHAPE, type), dnnl.undecided(WEIGHTS, type)];
  const description = dnnl.convolution(
    { src: x, weights, bias: null, dst: x, padding: 1, winograd: false },
    [],
  );
  for (const descriptor of [x, weights]) dnnl.freeDescriptor(descriptor);
  if (description === undefined) return undefined;
  const found = {
    src: dnnl.query(description, 'src'),
    implementation: dnnl.implementation(description),
  };
  dnnl.freeDescription(description);
  return found;
}
