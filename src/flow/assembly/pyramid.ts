// Planes, their aprons, and the steps between the levels of the pyramid.

const ONE: f32 = 1;

/** Repeats the border of a plane into its apron. */
export function fillApron(plane: usize, width: i32, height: i32, stride: i32): void {
  for (let y = 0; y < height; y++) {
    const row = plane + ((<usize>(y * stride)) << 2);
    const first = load<f32>(row);
    const last = load<f32>(row + ((<usize>(width - 1)) << 2));
    for (let x = 1; x <= 4; x++) store<f32>(row - ((<usize>x) << 2), first);
    for (let x = width; x < stride - 4; x++) store<f32>(row + ((<usize>x) << 2), last);
  }
  // A row in memory starts 4 columns left of its pixel 0.
  const bytes = (<usize>stride) << 2;
  const top = plane - 16;
  const bottom = top + <usize>(height - 1) * bytes;
  memory.copy(top - bytes, top, bytes);
  memory.copy(bottom + bytes, bottom, bytes);
}

/** Halves a plane by 2×2 means; an odd last row or column is dropped. `width`, `height` are the result's. */
export function halve(from: usize, fromStride: i32, to: usize, toStride: i32, width: i32, height: i32): void {
  const quarter = f32x4.splat(0.25);
  const below = (<usize>fromStride) << 2;
  for (let y = 0; y < height; y++) {
    let i = from + ((<usize>(2 * y * fromStride)) << 2);
    let o = to + ((<usize>(y * toStride)) << 2);
    // The last step reads up to 6 columns beyond the source's width: inside the apron.
    for (let x = 0; x < width; x += 4, i += 32, o += 16) {
      const a = f32x4.add(v128.load(i), v128.load(i + below));
      const b = f32x4.add(v128.load(i + 16), v128.load(i + 16 + below));
      const even = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
      v128.store(o, f32x4.mul(quarter, f32x4.add(even, odd)));
    }
  }
}

/** Bilinear enlargement of a flow component to the next finer level, values times `scale`. */
export function enlarge(
  from: usize,
  fromWidth: i32,
  fromHeight: i32,
  fromStride: i32,
  to: usize,
  width: i32,
  height: i32,
  stride: i32,
  scale: f32,
): void {
  const stepX = <f32>fromWidth / <f32>width;
  const stepY = <f32>fromHeight / <f32>height;
  for (let y = 0; y < height; y++) {
    const fy = (<f32>y + 0.5) * stepY - 0.5;
    const floorY = Mathf.floor(fy);
    const ay = fy - floorY;
    const y0 = max(<i32>floorY, 0);
    const y1 = max(min(<i32>floorY + 1, fromHeight - 1), 0);
    const above = from + ((<usize>(y0 * fromStride)) << 2);
    const below = from + ((<usize>(y1 * fromStride)) << 2);
    for (let x = 0; x < width; x++) {
      const fx = (<f32>x + 0.5) * stepX - 0.5;
      const floorX = Mathf.floor(fx);
      const ax = fx - floorX;
      const x0 = (<usize>max(<i32>floorX, 0)) << 2;
      const x1 = (<usize>max(min(<i32>floorX + 1, fromWidth - 1), 0)) << 2;
      const a = (ONE - ax) * load<f32>(above + x0) + ax * load<f32>(above + x1);
      const b = (ONE - ax) * load<f32>(below + x0) + ax * load<f32>(below + x1);
      store<f32>(to + ((<usize>(y * stride + x)) << 2), scale * ((ONE - ay) * a + ay * b));
    }
  }
}

/** Copies a plane with its border repeated `border` times on every side (and once more below). */
export function padBorder(
  from: usize,
  width: i32,
  height: i32,
  stride: i32,
  to: usize,
  toStride: i32,
  border: i32,
): void {
  for (let y = 0; y <= height + 2 * border; y++) {
    const row = from + ((<usize>(min(height - 1, max(0, y - border)) * stride)) << 2);
    const out = to + ((<usize>(y * toStride)) << 2);
    const first = load<f32>(row);
    const last = load<f32>(row + ((<usize>(width - 1)) << 2));
    for (let x = 0; x < border; x++) store<f32>(out + ((<usize>x) << 2), first);
    memory.copy(out + ((<usize>border) << 2), row, (<usize>width) << 2);
    for (let x = border + width; x < toStride; x++) store<f32>(out + ((<usize>x) << 2), last);
  }
}
