// Inverse search for the displacement of every patch (Kroeger et al. 2016, sect. 2.1 and 2.2).

import { horizontalSum, mulAdd } from './lanes';
import { columns, gradientX, gradientY, PATCH, rows, spacing, stride } from './level';
import { compare, PER_PIXEL, residualSum, residualX, residualY } from './patch';
import { seekLost } from './seek';

// Planes of one float per patch, one after the other in the caller's scratch memory:
// displacement and its cost, the inverse Hessian's three entries, the mean gradient.
export let flowU: usize = 0;
export let flowV: usize = 0;
export let costs: usize = 0;
let inverseXX: usize = 0;
let inverseXY: usize = 0;
let inverseYY: usize = 0;
let meanX: usize = 0;
let meanY: usize = 0;

function placePatchPlanes(scratch: usize): void {
  const bytes = (<usize>(columns * rows)) << 2;
  flowU = scratch;
  flowV = flowU + bytes;
  costs = flowV + bytes;
  inverseXX = costs + bytes;
  inverseXY = inverseXX + bytes;
  inverseYY = inverseXY + bytes;
  meanX = inverseYY + bytes;
  meanY = meanX + bytes;
}

/**
 * The Hessian of every patch, Σ ∇I ∇Iᵀ less the mean gradient's share, inverted once: it depends on
 * the source frame alone, which is what makes the search inverse. A patch without texture in both
 * directions (determinant near 0 against the squared trace) gets 0 and is not searched.
 */
function prepareHessians(): void {
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      let xx = f32x4.splat(0);
      let xy = f32x4.splat(0);
      let yy = f32x4.splat(0);
      let sumX = f32x4.splat(0);
      let sumY = f32x4.splat(0);
      for (let y = 0; y < PATCH; y++) {
        const p = (<usize>((j * spacing + y) * stride + i * spacing)) << 2;
        for (let half: usize = 0; half < 32; half += 16) {
          const gx = v128.load(gradientX + p + half);
          const gy = v128.load(gradientY + p + half);
          xx = mulAdd(gx, gx, xx);
          xy = mulAdd(gx, gy, xy);
          yy = mulAdd(gy, gy, yy);
          sumX = f32x4.add(sumX, gx);
          sumY = f32x4.add(sumY, gy);
        }
      }
      const gx = horizontalSum(sumX);
      const gy = horizontalSum(sumY);
      const a = horizontalSum(xx) - gx * gx * PER_PIXEL;
      const b = horizontalSum(xy) - gx * gy * PER_PIXEL;
      const c = horizontalSum(yy) - gy * gy * PER_PIXEL;
      const determinant = a * c - b * b;
      const trace = a + c;
      const textured = determinant > 1e-5 * trace * trace + 1e-6;
      const k = (<usize>(j * columns + i)) << 2;
      store<f32>(inverseXX + k, textured ? c / determinant : 0);
      store<f32>(inverseXY + k, textured ? -b / determinant : 0);
      store<f32>(inverseYY + k, textured ? a / determinant : 0);
      store<f32>(meanX + k, gx * PER_PIXEL);
      store<f32>(meanY + k, gy * PER_PIXEL);
    }
  }
}

/** The best start for a patch so far, and its cost. */
let startU: f32 = 0;
let startV: f32 = 0;
let startCost: f32 = 0;

/** A displacement is better than another if it costs so much less: less than that is what noise gains by itself. */
let leastGain: f32 = 0;

export function setLeastGain(gain: f32): void {
  leastGain = gain;
}

/** Takes over a neighbouring patch's displacement where it fits better. */
function adopt(neighbour: usize, x: i32, y: i32): void {
  const u = load<f32>(flowU + neighbour);
  const v = load<f32>(flowV + neighbour);
  const cost = compare(x, y, u, v);
  if (cost < startCost - leastGain) {
    startU = u;
    startV = v;
    startCost = cost;
  }
}

/**
 * Gauss-Newton from the start (their eq. 4), at most `iterations` steps; stops when the cost rises or
 * a step is shorter than 0.01 px, keeps the best place seen. A patch that ran further than its own
 * side has left the region where the linearisation means anything: it stays at its start.
 */
function descend(k: usize, x: i32, y: i32, iterations: i32): void {
  let u = startU;
  let v = startV;
  let bestU = u;
  let bestV = v;
  let bestCost = startCost - leastGain;
  let moved = false;
  const xx = load<f32>(inverseXX + k);
  if (xx > 0) {
    const xy = load<f32>(inverseXY + k);
    const yy = load<f32>(inverseYY + k);
    const gx = load<f32>(meanX + k);
    const gy = load<f32>(meanY + k);
    let previous = f32.MAX_VALUE;
    for (let step = 0; step <= iterations; step++) {
      const cost = compare(x, y, u, v);
      if (cost < bestCost) {
        bestCost = cost;
        moved = true;
        bestU = u;
        bestV = v;
      }
      if (cost >= previous || step === iterations) break;
      previous = cost;
      const rx = residualX - gx * residualSum;
      const ry = residualY - gy * residualSum;
      const du = xx * rx + xy * ry;
      const dv = xy * rx + yy * ry;
      u -= du;
      v -= dv;
      if (du * du + dv * dv < 1e-4) break;
    }
    const runU = bestU - startU;
    const runV = bestV - startV;
    if (runU * runU + runV * runV > <f32>(PATCH * PATCH)) moved = false;
  }
  store<f32>(flowU + k, moved ? bestU : startU);
  store<f32>(flowV + k, moved ? bestV : startV);
  store<f32>(costs + k, moved ? bestCost : startCost);
}

/** One pass over all patches, there or back; the first starts from the flow (u, v). */
function searchOnce(pass: i32, u: usize, v: usize, iterations: i32): void {
  const row = (<usize>columns) << 2;
  const back = (pass & 1) !== 0;
  for (let jj = 0; jj < rows; jj++) {
    const j = back ? rows - 1 - jj : jj;
    for (let ii = 0; ii < columns; ii++) {
      const i = back ? columns - 1 - ii : ii;
      const k = (<usize>(j * columns + i)) << 2;
      const x = i * spacing;
      const y = j * spacing;
      if (pass === 0) {
        const centre = (<usize>((y + PATCH / 2) * stride + x + PATCH / 2)) << 2;
        startU = load<f32>(u + centre);
        startV = load<f32>(v + centre);
        startCost = compare(x, y, startU, startV);
      } else {
        startU = load<f32>(flowU + k);
        startV = load<f32>(flowV + k);
        startCost = load<f32>(costs + k);
      }
      if (ii > 0) adopt(back ? k + 4 : k - 4, x, y);
      if (jj > 0) adopt(back ? k + row : k - row, x, y);
      descend(k, x, y, iterations);
    }
  }
}

/** Gauss-Newton from the displacement that a patch has and its cost. */
export function settle(k: usize, x: i32, y: i32, iterations: i32): void {
  startU = load<f32>(flowU + k);
  startV = load<f32>(flowV + k);
  startCost = load<f32>(costs + k);
  descend(k, x, y, iterations);
}

/** Takes over a neighbour's displacement as adopt() does if it is another by more than a pixel; whether it did. */
function spreadFrom(neighbour: usize, x: i32, y: i32): bool {
  const du = load<f32>(flowU + neighbour) - startU;
  const dv = load<f32>(flowV + neighbour) - startV;
  if (du * du + dv * dv <= 1) return false;
  const before = startCost;
  adopt(neighbour, x, y);
  return startCost < before;
}

/** One pass over all patches, there or back: only those that take over what a neighbour found are searched again. */
function spreadOnce(back: bool, iterations: i32): void {
  const row = (<usize>columns) << 2;
  for (let jj = 0; jj < rows; jj++) {
    const j = back ? rows - 1 - jj : jj;
    for (let ii = 0; ii < columns; ii++) {
      const i = back ? columns - 1 - ii : ii;
      const k = (<usize>(j * columns + i)) << 2;
      const x = i * spacing;
      const y = j * spacing;
      startU = load<f32>(flowU + k);
      startV = load<f32>(flowV + k);
      startCost = load<f32>(costs + k);
      const across = ii > 0 && spreadFrom(back ? k + 4 : k - 4, x, y);
      const along = jj > 0 && spreadFrom(back ? k + row : k - row, x, y);
      if (across || along) descend(k, x, y, iterations);
    }
  }
}

/**
 * Displacement of every patch, starting from the flow (u, v) of the coarser level. Differs from
 * Kroeger et al. 2016: patches are searched in raster order, there and back, and each may take over
 * the displacement of the two neighbours searched just before it (as in PatchMatch, Barnes et al. 2009).
 * Differs from them too: what costs only a little less is not taken (setLeastGain).
 * With a `reach`, px, at most `most` patches that are lost then are sought that far away, and where any is
 * found its neighbours may take over what it found, and theirs.
 *
 * `scratch` takes 8 floats per patch; its first two planes are the displacements, for densify.
 */
export function searchPatches(
  u: usize,
  v: usize,
  iterations: i32,
  passes: i32,
  scratch: usize,
  reach: i32,
  most: i32,
  margin: f32,
): void {
  placePatchPlanes(scratch);
  prepareHessians();
  for (let pass = 0; pass < passes; pass++) searchOnce(pass, u, v, iterations);
  if (reach === 0 || seekLost(reach, most, margin, iterations) === 0) return;
  for (let pass = 1; pass <= passes; pass++) spreadOnce((pass & 1) !== 0, iterations);
}
