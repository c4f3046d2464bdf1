import { luma } from '../../dist/picture.js';

/** Mean and deviation of luma, grey levels, and the share of values at the limits of the range. */
export function look(picture) {
  const { data } = luma(picture);
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  const contrast = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length);
  const clipped = picture.data.reduce((count, v) => count + (v <= 0.5 || v >= 254.5 ? 1 : 0), 0);
  return { mean, contrast, clipped: clipped / picture.data.length };
}
