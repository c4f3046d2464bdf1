// Film grain.
import { randomNumbers } from '../../dist/nst/noise.js';

/** A picture with normal deviates of `deviation` grey levels on it, the same in all channels; clipped to 0..255. */
export function withGrain({ width, height, data }, deviation, seed) {
  const noise = normalNumbers(seed);
  const grained = new Float32Array(data.length);
  const n = width * height;
  for (let p = 0; p < n; p++) {
    const grey = deviation * noise();
    for (let i = p; i < 3 * n; i += n) grained[i] = Math.min(255, Math.max(0, data[i] + grey));
  }
  return { width, height, data: grained };
}

/** Box & Muller 1958. */
function normalNumbers(seed) {
  const random = randomNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
