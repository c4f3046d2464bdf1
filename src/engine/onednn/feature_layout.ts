import type { Precision } from '../runtime.js';
import type { Descriptor, Dnnl } from './dnnl.js';
import type { FeatureLayout } from './program.js';

/** A convolution of common extents, to ask the library about. */
const SHAPE = [1, 64, 32, 32];
const WEIGHTS = [64, 64, 3, 3];

/**
 * The layout that convolutions want features in: channels last, which is what matrix units multiply; float32 in blocks
 * where the library has Winograd's method, which wants those and takes 0.4 of the time of direct convolutions.
 */
export function featureLayout(dnnl: Dnnl, precision: Precision): FeatureLayout {
  return { order: precision === 'float32' && hasWinograd(dnnl) ? 'blocked' : 'last', type: precision };
}

function hasWinograd(dnnl: Dnnl): boolean {
  const x = dnnl.blocked(SHAPE, 'float32');
  return x !== undefined && implementation(dnnl, 'float32', x, true) !== undefined;
}

/** Whether the processor itself multiplies in bfloat16: the library can also do without, slowly. */
export function hasBfloat16(dnnl: Dnnl): boolean {
  const found = implementation(dnnl, 'bfloat16', dnnl.undecided(SHAPE, 'bfloat16'), false);
  return found !== undefined && /core_(bf16|fp16)|amx|avx10|sve|acl/.test(found);
}

/** What convolves values that lie as `x` does, which is freed; undefined where nothing does. */
function implementation(dnnl: Dnnl, type: Precision, x: Descriptor, winograd: boolean): string | undefined {
  const weights = dnnl.undecided(WEIGHTS, type);
  const description = dnnl.convolution({ src: x, weights, bias: null, dst: x, padding: 1, winograd }, []);
  for (const descriptor of [x, weights]) dnnl.freeDescriptor(descriptor);
  if (description === undefined) return undefined;
  const name = dnnl.implementation(description);
  dnnl.freeDescription(description);
  return name;
}
