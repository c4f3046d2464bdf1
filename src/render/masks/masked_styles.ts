import { readPicture } from '../../frames/picture_file.js';
import type { Settings } from '../options/setting_types.js';
import { readStyles, type WeightedStyle } from '../paint/style_pictures.js';
import { type ShareKeyframe, shareKeyframes } from '../paint/style_shares.js';
import { fileHash } from '../work/file_hash.js';
import { fitMask, maskOf } from './mask_plane.js';
import { regionsOf } from './mask_regions.js';
import { styleMaskFiles } from './mask_spec.js';

/**
 * The paintings as `readStyles` gives them, each with the goal that its region is, and its mask of `--style-mask`.
 * @throws NstError as readStyles; input MASK_SIZE for a mask of another shape than its painting.
 */
export async function readMaskedStyles(
  settings: Settings,
  frame: { readonly width: number; readonly height: number },
  note: (message: string) => void,
  keyframes: readonly ShareKeyframe[] = shareKeyframes(settings),
): Promise<WeightedStyle[]> {
  const styles = await readStyles(settings, frame, note, keyframes);
  const regions = regionsOf(settings);
  const files = styleMaskFiles(settings);
  return Promise.all(
    styles.map(async (style) => {
      const { place } = style;
      const goal = regions.findIndex((region) => region.styles.includes(place));
      // Blended losses have a goal for each painting already.
      const masked = goal < 0 ? style : { ...style, goal: style.goal ?? goal };
      const path = files.get(place);
      if (path === undefined) return masked;
      const mask = maskOf(await readPicture(path, { label: 'mask', keepAlpha: true }));
      return { ...masked, mask: fitMask(path, mask, 'painting', style.picture) };
    }),
  );
}

/** What of `--style-mask` decides pixels. */
export async function styleMaskIdentity(settings: Settings): Promise<string> {
  const files = [...styleMaskFiles(settings)].sort(([a], [b]) => a - b);
  const parts = await Promise.all(files.map(async ([place, path]) => `${place}=${await fileHash(path)}`));
  return parts.join(' ');
}
