import { createHash } from 'node:crypto';
import { invalidArgument, NstError } from '../../error.js';
import { readPicture } from '../../frames/picture_file.js';
import { type MediaInfo, probe } from '../../frames/probe.js';
import type { Plane } from '../../picture.js';
import type { Settings } from '../options/setting_types.js';
import { fileHash, inputHash } from '../work/file_hash.js';
import { fitMask, inverted, maskOf } from './mask_plane.js';
import { type Region, regionsOf } from './mask_regions.js';
import type { MaskSpec } from './mask_spec.js';

/** A mask of a film job, and what is known of it before anything is painted. */
export interface MaskInput extends MaskSpec {
  /** Of a mask that moves: its film, frame by frame that of the source. */
  readonly moving?: MediaInfo;
  /** Of one that stands still or is carried: the mask, as large as the frames, inverted where that was asked for. */
  readonly still?: Plane;
  /** The frame that it is of, where it is carried along from there. */
  readonly keyFrame?: number;
}

/** A part of a film's frames. */
export interface RegionInput extends Omit<Region, 'masks'> {
  readonly masks: readonly MaskInput[];
}

interface Source {
  readonly width: number;
  readonly height: number;
  readonly media: MediaInfo;
}

/**
 * Opens the masks of a film job; none where there are none.
 * @throws NstError usage INVALID_ARGUMENT; input MASK_SIZE, MASK_TOO_SHORT, and as readPicture and probe.
 */
export async function openMasks(settings: Settings, source: Source): Promise<RegionInput[]> {
  const opened: RegionInput[] = [];
  for (const { styles, masks } of regionsOf(settings)) {
    const inputs: MaskInput[] = [];
    for (const mask of masks) inputs.push(await openMask(mask, settings, source));
    opened.push({ styles, masks: inputs });
  }
  return opened;
}

async function openMask(mask: MaskSpec, { maskCarry }: Settings, size: Source): Promise<MaskInput> {
  const { source } = mask;
  const { video } = size.media;
  if (source.kind === 'alpha' && !video.alpha)
    throw invalidArgument('--mask', 'a film that has alpha', size.media.path);
  if (source.kind !== 'file') return mask;
  const moving = await movingMask(source.path);
  if (moving) {
    if (source.frame !== undefined)
      throw invalidArgument('--mask', 'a picture for a single frame', `${source.path}@${source.frame}`);
    if (moving.video.frameCount < video.frameCount)
      throw new NstError(
        'input',
        'MASK_TOO_SHORT',
        `The mask ${source.path}: expected a frame for each of the film's ${video.frameCount}, found ${moving.video.frameCount}`,
      );
    const { displayWidth: width, displayHeight: height } = moving.video;
    fitMask(source.path, { width, height, data: new Float32Array(width * height) }, 'frames', size);
    return { ...mask, moving };
  }
  const still = await readStillMask(source.path, mask.inverted, size);
  if (!maskCarry) return { ...mask, still };
  const keyFrame = source.frame ?? 0;
  if (keyFrame >= video.frameCount)
    throw invalidArgument('--mask', `a frame from 0 to ${video.frameCount - 1} after @`, keyFrame);
  return { ...mask, still, keyFrame };
}

/** A mask in a picture file, as large as the frames. @throws NstError input MASK_SIZE, and as readPicture. */
export async function readStillMask(
  path: string,
  not: boolean,
  size: { readonly width: number; readonly height: number },
): Promise<Plane> {
  const mask = fitMask(
    path,
    maskOf(await readPicture(path, { label: 'mask', keepAlpha: true })),
    'frames',
    size,
  );
  return not ? inverted(mask) : mask;
}

/** A film or a folder of pictures; undefined for a single picture. */
async function movingMask(path: string): Promise<MediaInfo | undefined> {
  try {
    return await probe(path);
  } catch (error) {
    if (error instanceof NstError && error.code === 'INPUT_IS_PICTURE') return undefined;
    throw error;
  }
}

/** What of a mask decides pixels: where it comes from, files by their contents. */
export async function maskIdentity({ style, source, inverted: not, moving, keyFrame }: MaskInput) {
  const of = { style, not, keyFrame };
  if (source.kind !== 'file') return JSON.stringify({ ...of, ...source });
  return JSON.stringify({ ...of, contents: await (moving ? inputHash(moving) : fileHash(source.path)) });
}

/** A short name for something by its identity, for files. */
export function shortName(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}

/** What of all masks decides pixels. */
export async function masksIdentity(regions: readonly RegionInput[]): Promise<string> {
  const all = await Promise.all(regions.flatMap(({ masks }) => masks.map(maskIdentity)));
  return all.sort().join(' ');
}
