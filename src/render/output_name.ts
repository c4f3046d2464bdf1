import { basename, dirname, extname, join } from 'node:path';

const VIDEO_CONTAINERS = new Set(['.mp4', '.m4v', '.mov', '.mkv', '.webm']);

const stem = (path: string): string => basename(path, extname(path));

/** `wave` for `styles/wave.jpg`; several styles are joined with `+`. */
export function styleName(styles: readonly string[]): string {
  return styles.map(stem).join('+');
}

/** `in.wave.mp4` beside `in.mp4`: the input's container where it is one we write, else MP4. */
export function defaultFilmName(input: string, styles: readonly string[]): string {
  const extension = extname(input).toLowerCase();
  const container = VIDEO_CONTAINERS.has(extension) ? extension : '.mp4';
  return join(dirname(input), `${stem(input)}.${styleName(styles)}${container}`);
}

/** `photo.wave.png` beside `photo.jpg`. */
export function defaultStillName(input: string, styles: readonly string[]): string {
  return join(dirname(input), `${stem(input)}.${styleName(styles)}.png`);
}

/** `in.flow` beside `in.mp4`: a folder. */
export function defaultFlowFolder(input: string): string {
  return join(dirname(input), `${stem(input)}.flow`);
}

/** Where a film's work is kept unless `--work` says otherwise: `<output>.nst`. */
export function defaultWorkFolder(output: string): string {
  return `${output.replace(/[\\/]+$/, '')}.nst`;
}
