import { invalidArgument } from '../../error.js';
import type { Picture, Plane } from '../../picture.js';
import type { Settings } from '../options/setting_types.js';
import { shareKeyframes } from '../paint/style_shares.js';
import { readStillMask } from './mask_inputs.js';
import { feathered, inverted, lumaKey, union } from './mask_plane.js';
import { type FrameMasks, goalsIn, guidesOf, regionsOf } from './mask_regions.js';
import type { MaskSpec } from './mask_spec.js';

/**
 * Where a still is painted, and like what; undefined where all of it is.
 *
 * @param photo At the size it is painted, with its alpha.
 * @param path Its file, for messages.
 * @throws NstError usage INVALID_ARGUMENT; input MASK_SIZE, and as readPicture.
 */
export async function stillMasks(
  settings: Settings,
  photo: Picture,
  path: string,
): Promise<FrameMasks | undefined> {
  const regions = regionsOf(settings);
  if (regions.length === 0) return undefined;
  const masks = regions.map(async ({ masks: specs }) => {
    if (specs.length === 0) return undefined;
    const planes = await Promise.all(specs.map((spec) => maskOfStill(spec, photo, path)));
    return feathered(union(planes), settings.maskFeather);
  });
  const [{ shares }] = shareKeyframes(settings);
  return guidesOf(await Promise.all(masks), goalsIn(regions, shares, settings.styleBlend));
}

async function maskOfStill(
  { source, inverted: not }: MaskSpec,
  photo: Picture,
  path: string,
): Promise<Plane> {
  if (source.kind === 'file') return readStillMask(source.path, not, photo);
  const { width, height, alpha } = photo;
  if (source.kind === 'alpha' && !alpha) throw invalidArgument('--mask', 'a photo that has alpha', path);
  const mask = source.kind === 'luma' ? lumaKey(photo, source.bounds) : { width, height, data: alpha! };
  return not ? inverted(mask) : mask;
}
