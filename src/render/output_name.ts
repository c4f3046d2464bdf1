import { basename, dirname, extname, join } from 'node:path';
import { fittingName } from '../frames/name_length.js';
import type { MediaInfo } from '../frames/probe.js';

const VIDEO_CONTAINERS = new Set(['.mp4', '.m4v', '.mov', '.mkv', '.webm']);

const stem = (path: string): string => basename(path, extname(path));

/** `name.suffix` in the folder of `path`, short enough for a work folder to be named after it. */
const beside = (path: string, name: string, suffix: string): string =>
  join(dirname(path), fittingName(name, suffix, WORK.length));

/** The ending of work folders. */
const WORK = '.nst';

/** `wave` for `styles/wave.jpg`; several styles are joined with `+`. */
export function styleName(styles: readonly string[]): string {
  return styles.map(stem).join('+');
}

/** Names of many paintings, or long ones, leave room for the film's. */
const shortStyle = (styles: readonly string[]): string => fittingName(styleName(styles), '', 135);

/**
 * `in.wave.mp4` beside `in.mp4`: the input's container where it is one we write, else MP4. `shots.wave.mp4` beside a
 * folder of pictures `shots`, `a.wave.mp4` beside the pictures `a_%04d.png`.
 */
export function defaultFilmName(
  { path, pictures }: Pick<MediaInfo, 'path' | 'pictures'>,
  styles: readonly string[],
): string {
  if (pictures) return beside(pictures.base, basename(pictures.base), `.${shortStyle(styles)}.mp4`);
  const extension = extname(path).toLowerCase();
  const container = VIDEO_CONTAINERS.has(extension) ? extension : '.mp4';
  return beside(path, stem(path), `.${shortStyle(styles)}${container}`);
}

/** `photo.wave.png` beside `photo.jpg`. */
export function defaultStillName(input: string, styles: readonly string[]): string {
  return beside(input, stem(input), `.${shortStyle(styles)}.png`);
}

/** `wave.texture.png` beside `wave.jpg`. */
export function defaultTextureName(painting: string): string {
  return beside(painting, stem(painting), '.texture.png');
}

/** `photo.relu3_1.png` beside `photo.jpg`; `photo.layers.png` where it is found by all layers. */
export function defaultInversionName(photo: string, layer: string | undefined): string {
  return beside(photo, stem(photo), `.${layer ?? 'layers'}.png`);
}

/** `in.flow` beside `in.mp4`, or beside a folder of pictures `in`: a folder. */
export function defaultFlowFolder({ path, pictures }: Pick<MediaInfo, 'path' | 'pictures'>): string {
  const base = pictures?.base ?? join(dirname(path), stem(path));
  return beside(base, basename(base), '.flow');
}

/** Where a film's work is kept unless `--work` says otherwise: `<output>.nst`. */
export function defaultWorkFolder(output: string): string {
  const path = output.replace(/[\\/]+$/, '');
  return join(dirname(path), fittingName(basename(path), WORK));
}
