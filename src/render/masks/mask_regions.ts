import type { Plane } from '../../picture.js';
import type { Settings } from '../options/defaults.js';
import { type MaskSpec, maskSpecs } from './mask_spec.js';

/** Where a frame is painted, and like what. */
export interface FrameMasks {
  /** For each goal its part of the frame, `[H,W]`, 0..1; at no pixel more than 1 in all. */
  readonly guides: readonly Plane[];
  /** Their sum: where it is 0 the source stays. Absent where all of the frame is painted. */
  readonly coverage?: Plane;
}

/** A part of the frame: paintings that share it, and the masks that say where it is. */
export interface Region {
  /** Places of the paintings among those of `--style`. */
  readonly styles: readonly number[];
  /** None: it is what the masks of the others leave. */
  readonly masks: readonly MaskSpec[];
}

/**
 * The parts of a frame that masks say; none where no mask is given. Paintings with the same masks share a part, and so
 * do those without any, which are for what the others leave.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function regionsOf(settings: Settings): Region[] {
  const specs = maskSpecs(settings);
  if (specs.length === 0) return [];
  const regions = new Map<string, { styles: number[]; masks: MaskSpec[] }>();
  settings.style.forEach((_, style) => {
    const masks = specs.filter((spec) => spec.style === style);
    const key = JSON.stringify(masks.map(({ text }) => text).sort());
    const known = regions.get(key);
    if (known) known.styles.push(style);
    else regions.set(key, { styles: [style], masks });
  });
  return [...regions.values()];
}

/**
 * The guides of a frame: where masks overlap, each yields in proportion, so that no pixel is painted more than once;
 * a region without a mask takes what the others leave.
 *
 * @param masks Of each region, `[H,W]`, 0..1; undefined for the one that takes the rest. One mask at least.
 */
export function guidesOf(masks: readonly (Plane | undefined)[]): FrameMasks {
  const given = masks.filter((mask) => mask !== undefined);
  const { width, height } = given[0];
  const sum = new Float32Array(width * height);
  for (const { data } of given) for (let p = 0; p < sum.length; p++) sum[p] += data[p];
  const plane = (value: (p: number) => number): Plane => ({
    width,
    height,
    data: Float32Array.from(sum, (_, p) => value(p)),
  });
  const guides = masks.map((mask) =>
    plane((p) => (mask ? mask.data[p] / Math.max(1, sum[p]) : Math.max(0, 1 - sum[p]))),
  );
  return { guides, coverage: given.length < masks.length ? undefined : plane((p) => Math.min(1, sum[p])) };
}
