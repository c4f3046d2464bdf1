import { invalidArgument } from '../../error.js';
import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import type { FrameSolver } from '../../nst/solver.js';
import type { Style } from '../../nst/style_paintings.js';
import { createPicture, type Picture } from '../../picture.js';
import type { CropShares, Settings } from '../options/setting_types.js';
import { countingStyles, type ShareKeyframe, shareKeyframes, sharesAt } from './style_shares.js';

/** A painting at the size at which a frame is compared with it. */
export interface WeightedStyle extends Style {
  /** Its place in `--style`, which names it together with its size. */
  readonly place: number;
  /** Its share in the blend; the shares sum to 1. */
  readonly weight: number;
  /** How large it is seen: its area is about this squared times that of the frame. */
  readonly scale: number;
}

/** What decides how paintings are seen. */
export type StyleSettings = Pick<
  Settings,
  'style' | 'styleShares' | 'styleBlend' | 'styles' | 'styleScale' | 'styleCrop' | 'styleSize'
>;

/**
 * Reads the paintings that ever count, crops them and scales each so that its area equals the frame's, its aspect kept:
 * strokes then have the size they have in the painting seen at the size of the frame. `styleScale` makes them as much
 * larger; `styleSize` gives the long side in place of the area.
 *
 * @param keyframes What they count over time; the shares are those of the beginning.
 * @throws NstError what `readPicture` throws; usage INVALID_ARGUMENT for options that do not fit the paintings.
 */
export async function readStyles(
  settings: StyleSettings,
  frame: { readonly width: number; readonly height: number },
  note: (message: string) => void,
  keyframes: readonly ShareKeyframe[] = shareKeyframes(settings),
): Promise<WeightedStyle[]> {
  const { style, styleBlend, styleSize } = settings;
  const scales = forEach(settings.styleScale, '--style-scale', style);
  const crops = forEach(settings.styleCrop, '--style-crop', style);
  const styles: WeightedStyle[] = [];
  for (const [goal, place] of countingStyles(keyframes).entries()) {
    const path = style[place];
    const whole = await readPicture(path, { label: 'style', note });
    const picture = cropped(whole, crops[place], path);
    const area = Math.sqrt((frame.width * frame.height) / (picture.width * picture.height));
    const base = styleSize === undefined ? area : styleSize / Math.max(picture.width, picture.height);
    const scale = base * (scales[place] ?? 1);
    const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
    if (scale > 2)
      note(
        `${path}: only ${picture.width}x${picture.height}, enlarged ${scale.toFixed(1)} times; its strokes will be blurred`,
      );
    styles.push({
      place,
      picture: resizePicture(picture, side(picture.width), side(picture.height)),
      weight: keyframes[0].shares[place],
      scale: scale / area,
      ...(styleBlend === 'losses' ? { goal } : undefined),
    });
  }
  return styles;
}

/** One value for all paintings, or one for each. */
function forEach<T>(
  values: readonly T[],
  flag: string,
  style: readonly string[],
): readonly (T | undefined)[] {
  if (values.length > 1 && values.length !== style.length)
    throw invalidArgument(flag, `one value, or ${style.length}, one for each --style`, values.length);
  return style.map((_, s) => values[values.length > 1 ? s : 0]);
}

function cropped(picture: Picture, crop: CropShares | undefined, path: string): Picture {
  if (!crop) return picture;
  const [x, y, w, h] = crop;
  const [left, top] = [Math.round(x * picture.width), Math.round(y * picture.height)];
  const width = Math.min(picture.width, Math.round((x + w) * picture.width)) - left;
  const height = Math.min(picture.height, Math.round((y + h) * picture.height)) - top;
  if (Math.min(width, height) < LEAST_CROP)
    throw invalidArgument(
      '--style-crop',
      `at least ${LEAST_CROP} pixels each way of ${path}, which has ${picture.width}x${picture.height}`,
      crop.join(','),
    );
  return cropPicture(picture, left, top, width, height);
}

/** As few as a picture file must have. */
const LEAST_CROP = 8;

/** The part of a picture that begins at `left`, `top`, px. */
export function cropPicture(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
): Picture {
  const part = createPicture(width, height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * picture.height + top + y) * picture.width + left;
      part.data.set(picture.data.subarray(from, from + width), (c * height + y) * width);
    }
  return part;
}

/**
 * The paintings as they count at a time, seconds. Those of share 0 are left out where they have no goal of their own: a
 * frame is then what it would be without them, bit for bit.
 */
export function stylesAt(
  styles: readonly WeightedStyle[],
  keyframes: readonly ShareKeyframe[],
  seconds: number,
): WeightedStyle[] {
  const shares = sharesAt(keyframes, seconds);
  return styles
    .map((style) => ({ ...style, weight: shares[style.place] }))
    .filter(({ weight, goal }) => weight > 0 || goal !== undefined);
}

/** Whether two mixtures of the paintings of a job are the same. */
export function sameShares(a: readonly WeightedStyle[], b: readonly WeightedStyle[]): boolean {
  return (
    a.length === b.length && a.every(({ place, weight }, s) => place === b[s].place && weight === b[s].weight)
  );
}

/** How many goals frames are drawn to: one, or where losses are blended one for each painting that ever counts. */
export function goalsOf(settings: StyleSettings): number {
  if (settings.styleBlend === 'grams' || settings.style.length === 0) return 1;
  return countingStyles(shareKeyframes(settings)).length;
}

/** Sets what frames are painted like; what a painting is measured by is computed once for each of its sizes. */
export function setStyles(solver: FrameSolver, styles: readonly WeightedStyle[]): Promise<void> {
  return solver.setStyles(
    styles.map((style) => ({
      ...style,
      name: `${style.place} ${style.picture.width}x${style.picture.height}`,
    })),
  );
}

/** Colours, and what each pixel counts; all alike where absent. */
export interface Palette {
  readonly picture: Picture;
  readonly counts?: Float32Array;
}

/** All pixels of the paintings side by side, each painting counting as it does in the blend: the colours of that. */
export function palette(styles: readonly WeightedStyle[]): Palette {
  const sizes = styles.map(({ picture }) => picture.width * picture.height);
  const width = sizes.reduce((a, b) => a + b, 0);
  const data = new Float32Array(3 * width);
  const counts = new Float32Array(width);
  const heaviest = Math.max(...styles.map(({ weight }) => weight));
  let at = 0;
  styles.forEach(({ picture, weight, scale }, s) => {
    for (let c = 0; c < 3; c++)
      data.set(picture.data.subarray(c * sizes[s], (c + 1) * sizes[s]), c * width + at);
    counts.fill(weight / heaviest / scale ** 2, at, at + sizes[s]);
    at += sizes[s];
  });
  const picture = { width, height: 1, data };
  return counts.every((count) => count === 1) ? { picture } : { picture, counts };
}

/** Four poolings halve the sides: smaller pictures leave the deepest layer without pixels. */
const MIN_SIDE = 16;
