// Comparing one patch of the source frame with the other frame at a displacement.

import { horizontalSum, mulAdd, mulAdd2 } from './lanes';
import {
  border,
  gradientX,
  gradientY,
  highestX,
  highestY,
  lowest,
  PATCH,
  source,
  stride,
  target,
  targetStride,
} from './level';

const ONE: f32 = 1;

/** 1 / (number of pixels in a patch) */
export const PER_PIXEL: f32 = 1.0 / 64.0;

/** Sums over the patch of the last comparison: residual, and residual times the source's gradient. */
export let residualSum: f32 = 0;
export let residualX: f32 = 0;
export let residualY: f32 = 0;

/** Address and bilinear weights of the displaced patch that displace() looked up last. */
export let corner: usize = 0;
export let weight00: v128 = f32x4.splat(0);
export let weight01: v128 = f32x4.splat(0);
export let weight10: v128 = f32x4.splat(0);
export let weight11: v128 = f32x4.splat(0);

/** Finds the patch whose corner is (x, y) + (u, v) in the padded target, kept inside the padding. */
export function displace(x: i32, y: i32, u: f32, v: f32): void {
  const px = max<f32>(lowest, min<f32>(highestX, <f32>x + u));
  const py = max<f32>(lowest, min<f32>(highestY, <f32>y + v));
  const fx = Mathf.floor(px);
  const fy = Mathf.floor(py);
  const ax = px - fx;
  const ay = py - fy;
  weight00 = f32x4.splat((ONE - ax) * (ONE - ay));
  weight01 = f32x4.splat(ax * (ONE - ay));
  weight10 = f32x4.splat((ONE - ax) * ay);
  weight11 = f32x4.splat(ax * ay);
  corner = target + ((<usize>((<i32>fy + border) * targetStride + <i32>fx + border)) << 2);
}

/**
 * Sum of squared differences between the patch at (x, y) and its displaced counterpart, both less
 * their mean, so that a change of brightness costs nothing (Kroeger et al. 2016, sect. 2.2).
 * Leaves the sums of the inverse search's right-hand side (their eq. 4) in the variables above.
 */
export function compare(x: i32, y: i32, u: f32, v: f32): f32 {
  displace(x, y, u, v);
  const w00 = weight00;
  const w01 = weight01;
  const w10 = weight10;
  const w11 = weight11;
  const sourceRow = (<usize>stride) << 2;
  const targetRow = (<usize>targetStride) << 2;
  let k = (<usize>(y * stride + x)) << 2;
  let p = corner;
  let sum = f32x4.splat(0);
  let squares = f32x4.splat(0);
  let alongX = f32x4.splat(0);
  let alongY = f32x4.splat(0);
  let above0 = v128.load(p);
  let above1 = v128.load(p + 4);
  let above2 = v128.load(p + 16);
  let above3 = v128.load(p + 20);
  for (let row = 0; row < PATCH; row++, k += sourceRow) {
    p += targetRow;
    const below0 = v128.load(p);
    const below1 = v128.load(p + 4);
    const below2 = v128.load(p + 16);
    const below3 = v128.load(p + 20);
    const left = f32x4.add(mulAdd2(w00, above0, w01, above1), mulAdd2(w10, below0, w11, below1));
    const d0 = f32x4.sub(left, v128.load(source + k));
    sum = f32x4.add(sum, d0);
    squares = mulAdd(d0, d0, squares);
    alongX = mulAdd(d0, v128.load(gradientX + k), alongX);
    alongY = mulAdd(d0, v128.load(gradientY + k), alongY);
    const right = f32x4.add(mulAdd2(w00, above2, w01, above3), mulAdd2(w10, below2, w11, below3));
    const d1 = f32x4.sub(right, v128.load(source + k + 16));
    sum = f32x4.add(sum, d1);
    squares = mulAdd(d1, d1, squares);
    alongX = mulAdd(d1, v128.load(gradientX + k + 16), alongX);
    alongY = mulAdd(d1, v128.load(gradientY + k + 16), alongY);
    above0 = below0;
    above1 = below1;
    above2 = below2;
    above3 = below3;
  }
  residualSum = horizontalSum(sum);
  residualX = horizontalSum(alongX);
  residualY = horizontalSum(alongY);
  return horizontalSum(squares) - residualSum * residualSum * PER_PIXEL;
}
