import type { FlowField } from '../flow/flow_field.js';
import type { Picture, Plane } from '../picture.js';

export interface WarpedPicture {
  /** The source picture sampled at p + w(p), `[3,H,W]`, 0..255. Border pixels repeat outside the frame. */
  readonly picture: Picture;
  /** 1 where p + w(p) lies in the frame, else 0. */
  readonly inside: Plane;
}

/**
 * Backward warp: what `picture` (frame i−1) looks like from frame i.
 *
 * @param flow Backward flow of frame i, px: pixel p of frame i is at p + w(p) in frame i−1.
 * Bilinear interpolation between the four nearest pixels (Ruder et al. 2016, section 4.1).
 */
export function warpPicture(picture: Picture, flow: FlowField): WarpedPicture {
  const { width, height, data } = picture;
  if (flow.width !== width || flow.height !== height)
    throw new RangeError(`warp: picture is ${width}x${height}, flow is ${flow.width}x${flow.height}`);
  const n = width * height;
  const out = new Float32Array(3 * n);
  const inside = new Float32Array(n);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const qx = x + flow.u[p];
      const qy = y + flow.v[p];
      if (qx >= 0 && qy >= 0 && qx <= width - 1 && qy <= height - 1) inside[p] = 1;
      const cx = Math.min(width - 1, Math.max(0, qx));
      const cy = Math.min(height - 1, Math.max(0, qy));
      const x0 = Math.floor(cx);
      const y0 = Math.floor(cy);
      const ax = cx - x0;
      const ay = cy - y0;
      // The last column and row have no right or lower neighbour; their weight there is zero.
      const right = x0 < width - 1 ? 1 : 0;
      const below = y0 < height - 1 ? width : 0;
      const w00 = (1 - ax) * (1 - ay);
      const w10 = ax * (1 - ay);
      const w01 = (1 - ax) * ay;
      const w11 = ax * ay;
      for (let c = 0, q = y0 * width + x0, o = p; c < 3; c++, q += n, o += n)
        out[o] =
          w00 * data[q] + w10 * data[q + right] + w01 * data[q + below] + w11 * data[q + below + right];
    }
  return { picture: { width, height, data: out }, inside: { width, height, data: inside } };
}
