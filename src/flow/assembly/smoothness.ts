// The smoothness term of the refinement (Brox et al. 2004, eq. 3): total variation of the flow.
import { A11, A22, IX, IY, LINK_X, LINK_Y, toLeft, toRight, U, V } from './fields';
import { mulAdd } from './lanes';

/** Repeats a field's last column once, so that the difference across the border is 0. */
function repeatLastColumn(field: usize, half: usize, halfStride: i32, width: i32, height: i32): void {
  const last = field + <usize>((width - 1) & 1) * half + ((<usize>((width - 1) >> 1)) << 2);
  const beyond = field + <usize>(width & 1) * half + ((<usize>(width >> 1)) << 2);
  const row = (<usize>halfStride) << 2;
  for (let y: usize = 0; y < <usize>height; y++) store<f32>(beyond + y * row, load<f32>(last + y * row));
}

/** Cuts the links that would leave the frame to the right, and all of the apron's. */
function cutBorderLinks(base: usize, odd: usize, half: usize, halfWidth: i32, width: i32): void {
  const field = half << 1;
  const columns = odd ? width >> 1 : (width + 1) >> 1;
  for (let x = columns; x < halfWidth + 4; x++) {
    store<f32>(base + LINK_X * field + ((<usize>x) << 2), 0);
    store<f32>(base + LINK_Y * field + ((<usize>x) << 2), 0);
  }
  const holdsLastColumn = <usize>((width - 1) & 1) === odd;
  if (holdsLastColumn) store<f32>(base + LINK_X * field + ((<usize>(columns - 1)) << 2), 0);
  store<f32>(base + LINK_X * field - 4, 0);
}

/**
 * Link weights α·Ψ'(|∇u|² + |∇v|²)·w from forward differences (`weight` = ½·α includes the ½ of Ψ'),
 * then the diagonal: A11 and A22 become `omega` / (A + Σ links), all that the relaxation wants of them.
 *
 * Differs from Brox et al. 2004: motion may change more freely where the picture does. A link is weakened by
 * w = 1 / (1 + `edges`·d²), d the mean frame's derivative along it (the conductivity of Perona & Malik 1990).
 */
export function smoothnessTerm(
  base: usize,
  half: usize,
  halfStride: i32,
  width: i32,
  height: i32,
  weight: f32,
  epsilonSquared: f32,
  omega: f32,
  edges: f32,
): void {
  const field = half << 1;
  const row = (<usize>halfStride) << 2;
  const edges4 = f32x4.splat(edges);
  const one = f32x4.splat(1);
  const halfWidth = (width + 1) >> 1;
  const weight4 = f32x4.splat(weight);
  const epsilon2 = f32x4.splat(epsilonSquared);
  const omega4 = f32x4.splat(omega);
  const zero = f32x4.splat(0);
  repeatLastColumn(base + U * field, half, halfStride, width, height);
  repeatLastColumn(base + V * field, half, halfStride, width, height);
  for (let y = 0; y < height; y++) {
    const start = base + <usize>y * row;
    const lastRow = y === height - 1;
    for (let odd: usize = 0; odd < 2; odd++) {
      const right = toRight(odd, half);
      let i = start + odd * half;
      for (let x = 0; x < halfWidth; x += 4, i += 16) {
        const pu = i + U * field;
        const pv = i + V * field;
        const u = v128.load(pu);
        const v = v128.load(pv);
        const ux = f32x4.sub(v128.load(pu + right), u);
        const vx = f32x4.sub(v128.load(pv + right), v);
        let squares = f32x4.add(f32x4.mul(ux, ux), f32x4.mul(vx, vx));
        if (!lastRow) {
          const uy = f32x4.sub(v128.load(pu + row), u);
          const vy = f32x4.sub(v128.load(pv + row), v);
          squares = f32x4.add(squares, f32x4.add(f32x4.mul(uy, uy), f32x4.mul(vy, vy)));
        }
        const link = f32x4.div(weight4, f32x4.sqrt(f32x4.add(epsilon2, squares)));
        const ix = v128.load(i + IX * field);
        const iy = v128.load(i + IY * field);
        v128.store(i + LINK_X * field, f32x4.div(link, mulAdd(edges4, f32x4.mul(ix, ix), one)));
        const below = f32x4.div(link, mulAdd(edges4, f32x4.mul(iy, iy), one));
        v128.store(i + LINK_Y * field, lastRow ? zero : below);
      }
      cutBorderLinks(start + odd * half, odd, half, halfWidth, width);
    }
    for (let odd: usize = 0; odd < 2; odd++) {
      const left = toLeft(odd, half);
      let i = start + odd * half;
      for (let x = 0; x < halfWidth; x += 4, i += 16) {
        const px = i + LINK_X * field;
        const py = i + LINK_Y * field;
        const across = f32x4.add(v128.load(px), v128.load(px + left));
        const along = f32x4.add(v128.load(py), y === 0 ? zero : v128.load(py - row));
        const links = f32x4.add(across, along);
        const p11 = i + A11 * field;
        const p22 = i + A22 * field;
        v128.store(p11, f32x4.div(omega4, f32x4.add(v128.load(p11), links)));
        v128.store(p22, f32x4.div(omega4, f32x4.add(v128.load(p22), links)));
      }
    }
  }
}
