/** A rising map of one axis, linear between its knots `x`, going on with slope 1 beyond them. */
export interface AxisMap {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Steps of the distribution that are matched: 1/256 of the pixels each. */
const STEPS = 256;

/**
 * The map that gives values the distribution of others: each goes where its quantile lies there (histogram
 * specification; Gonzalez & Woods, "Digital image processing", section 3.3). Where many pixels have one value, they
 * take the mean of the quantiles they stand for: a map cannot tell them apart.
 */
export function matchHistogram(from: Float32Array, to: Float32Array): AxisMap {
  const [source, target] = [from.slice().sort(), to.slice().sort()];
  const knots: { x: number; y: number; count: number }[] = [];
  for (let k = 0; k <= STEPS; k++) {
    const x = quantile(source, k / STEPS);
    const y = quantile(target, k / STEPS);
    const last = knots.at(-1);
    if (last && x - last.x < LEAST_STEP) {
      last.y = (last.y * last.count + y) / (last.count + 1);
      last.count++;
    } else knots.push({ x, y, count: 1 });
  }
  return { x: Float64Array.from(knots, ({ x }) => x), y: Float64Array.from(knots, ({ y }) => y) };
}

/** Values nearer to each other than this are one, in units of the axis: pictures of 8 bits differ by 1 of 255. */
const LEAST_STEP = 0.05;

/** The value below which a share of ascending values lies, between neighbours linearly. */
function quantile(ascending: Float32Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}

export function applyAxis({ x, y }: AxisMap, values: Float32Array): Float32Array {
  const last = x.length - 1;
  return values.map((value) => {
    if (value <= x[0]) return y[0] + value - x[0];
    if (value >= x[last]) return y[last] + value - x[last];
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle] <= value) low = middle;
      else high = middle;
    }
    return y[low] + ((value - x[low]) / (x[high] - x[low])) * (y[high] - y[low]);
  });
}
