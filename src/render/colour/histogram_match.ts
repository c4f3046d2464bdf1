import { colourMap, mapColours } from '../../nst/colour_match.js';
import { createPicture, type Picture } from '../../picture.js';

/** A rising map of one axis: what values at even steps from `low` on become; it goes on with slope 1 beyond them. */
interface AxisMap {
  readonly low: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** Parts of a distribution that are matched, each with as many pixels. */
const QUANTILES = 256;
/** Steps of a map over all values it was made of. */
const STEPS = 1024;
/** Turns of the axes that are matched one after the other: enough to look alike; many more make contours of noise. */
const ROUNDS = 4;

/**
 * The map that gives the values of one picture the distribution of another's, in all three dimensions: first by mean
 * and covariance, then the histogram along each axis, again and again along axes turned otherwise (Pitié, Kokaram &
 * Dahyot 2007, "Automated colour grading using colour distribution transfer", section 3), and along their own at last.
 * Along their own alone each axis would have its histogram, but values of different axes be paired as they never are
 * in the other picture.
 *
 * Differs from the paper: the turns are always the same ones, so that the same pictures give the same map; and where
 * the paper repairs grain in a picture afterwards, the maps are smooth, few, and have a linear one before them that
 * leaves them little to do: what is repaired in each frame by itself flickers.
 */
export function matchHistograms(from: Picture, to: Picture): (values: Picture) => Picture {
  const linear = colourMap(from, to);
  const first = (values: Picture) => mapColours(values, linear);
  let moved = first(from);
  const rounds = Array.from({ length: ROUNDS }, (_, k) => {
    const axes = turned(ROUNDS - 1 - k);
    const [source, target] = [along(axes, moved), along(axes, to)];
    const maps = [0, 1, 2].map((c) => matchAxis(plane(source, c), plane(target, c)));
    const round = (values: Picture) => {
      const here = along(axes, values);
      maps.forEach((map, c) => {
        applyAxis(map, plane(here, c));
      });
      return along(transposed(axes), here);
    };
    moved = round(moved);
    return round;
  });
  return (values) => rounds.reduce((picture, round) => round(picture), first(values));
}

/** The map of each value to where its quantile lies in the target (histogram specification). */
function matchAxis(from: Float32Array, to: Float32Array): AxisMap {
  const [source, target] = [from.slice().sort(), to.slice().sort()];
  const knots: { x: number; y: number; count: number }[] = [];
  for (let k = 0; k <= QUANTILES; k++) {
    const x = quantile(source, k / QUANTILES);
    const y = quantile(target, k / QUANTILES);
    const last = knots.at(-1);
    // Where many pixels have one value, it becomes the mean of the quantiles they stand for.
    if (last && x - last.x < LEAST_STEP) {
      last.y = (last.y * last.count + y) / (last.count + 1);
      last.count++;
    } else knots.push({ x, y, count: 1 });
  }
  const low = knots[0].x;
  const step = (knots[knots.length - 1].x - low) / STEPS;
  const values = new Float64Array(step > 0 ? STEPS + 1 : 1).fill(knots[0].y);
  for (let i = 0, k = 0; step > 0 && i <= STEPS; i++) {
    const x = low + i * step;
    while (k < knots.length - 2 && knots[k + 1].x <= x) k++;
    const [a, b] = [knots[k], knots[k + 1]];
    values[i] = a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y);
  }
  return { low, step, values: smoothed(values) };
}

/** Deviation of what a map is smoothed by, in steps. */
const SMOOTHING = 32;

/**
 * A map smoothed by a Gaussian, going on at its ends as it is used beyond them. It stays a rising one; but where many
 * pixels share nearly one value, such as paper, they are not torn apart: their noise would become grain.
 */
function smoothed(values: Float64Array): Float64Array {
  const last = values.length - 1;
  if (last === 0) return values;
  const reach = 3 * SMOOTHING;
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / SMOOTHING) ** 2),
  );
  const sum = kernel.reduce((a, b) => a + b);
  return values.map((_, i) => {
    let total = 0;
    for (let d = -reach; d <= reach; d++)
      total += kernel[d + reach] * values[Math.min(last, Math.max(0, i + d))];
    return total / sum;
  });
}

/** Values nearer to each other than this are one, in units of the axis: those of 8 bits differ by 1 of 255. */
const LEAST_STEP = 0.05;

/** The value below which a share of ascending values lies, between neighbours linearly. */
function quantile(ascending: Float32Array, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}

/** Maps values in place. */
function applyAxis({ low, step, values }: AxisMap, plane: Float32Array): void {
  const last = values.length - 1;
  for (let i = 0; i < plane.length; i++) {
    const place = step > 0 ? (plane[i] - low) / step : 0;
    const k = Math.min(last - 1, Math.floor(place));
    if (last === 0 || place <= 0) plane[i] = values[0] + plane[i] - low;
    else if (place >= last) plane[i] = values[last] + plane[i] - (low + last * step);
    else plane[i] = values[k] + (place - k) * (values[k + 1] - values[k]);
  }
}

type Axes = readonly (readonly number[])[];

/** Three axes at right angles, by rows; those of the space itself for 0, each further number turns them otherwise. */
function turned(k: number): Axes {
  // A rotation by a quaternion; multiples of irrational angles never come back to where they were.
  const [a, b] = [k * GOLDEN_ANGLE, k * Math.SQRT2 * Math.PI];
  const half = k === 0 ? 0 : Math.PI / 4;
  const w = Math.cos(half);
  const [x, y, z] = [Math.cos(a), Math.sin(a) * Math.cos(b), Math.sin(a) * Math.sin(b)].map(
    (v) => v * Math.sin(half),
  );
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

const transposed = (axes: Axes): Axes => [0, 1, 2].map((i) => axes.map((row) => row[i]));

const plane = ({ width, height, data }: Picture, c: number): Float32Array =>
  data.subarray(c * width * height, (c + 1) * width * height);

/** Values along other axes. */
function along(axes: Axes, { width, height, data }: Picture): Picture {
  const n = width * height;
  const out = createPicture(width, height);
  for (let c = 0; c < 3; c++) {
    const [p, q, r] = axes[c];
    for (let i = 0; i < n; i++) out.data[c * n + i] = p * data[i] + q * data[n + i] + r * data[2 * n + i];
  }
  return out;
}
