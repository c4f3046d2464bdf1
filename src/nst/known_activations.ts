import { input, type Runtime } from '../engine/index.js';
import type { Picture } from '../picture.js';
import { features } from './features.js';
import type { Network } from './network.js';
import { networkFileBad } from './safetensors.js';

/** What a layer is known to answer to `activationProbe()`, with max pooling. */
export interface KnownActivation {
  /** `relu3_4` */
  readonly tap: string;
  readonly mean: number;
  /** Euclidean norm of all its values. */
  readonly l2: number;
}

/** Far above what float32 rounds away, far below what any other weights or channel order do. */
const TOLERANCE = 1e-4;

/** A picture given by a formula, so that any program can make the same: 56×40 px, whole numbers 0..255. */
export function activationProbe(): Picture {
  const [width, height] = [56, 40];
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        data[(c * height + y) * width + x] =
          (x * (3 + 2 * c) + y * (5 + c) + Math.floor((x * y) / 7) * (c + 1) * 11) % 256;
  return { width, height, data };
}

/**
 * Checks that a network computes what it is known to compute.
 * @throws NstError `NETWORK_FILE_BAD` (input)
 */
export async function checkActivations(
  network: Network,
  runtime: Runtime,
  known: readonly KnownActivation[],
): Promise<void> {
  if (known.length === 0) return;
  const { width, height, data } = activationProbe();
  const taps = known.map(({ tap }) => tap);
  const missing = taps.find((tap) => !network.convolutions.some((c) => c.tap === tap));
  if (missing) throw networkFileBad(network.path, `layer ${missing} is missing`);
  const graph = features(network, input('image', [1, 3, height, width]), taps, 'max');
  const session = await runtime.compile(Object.fromEntries(graph));
  const found = await session.run({ image: data }).finally(() => session.dispose());
  for (const { tap, mean, l2 } of known) {
    const values = found[tap];
    const foundMean = values.reduce((a, b) => a + b, 0) / values.length;
    const foundL2 = Math.sqrt(values.reduce((a, b) => a + b * b, 0));
    // Written so that a NaN does not pass.
    const close = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.abs(b);
    if (!close(foundMean, mean) || !close(foundL2, l2))
      throw networkFileBad(
        network.path,
        `layer ${tap} answers the test picture with mean ${foundMean} and norm ${foundL2}, expected ${mean} and ${l2}: these are other weights`,
      );
  }
}
