import { readPicture } from '../../frames/picture_file.js';
import { resizePicture } from '../../frames/resize.js';
import type { FrameSolver } from '../../nst/solver.js';
import type { Picture, Plane } from '../../picture.js';

export interface WeightedStyle {
  readonly picture: Picture;
  /** Share of this style in the blend; the shares sum to 1. */
  readonly weight: number;
  /** The goal that it belongs to, 0 unless given. */
  readonly goal?: number;
  /** Which part of it counts, as large as the picture, 0..1. */
  readonly mask?: Plane;
}

/**
 * Reads the paintings and scales each so that its area equals the frame's, its aspect kept: strokes then
 * have the size they have in the painting seen at the size of the frame.
 */
export async function readStyles(
  paths: readonly string[],
  frame: { readonly width: number; readonly height: number },
  note: (message: string) => void,
): Promise<WeightedStyle[]> {
  const styles: WeightedStyle[] = [];
  for (const path of paths) {
    const picture = await readPicture(path, { label: 'style', note });
    const scale = Math.sqrt((frame.width * frame.height) / (picture.width * picture.height));
    const side = (length: number) => Math.max(MIN_SIDE, Math.round(length * scale));
    if (scale > 2)
      note(
        `${path}: only ${picture.width}x${picture.height}, enlarged ${scale.toFixed(1)} times; its strokes will be blurred`,
      );
    const scaled = resizePicture(picture, side(picture.width), side(picture.height));
    styles.push({ picture: scaled, weight: 1 / paths.length });
  }
  return styles;
}

/** Sets the paintings of frames of this size; their Gram matrices are computed once for each size of a film. */
export function setStylesFor(
  solver: FrameSolver,
  styles: readonly WeightedStyle[],
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  return solver.setStyles(styles, `${width}x${height}`);
}

/** All pixels of the paintings side by side: the colours of their blend, since all have one area. */
export function palette(styles: readonly WeightedStyle[]): Picture {
  const sizes = styles.map(({ picture }) => picture.width * picture.height);
  const width = sizes.reduce((a, b) => a + b, 0);
  const data = new Float32Array(3 * width);
  let at = 0;
  styles.forEach(({ picture }, s) => {
    for (let c = 0; c < 3; c++)
      data.set(picture.data.subarray(c * sizes[s], (c + 1) * sizes[s]), c * width + at);
    at += sizes[s];
  });
  return { width, height: 1, data };
}

/** Four poolings halve the sides: smaller pictures leave the deepest layer without pixels. */
const MIN_SIDE = 16;
