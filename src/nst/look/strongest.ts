/** A neuron of one channel that answers strongly. */
export interface Peak {
  /** Column and row in the layer. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** The largest value of each channel of responses `[K,h,w]`, the earliest of equals. */
export function strongestPlaces(responses: Float32Array, width: number, height: number): Peak[] {
  const area = width * height;
  return Array.from({ length: responses.length / area }, (_, k) => {
    let at = 0;
    for (let i = 1; i < area; i++) if (responses[k * area + i] > responses[k * area + at]) at = i;
    return { x: at % width, y: Math.floor(at / width), value: responses[k * area + at] };
  });
}

/**
 * The strongest neurons of one channel `[h,w]`, at most `count`, strongest first, of which no two are nearer than `apart`
 * both across and down: those between see much the same. Values of 0 and less do not count, nor those up to `above`.
 */
export function peaks(
  plane: Float32Array,
  width: number,
  { count, apart, above = 0 }: { readonly count: number; readonly apart: number; readonly above?: number },
): Peak[] {
  const taken = new Uint8Array(plane.length);
  const height = plane.length / width;
  const found: Peak[] = [];
  while (found.length < count) {
    let at = -1;
    let value = Math.max(0, above);
    for (let i = 0; i < plane.length; i++) {
      if (taken[i] || !(plane[i] > value)) continue;
      at = i;
      value = plane[i];
    }
    if (at < 0) break;
    const [x, y] = [at % width, Math.floor(at / width)];
    found.push({ x, y, value });
    for (let row = Math.max(0, y - apart + 1); row < Math.min(height, y + apart); row++)
      taken.fill(1, row * width + Math.max(0, x - apart + 1), row * width + Math.min(width, x + apart));
  }
  return found;
}

/** Places of the largest values, largest first, the earlier of equals first. */
export function largestFirst(values: readonly number[], count: number): number[] {
  const places = values.map((_, i) => i);
  return places.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
}
