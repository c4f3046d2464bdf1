import { basename, dirname, extname, join } from 'node:path';
import type { MediaInfo } from '../frames/probe.js';

const VIDEO_CONTAINERS = new Set(['.mp4', '.m4v', '.mov', '.mkv', '.webm']);

const stem = (path: string): string => basename(path, extname(path));

/** `wave` for `styles/wave.jpg`; several styles are joined with `+`. */
export function styleName(styles: readonly string[]): string {
  return styles.map(stem).join('+');
}

/**
 * `in.wave.mp4` beside `in.mp4`: the input's container where it is one we write, else MP4. `shots.wave.mp4` beside a
 * folder of pictures `shots`, `a.wave.mp4` beside the pictures `a_%04d.png`.
 */
export function defaultFilmName(
  { path, pictures }: Pick<MediaInfo, 'path' | 'pictures'>,
  styles: readonly string[],
): string {
  if (pictures) return `${pictures.base}.${styleName(styles)}.mp4`;
  const extension = extname(path).toLowerCase();
  const container = VIDEO_CONTAINERS.has(extension) ? extension : '.mp4';
  return join(dirname(path), `${stem(path)}.${styleName(styles)}${container}`);
}

/** `photo.wave.png` beside `photo.jpg`. */
export function defaultStillName(input: string, styles: readonly string[]): string {
  return join(dirname(input), `${stem(input)}.${styleName(styles)}.png`);
}

/** `wave.texture.png` beside `wave.jpg`. */
export function defaultTextureName(painting: string): string {
  return join(dirname(painting), `${stem(painting)}.texture.png`);
}

/** `photo.relu3_1.png` beside `photo.jpg`; `photo.layers.png` where it is found by all layers. */
export function defaultInversionName(photo: string, layer: string | undefined): string {
  return join(dirname(photo), `${stem(photo)}.${layer ?? 'layers'}.png`);
}

/** `in.flow` beside `in.mp4`, or beside a folder of pictures `in`: a folder. */
export function defaultFlowFolder({ path, pictures }: Pick<MediaInfo, 'path' | 'pictures'>): string {
  return `${pictures?.base ?? join(dirname(path), stem(path))}.flow`;
}

/** Where a film's work is kept unless `--work` says otherwise: `<output>.nst`. */
export function defaultWorkFolder(output: string): string {
  return `${output.replace(/[\\/]+$/, '')}.nst`;
}
