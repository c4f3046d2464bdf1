// From patches to pixels (Kroeger et al. 2016, sect. 2.3).

import { mulAdd2 } from './lanes';
import { columns, height, PATCH, rows, source, spacing, stride, targetStride, width } from './level';
import { corner, displace, weight00, weight01, weight10, weight11 } from './patch';

function clear(plane: usize): void {
  const bytes = (<usize>stride) << 2;
  memory.fill(plane - bytes - 16, 0, bytes * <usize>(height + 2));
}

/** Adds a patch's vote to every pixel it covers, weighted by 1 / max(1, |difference|), their eq. 3. */
function vote(x: i32, y: i32, patchU: f32, patchV: f32, u: usize, v: usize, weights: usize): void {
  displace(x, y, patchU, patchV);
  const u4 = f32x4.splat(patchU);
  const v4 = f32x4.splat(patchV);
  const one = f32x4.splat(1);
  const below = (<usize>targetStride) << 2;
  let p = corner;
  let k = (<usize>(y * stride + x)) << 2;
  for (let row = 0; row < PATCH; row++) {
    for (let half: usize = 0; half < 32; half += 16) {
      const q = p + half;
      const seen = f32x4.add(
        mulAdd2(weight00, v128.load(q), weight01, v128.load(q + 4)),
        mulAdd2(weight10, v128.load(q + below), weight11, v128.load(q + below + 4)),
      );
      const i = k + half;
      const difference = f32x4.abs(f32x4.sub(seen, v128.load(source + i)));
      const weight = f32x4.div(one, f32x4.max(difference, one));
      v128.store(u + i, f32x4.add(v128.load(u + i), f32x4.mul(weight, u4)));
      v128.store(v + i, f32x4.add(v128.load(v + i), f32x4.mul(weight, v4)));
      v128.store(weights + i, f32x4.add(v128.load(weights + i), weight));
    }
    p += below;
    k += (<usize>stride) << 2;
  }
}

/**
 * Writes the dense flow (u, v) that the patches vote for; `patches` is the scratch of searchPatches,
 * `weights` a plane of scratch. Patches cover all but up to spacing − 1 columns and rows at the right
 * and bottom: those repeat the last covered one.
 */
export function densify(patches: usize, u: usize, v: usize, weights: usize): void {
  clear(u);
  clear(v);
  clear(weights);
  const patchesV = patches + ((<usize>(columns * rows)) << 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const k = (<usize>(j * columns + i)) << 2;
      vote(i * spacing, j * spacing, load<f32>(patches + k), load<f32>(patchesV + k), u, v, weights);
    }
  }
  const coveredX = (columns - 1) * spacing + PATCH;
  const coveredY = (rows - 1) * spacing + PATCH;
  for (let y = 0; y < coveredY; y++) {
    let i = (<usize>(y * stride)) << 2;
    for (let x = 0; x < coveredX; x++, i += 4) {
      const share: f32 = <f32>1.0 / load<f32>(weights + i);
      store<f32>(u + i, load<f32>(u + i) * share);
      store<f32>(v + i, load<f32>(v + i) * share);
    }
    for (let x = coveredX; x < width; x++, i += 4) {
      store<f32>(u + i, load<f32>(u + i - 4));
      store<f32>(v + i, load<f32>(v + i - 4));
    }
  }
  const bytes = (<usize>stride) << 2;
  for (let y = coveredY; y < height; y++) {
    const from = <usize>(coveredY - 1) * bytes;
    const to = <usize>y * bytes;
    memory.copy(u + to, u + from, (<usize>width) << 2);
    memory.copy(v + to, v + from, (<usize>width) << 2);
  }
}
