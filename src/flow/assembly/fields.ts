// Where the refinement keeps its unknowns and coefficients.
//
// Red-black relaxation updates every second pixel of a row. So that four of those lie side by side, the
// even and the odd columns of a plane are stored apart: a field is two half planes of `half` bytes,
// even columns first, each with an apron of 4 floats left, at least 4 right and a row above and below.
// Pixel (x, y) lies in half x & 1 at column x >> 1; pixels of one colour of the checkerboard are the
// half (y + colour) & 1 of row y. Fields follow each other; `base` is pixel (0, 0) of the first.

/** Derivatives of the mean frame, and what remains of the temporal ones at zero flow. */
export const IX: usize = 0;
export const IY: usize = 1;
export const IT: usize = 2;
export const IXX: usize = 3;
export const IXY: usize = 4;
export const IYY: usize = 5;
export const IXT: usize = 6;
export const IYT: usize = 7;
/** The linear system: A·(u, v) = B beside the smoothness; the diagonal is later stored as ω / (A + Σ links). */
export const A11: usize = 8;
export const A12: usize = 9;
export const A22: usize = 10;
export const B1: usize = 11;
export const B2: usize = 12;
/** Smoothness weight of a pixel's link to its right neighbour and to the one below. */
export const LINK_X: usize = 13;
export const LINK_Y: usize = 14;
/** The flow. */
export const U: usize = 15;
export const V: usize = 16;

/** Byte distance from a pixel to its right neighbour, in the other half. */
export function toRight(odd: usize, half: usize): usize {
  return odd ? 4 - half : half;
}

/** Byte distance from a pixel to its left neighbour, in the other half. */
export function toLeft(odd: usize, half: usize): usize {
  return odd ? 0 - half : half - 4;
}

/** Sorts a plane's columns into the two halves of a field, for the width rounded up to 8. */
export function splitColumns(
  plane: usize,
  stride: i32,
  field: usize,
  half: usize,
  halfStride: i32,
  width: i32,
  height: i32,
): void {
  for (let y = 0; y < height; y++) {
    let i = plane + ((<usize>(y * stride)) << 2);
    let o = field + ((<usize>(y * halfStride)) << 2);
    for (let x = 0; x < width; x += 8, i += 32, o += 16) {
      const a = v128.load(i);
      const b = v128.load(i + 16);
      v128.store(o, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
      v128.store(o + half, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    }
  }
}

/** The way back of splitColumns. */
export function mergeColumns(
  field: usize,
  half: usize,
  halfStride: i32,
  plane: usize,
  stride: i32,
  width: i32,
  height: i32,
): void {
  for (let y = 0; y < height; y++) {
    let i = field + ((<usize>(y * halfStride)) << 2);
    let o = plane + ((<usize>(y * stride)) << 2);
    for (let x = 0; x < width; x += 8, i += 16, o += 32) {
      const even = v128.load(i);
      const odd = v128.load(i + half);
      v128.store(o, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(o + 16, v128.shuffle<f32>(even, odd, 2, 6, 3, 7));
    }
  }
}
