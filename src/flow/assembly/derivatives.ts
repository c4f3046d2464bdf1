// Image derivatives and the warp, for the patches' gradients and the refinement's data term.

const ONE: f32 = 1;

/**
 * Central differences ½·(f(x+1) − f(x−1)) and ½·(f(y+1) − f(y−1)), for the width rounded up to 8:
 * what the source's filled apron allows, and what splitColumns will read.
 */
export function centralDifferences(
  from: usize,
  alongX: usize,
  alongY: usize,
  width: i32,
  height: i32,
  stride: i32,
): void {
  const row = (<usize>stride) << 2;
  const half = f32x4.splat(0.5);
  const rounded = (width + 7) & ~7;
  for (let y = 0; y < height; y++) {
    let i = (<usize>(y * stride)) << 2;
    for (let x = 0; x < rounded; x += 4, i += 16) {
      const p = from + i;
      v128.store(alongX + i, f32x4.mul(half, f32x4.sub(v128.load(p + 4), v128.load(p - 4))));
      v128.store(alongY + i, f32x4.mul(half, f32x4.sub(v128.load(p + row), v128.load(p - row))));
    }
  }
}

/** The plane `from` seen through the flow: bilinear at p + (u, v)(p), positions clamped to the frame. */
export function warp(from: usize, u: usize, v: usize, to: usize, width: i32, height: i32, stride: i32): void {
  const lastX = <f32>(width - 1);
  const lastY = <f32>(height - 1);
  const row = (<usize>stride) << 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (<usize>(y * stride + x)) << 2;
      const px = max<f32>(0, min<f32>(lastX, <f32>x + load<f32>(u + i)));
      const py = max<f32>(0, min<f32>(lastY, <f32>y + load<f32>(v + i)));
      const x0 = <i32>px;
      const y0 = <i32>py;
      const ax = px - <f32>x0;
      const ay = py - <f32>y0;
      // At the last column or row the second sample comes from the apron with weight 0.
      const p = from + ((<usize>(y0 * stride + x0)) << 2);
      const above = (ONE - ax) * load<f32>(p) + ax * load<f32>(p + 4);
      const below = (ONE - ax) * load<f32>(p + row) + ax * load<f32>(p + row + 4);
      store<f32>(to + i, (ONE - ay) * above + ay * below);
    }
  }
}

/** mean = ½·(a + b) and difference = b − a, for the width rounded up to 8. */
export function meanAndDifference(
  a: usize,
  b: usize,
  mean: usize,
  difference: usize,
  width: i32,
  height: i32,
  stride: i32,
): void {
  const half = f32x4.splat(0.5);
  for (let y = 0; y < height; y++) {
    let i = (<usize>(y * stride)) << 2;
    for (let x = 0; x < width; x += 4, i += 16) {
      const p = v128.load(a + i);
      const q = v128.load(b + i);
      v128.store(mean + i, f32x4.mul(half, f32x4.add(p, q)));
      v128.store(difference + i, f32x4.sub(q, p));
    }
  }
}
