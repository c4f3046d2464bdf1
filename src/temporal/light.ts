/** How light a frame is, or one of its channels. */
export interface Light {
  /** Mean, grey levels. */
  readonly level: number;
  /** Standard deviation, grey levels. */
  readonly spread: number;
}

/** Spread of luma, grey levels, below which nothing can be seen. */
export const BLANK_SPREAD = 2.5;
/** A blank frame is black or white to within this, grey levels; a plain wall is a picture. */
export const BLANK_ENDS = 26;

/** Mean and deviation of values: of a luma plane `[H,W]`, or of a channel. */
export function lightOf(values: Float32Array): Light {
  let sum = 0;
  let square = 0;
  for (const v of values) {
    sum += v;
    square += v * v;
  }
  const level = sum / values.length;
  return { level, spread: Math.sqrt(Math.max(0, square / values.length - level * level)) };
}
