import type { Plane } from '../../picture.js';
import type { Settings } from '../options/setting_types.js';
import { goalsOf } from '../paint/style_pictures.js';
import { countingStyles, shareKeyframes } from '../paint/style_shares.js';
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
  for (const style of countingStyles(shareKeyframes(settings))) {
    const masks = specs.filter((spec) => spec.style === style);
    const key = JSON.stringify(masks.map(({ text }) => text).sort());
    const known = regions.get(key);
    if (known) known.styles.push(style);
    else regions.set(key, { styles: [style], masks });
  }
  return [...regions.values()];
}

/** What masks decide of the form of an energy: a goal for each region, or for each painting where losses are blended. */
export function maskedGoals(settings: Settings): { goals?: number; guided?: boolean } {
  const regions = regionsOf(settings).length;
  if (regions === 0) return {};
  return { goals: settings.styleBlend === 'losses' ? goalsOf(settings) : regions, guided: true };
}

/** A goal: the region that it is for, and what it counts there; the shares of a region's goals sum to 1, or are 0. */
export interface RegionGoal {
  readonly region: number;
  readonly share: number;
}

/**
 * The goals of a job with masks.
 * @param shares Of the paintings by their places.
 */
export function goalsIn(
  regions: readonly Region[],
  shares: readonly number[],
  styleBlend: Settings['styleBlend'],
): RegionGoal[] {
  const sums = regions.map(({ styles }) => styles.reduce((sum, style) => sum + shares[style], 0));
  if (styleBlend === 'grams') return sums.map((sum, region) => ({ region, share: sum > 0 ? 1 : 0 }));
  return regions
    .flatMap(({ styles }, region) => styles.map((style) => ({ style, region })))
    .sort((a, b) => a.style - b.style)
    .map(({ style, region }) => ({ region, share: sums[region] > 0 ? shares[style] / sums[region] : 0 }));
}

/**
 * The guides of a frame: where masks overlap, each yields in proportion, so that no pixel is painted more than once;
 * a region without a mask takes what the others leave.
 *
 * @param masks Of each region, `[H,W]`, 0..1; undefined for the one that takes the rest. One mask at least.
 */
export function guidesOf(masks: readonly (Plane | undefined)[], goals: readonly RegionGoal[]): FrameMasks {
  const given = masks.filter((mask) => mask !== undefined);
  const { width, height } = given[0];
  const sum = new Float32Array(width * height);
  for (const { data } of given) for (let p = 0; p < sum.length; p++) sum[p] += data[p];
  const plane = (value: (p: number) => number): Plane => ({
    width,
    height,
    data: sum.map((_, p) => value(p)),
  });
  const guides = goals.map(({ region, share }) => {
    const mask = masks[region]?.data;
    return plane((p) => share * (mask ? mask[p] / Math.max(1, sum[p]) : Math.max(0, 1 - sum[p])));
  });
  return { guides, coverage: given.length < masks.length ? undefined : plane((p) => Math.min(1, sum[p])) };
}
