import { existsSync } from 'node:fs';
import { invalidArgument } from '../../error.js';
import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import { colourMap, mapColours } from '../../nst/colour_match.js';
import { noisePicture } from '../../nst/noise.js';
import type { Picture } from '../../picture.js';
import type { Grounds } from '../../temporal/light_change.js';
import type { FrameMasks } from '../masks/mask_regions.js';
import { maskedGround } from '../masks/masked_frame.js';
import type { Settings } from '../options/setting_types.js';
import { cropPicture, palette, type WeightedStyle } from './style_pictures.js';

type Size = Pick<Picture, 'width' | 'height'>;
type InitSettings = Pick<Settings, 'init' | 'seed'>;

/** What a first frame starts from, as `--init` says it. */
export type Start =
  | { readonly from: 'matched' | 'content' | 'style' }
  | { readonly from: 'noise'; readonly seed: number }
  | { readonly from: 'file'; readonly path: string };

/** Reads `--init`: what is none of its words is a file. */
export function startOf({ init, seed }: InitSettings): Start {
  const [, given] = init.match(/^noise(?::(\d{1,10}))?$/) ?? [];
  if (init === 'noise' || given !== undefined) return { from: 'noise', seed: Number(given ?? seed) };
  const word = (['matched', 'content', 'style'] as const).find((known) => known === init);
  return word ? { from: word } : { from: 'file', path: init };
}

/**
 * Refuses what is neither a word of `--init` nor a file.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function checkInit(settings: InitSettings): void {
  const start = startOf(settings);
  const words = ['matched', 'content', 'style', 'noise'];
  if (start.from === 'noise' && start.seed > 0xffffffff)
    throw invalidArgument('--init', `a seed from 0 to ${0xffffffff}`, settings.init);
  if (start.from === 'file' && !existsSync(start.path))
    throw invalidArgument('--init', `${words.join(', ')}, noise:SEED or a picture's file`, start.path, words);
}

/**
 * The picture of `--init FILE` at the size of the frames; undefined where none is asked for. Its sides are brought to
 * the frame's: what is in it is to lie where the frame has it.
 *
 * @throws NstError what `readPicture` throws.
 */
export async function readStart(
  settings: InitSettings,
  { width, height }: Size,
  note: (message: string) => void,
): Promise<Picture | undefined> {
  const start = startOf(settings);
  if (start.from !== 'file') return undefined;
  const picture = await readPicture(start.path, { label: 'start picture', note });
  const stretch = (picture.width * height) / (picture.height * width);
  if (Math.abs(Math.log(stretch)) > 0.02)
    note(
      `${start.path}: ${picture.width}x${picture.height} is stretched to the shape of the frame, ${width}x${height}`,
    );
  return resizePicture(picture, width, height);
}

/** The source frame as paint is laid over it: in the painting's colours, unless `--init` says otherwise. */
export function ground(
  content: Picture,
  styles: readonly WeightedStyle[],
  settings: Settings,
  masks?: FrameMasks,
): Picture {
  return groundMap(content, styles, settings, masks)(content, masks);
}

/**
 * Whether first frames are painted on a ground in the painting's colours, so that paint has about the tone of its ground.
 * A painting that was begun with another picture has the tone of that.
 */
export function groundHasColours(settings: InitSettings): boolean {
  const { from } = startOf(settings);
  return from === 'matched' || from === 'style';
}

/** The map of colours that makes the ground of a frame, for other frames with their masks too. */
export function groundMap(
  content: Picture,
  styles: readonly WeightedStyle[],
  settings: InitSettings,
  masks?: FrameMasks,
): (picture: Picture, masks?: FrameMasks) => Picture {
  const { from } = startOf(settings);
  if (from === 'content' || from === 'noise') return (picture) => picture;
  if (masks) return maskedGround(content, styles, masks);
  const { picture: colours, counts } = palette(styles);
  const map = colourMap(content, colours, counts);
  return (picture) => mapColours(picture, map);
}

/** A frame of the film with all that makes its ground. */
export interface Seen {
  readonly picture: Picture;
  /** The paintings as they count for it. */
  readonly styles: readonly WeightedStyle[];
  readonly masks: FrameMasks | undefined;
}

/**
 * Two frames of the film as the change of light between them is seen: in the colours of the paintings as they count for
 * each, by the map made of itself, and by that made of the other.
 *
 * @param own The later one's by its own map, as `ground` says.
 */
export function groundsOf(
  earlier: Seen,
  later: Seen,
  own: Picture,
  settings: InitSettings,
): [earlier: Grounds, later: Grounds] {
  const { from } = startOf(settings);
  if (from === 'content' || from === 'noise')
    return [
      { own: earlier.picture, other: earlier.picture },
      { own: later.picture, other: later.picture },
    ];
  const by = (map: Seen, shown: Seen) =>
    groundMap(map.picture, shown.styles, settings, map.masks)(shown.picture, shown.masks);
  return [
    { own: by(earlier, earlier), other: by(later, earlier) },
    { own, other: by(earlier, later) },
  ];
}

/**
 * What a frame without a predecessor starts from, as `--init` says; `given` is the picture of a file, and masks say where
 * it is painted, at any size.
 */
export function freshStart(
  content: Picture,
  styles: readonly WeightedStyle[],
  settings: Settings,
  { given, masks }: { readonly given?: Picture; readonly masks?: FrameMasks } = {},
): Picture {
  const { width, height } = content;
  if (given) return resizePicture(given, width, height);
  const { from } = startOf(settings);
  const plain = from === 'noise' || from === 'style' ? content : ground(content, styles, settings, masks);
  return freshStartOn(plain, styles, settings);
}

/** The same, for whoever has the frame's ground already; that too is what a frame starts from where a file is given. */
export function freshStartOn(
  ground: Picture,
  styles: readonly WeightedStyle[],
  settings: InitSettings,
): Picture {
  const start = startOf(settings);
  if (start.from === 'noise') return noisePicture(ground.width, ground.height, start.seed);
  return start.from === 'style' ? paintingOver(ground, styles) : ground;
}

/** The painting that counts most, enlarged or reduced so that it just covers a frame, and its middle. */
function paintingOver({ width, height }: Size, styles: readonly WeightedStyle[]): Picture {
  const { picture } = styles.reduce((most, style) => (style.weight > most.weight ? style : most));
  const scale = Math.max(width / picture.width, height / picture.height);
  const side = (length: number, least: number) => Math.max(least, Math.round(length * scale));
  const whole = resizePicture(picture, side(picture.width, width), side(picture.height, height));
  const left = (whole.width - width) >> 1;
  const top = (whole.height - height) >> 1;
  return cropPicture(whole, left, top, width, height);
}
