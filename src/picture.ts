/** A colour picture inside the program: planar RGB `[3,H,W]`, float32, 0..255 (values may lie outside). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  /**
   * How opaque each pixel is, `[H,W]`, 0..1; none where all are. `data` is then what is seen over black: the colour
   * itself is `data/alpha`.
   */
  readonly alpha?: Float32Array;
}

/** One plane `[H,W]`, float32; the unit is its owner's (grey level 0..255, certainty 0..1). */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A black picture of the given size in pixels. */
export function createPicture(width: number, height: number): Picture {
  return { width, height, data: new Float32Array(3 * width * height) };
}

/** What red, green and blue count in luma (Rec. 601). */
export const LUMA = [0.299, 0.587, 0.114] as const;

/** Luma of a picture by BT.601's weights, 0..255. */
export function luma(picture: Picture): Plane {
  const { width, height, data } = picture;
  const n = width * height;
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = LUMA[0] * data[i] + LUMA[1] * data[i + n] + LUMA[2] * data[i + 2 * n];
  return { width, height, data: out };
}
