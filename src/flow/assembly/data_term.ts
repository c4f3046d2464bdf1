// The data term of the refinement, linearised and robust (Brox et al. 2004, eq. 2 and 9).
import { A11, A12, A22, B1, B2, IT, IX, IXT, IXX, IXY, IY, IYT, IYY, U, V } from './fields';
import { mulAdd, mulAdd2 } from './lanes';

/**
 * Turns the temporal derivatives at the warp's flow w₀ into those extrapolated to zero flow,
 * It − Ix·u₀ − Iy·v₀ and likewise for the gradient's components. The residual of a flow (u, v) is then
 * Ix·u + Iy·v + It: the refinement solves for the whole flow instead of Brox's increment, which is the
 * same equation with fewer fields.
 */
export function linearise(base: usize, half: usize, halfStride: i32, halfWidth: i32, height: i32): void {
  const field = half << 1;
  for (let odd: usize = 0; odd < 2; odd++) {
    for (let y = 0; y < height; y++) {
      let i = base + odd * half + ((<usize>(y * halfStride)) << 2);
      for (let x = 0; x < halfWidth; x += 4, i += 16) {
        const u = v128.load(i + U * field);
        const v = v128.load(i + V * field);
        const xy = v128.load(i + IXY * field);
        const t = i + IT * field;
        const xt = i + IXT * field;
        const yt = i + IYT * field;
        const ofValue = mulAdd2(v128.load(i + IX * field), u, v128.load(i + IY * field), v);
        const ofX = mulAdd2(v128.load(i + IXX * field), u, xy, v);
        const ofY = mulAdd2(xy, u, v128.load(i + IYY * field), v);
        v128.store(t, f32x4.sub(v128.load(t), ofValue));
        v128.store(xt, f32x4.sub(v128.load(xt), ofX));
        v128.store(yt, f32x4.sub(v128.load(yt), ofY));
      }
    }
  }
}

/**
 * Coefficients A11 A12 A22 and right-hand side B1 B2 at the current flow: grey value constancy with
 * weight `brightness`, gradient constancy with weight `gradient`, each under the robust
 * Ψ(s²) = √(s² + ε²) whose derivative is ½ / √(s² + ε²): the callers' weights include the ½.
 *
 * Differs from Brox et al. 2004: every constraint is divided by its own gradient's squared length + ζ²,
 * so that it measures px, not grey levels (Zimmer et al. 2011, sect. 3.2). 1e-6 on the diagonal keeps
 * a flat region's pixel solvable.
 */
export function dataTerm(
  base: usize,
  half: usize,
  halfStride: i32,
  halfWidth: i32,
  height: i32,
  brightness: f32,
  gradient: f32,
  epsilonSquared: f32,
  zetaSquared: f32,
): void {
  const field = half << 1;
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(1e-6);
  const brightness4 = f32x4.splat(brightness);
  const gradient4 = f32x4.splat(gradient);
  const epsilon2 = f32x4.splat(epsilonSquared);
  const zeta2 = f32x4.splat(zetaSquared);
  for (let odd: usize = 0; odd < 2; odd++) {
    for (let y = 0; y < height; y++) {
      let i = base + odd * half + ((<usize>(y * halfStride)) << 2);
      for (let x = 0; x < halfWidth; x += 4, i += 16) {
        const u = v128.load(i + U * field);
        const v = v128.load(i + V * field);

        const ix = v128.load(i + IX * field);
        const iy = v128.load(i + IY * field);
        const it = v128.load(i + IT * field);
        const norm = f32x4.div(one, f32x4.add(zeta2, mulAdd2(ix, ix, iy, iy)));
        const r = f32x4.add(it, mulAdd2(ix, u, iy, v));
        const robust = f32x4.sqrt(mulAdd(f32x4.mul(r, r), norm, epsilon2));
        const k = f32x4.div(f32x4.mul(brightness4, norm), robust);
        const kx = f32x4.mul(k, ix);
        const ky = f32x4.mul(k, iy);

        const xx = v128.load(i + IXX * field);
        const xy = v128.load(i + IXY * field);
        const yy = v128.load(i + IYY * field);
        const xt = v128.load(i + IXT * field);
        const yt = v128.load(i + IYT * field);
        const normX = f32x4.div(one, f32x4.add(zeta2, mulAdd2(xx, xx, xy, xy)));
        const normY = f32x4.div(one, f32x4.add(zeta2, mulAdd2(xy, xy, yy, yy)));
        const rx = f32x4.add(xt, mulAdd2(xx, u, xy, v));
        const ry = f32x4.add(yt, mulAdd2(xy, u, yy, v));
        const squares = mulAdd2(f32x4.mul(rx, rx), normX, f32x4.mul(ry, ry), normY);
        const g = f32x4.div(gradient4, f32x4.sqrt(f32x4.add(epsilon2, squares)));
        const gx = f32x4.mul(g, normX);
        const gy = f32x4.mul(g, normY);
        const gxx = f32x4.mul(gx, xx);
        const gxy = f32x4.mul(gx, xy);
        const gyx = f32x4.mul(gy, xy);
        const gyy = f32x4.mul(gy, yy);

        const a11 = mulAdd(kx, ix, mulAdd2(gxx, xx, gyx, xy));
        const a12 = mulAdd(kx, iy, mulAdd2(gxx, xy, gyx, yy));
        const a22 = mulAdd(ky, iy, mulAdd2(gxy, xy, gyy, yy));
        v128.store(i + A11 * field, f32x4.add(a11, tiny));
        v128.store(i + A12 * field, a12);
        v128.store(i + A22 * field, f32x4.add(a22, tiny));
        v128.store(i + B1 * field, f32x4.neg(mulAdd(kx, it, mulAdd2(gxx, xt, gyx, yt))));
        v128.store(i + B2 * field, f32x4.neg(mulAdd(ky, it, mulAdd2(gxy, xt, gyy, yt))));
      }
    }
  }
}
