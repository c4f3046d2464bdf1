// Successive over-relaxation of the linear system, red-black ordered (Brox et al. 2004, sect. 3.2).
import { A11, A12, A22, B1, B2, LINK_X, LINK_Y, toLeft, toRight, U, V } from './fields';
import { mulAdd, mulAdd2 } from './lanes';

/** Updates the pixels of one colour in row y. */
function relaxRow(
  base: usize,
  half: usize,
  halfStride: i32,
  halfWidth: i32,
  y: i32,
  odd: usize,
  keep: v128,
): void {
  const field = half << 1;
  const row = (<usize>halfStride) << 2;
  const right = toRight(odd, half);
  const left = toLeft(odd, half);
  const firstRow = y === 0;
  let i = base + odd * half + <usize>y * row;
  for (let x = 0; x < halfWidth; x += 4, i += 16) {
    const px = i + LINK_X * field;
    const py = i + LINK_Y * field;
    const pu = i + U * field;
    const pv = i + V * field;
    const toTheRight = v128.load(px);
    const toTheLeft = v128.load(px + left);
    const down = v128.load(py);
    // The row above the first is apron: its link is 0, whatever lies there.
    const up = firstRow ? f32x4.splat(0) : v128.load(py - row);
    const neighboursU = f32x4.add(
      mulAdd2(toTheRight, v128.load(pu + right), toTheLeft, v128.load(pu + left)),
      mulAdd2(down, v128.load(pu + row), up, v128.load(pu - row)),
    );
    const neighboursV = f32x4.add(
      mulAdd2(toTheRight, v128.load(pv + right), toTheLeft, v128.load(pv + left)),
      mulAdd2(down, v128.load(pv + row), up, v128.load(pv - row)),
    );
    const a12 = v128.load(i + A12 * field);
    const v = v128.load(pv);
    const rightSideU = f32x4.sub(f32x4.add(v128.load(i + B1 * field), neighboursU), f32x4.mul(a12, v));
    const u = mulAdd(v128.load(i + A11 * field), rightSideU, f32x4.mul(keep, v128.load(pu)));
    v128.store(pu, u);
    const rightSideV = f32x4.sub(f32x4.add(v128.load(i + B2 * field), neighboursV), f32x4.mul(a12, u));
    v128.store(pv, mulAdd(v128.load(i + A22 * field), rightSideV, f32x4.mul(keep, v)));
  }
}

/**
 * `iterations` of over-relaxation with factor `omega`: 2·iterations sweeps, colours alternating.
 *
 * A sweep of row y needs the previous sweep of rows y − 1 to y + 1 and nothing else, so sweep s may
 * follow sweep s − 1 one row behind: `together` sweeps go down the frame as a staircase and find their
 * rows still in the cache. The result is the same to the last bit as one sweep after the other.
 */
export function relax(
  base: usize,
  half: usize,
  halfStride: i32,
  halfWidth: i32,
  height: i32,
  iterations: i32,
  omega: f32,
  together: i32,
): void {
  const keep = f32x4.splat(1 - omega);
  for (let done = 0; done < 2 * iterations; done += together) {
    const sweeps = min(together, 2 * iterations - done);
    for (let step = 0; step < height + sweeps - 1; step++) {
      for (let sweep = max(0, step - height + 1); sweep <= min(sweeps - 1, step); sweep++) {
        const y = step - sweep;
        relaxRow(base, half, halfStride, halfWidth, y, <usize>((y + done + sweep) & 1), keep);
      }
    }
  }
}
