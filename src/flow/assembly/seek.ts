// Looking far and wide for the patches that the coarser levels have led astray: what is smaller than a patch
// at a coarse level and moves further than itself has no say there, and Gauss-Newton steps never reach it.

import { horizontalSum, mulAdd } from './lanes';
import {
  border,
  columns,
  height,
  PATCH,
  rows,
  source,
  spacing,
  stride,
  target,
  targetStride,
  width,
} from './level';
import { PER_PIXEL } from './patch';
import { costs, flowU, flowV, settle } from './patch_search';

/** Every second patch of every second row is looked at; its neighbours take over what it finds. */
const STEP: i32 = 2;
/** A patch is lost where it fits worse than 6 grey levels (root mean square) and than half its own contrast. */
const LEAST_COST: f32 = 36 * 64;
const LOST_SHARE: f32 = 0.25;
/** A place must fit this much better than what the patch has. */
const GAIN: f32 = 0.5;
/** How near two places of the source are the same one, px. */
const SAME_PLACE: i32 = 2;

const HALF_PATCH: i32 = PATCH / 2;
const PER_HALF: f32 = 1.0 / 32.0;

/**
 * Sum of squared differences of two patches at whole pixels, less the mean, as compare() has it. The upper
 * half alone costs no more than the whole: where it is not below `limit`, that is said instead.
 */
function wholeCost(a: usize, rowA: usize, b: usize, rowB: usize, limit: f32): f32 {
  let sum = f32x4.splat(0);
  let squares = f32x4.splat(0);
  for (let row = 0; row < PATCH; row++, a += rowA, b += rowB) {
    if (row === HALF_PATCH) {
      const upper = horizontalSum(sum);
      const least = horizontalSum(squares) - upper * upper * PER_HALF;
      if (least >= limit) return least;
    }
    const left = f32x4.sub(v128.load(b), v128.load(a));
    const right = f32x4.sub(v128.load(b + 16), v128.load(a + 16));
    sum = f32x4.add(sum, f32x4.add(left, right));
    squares = mulAdd(left, left, mulAdd(right, right, squares));
  }
  const total = horizontalSum(sum);
  return horizontalSum(squares) - total * total * PER_PIXEL;
}

function sourceAt(x: i32, y: i32): usize {
  return source + ((<usize>(y * stride + x)) << 2);
}

function targetAt(x: i32, y: i32): usize {
  return target + ((<usize>((y + border) * targetStride + x + border)) << 2);
}

/** Whether the patch at (x, y) fits badly where it has been found, measured by its own variation. */
function isLost(x: i32, y: i32, cost: f32): bool {
  if (!(cost > LEAST_COST)) return false;
  let total = f32x4.splat(0);
  let variation = f32x4.splat(0);
  let p = sourceAt(x, y);
  for (let row = 0; row < PATCH; row++, p += (<usize>stride) << 2) {
    const a = v128.load(p);
    const b = v128.load(p + 16);
    total = f32x4.add(total, f32x4.add(a, b));
    variation = mulAdd(a, a, mulAdd(b, b, variation));
  }
  const mean = horizontalSum(total);
  return cost > LOST_SHARE * (horizontalSum(variation) - mean * mean * PER_PIXEL);
}

/** The best place found last, and its cost. */
let bestX: i32 = 0;
let bestY: i32 = 0;
let bestCost: f32 = 0;

/** Looks for the place of the target, up to `reach` px away, that fits the patch at (x, y) best and below `limit`. */
function findPlace(x: i32, y: i32, reach: i32, limit: f32): bool {
  const sourceRow = (<usize>stride) << 2;
  const targetRow = (<usize>targetStride) << 2;
  const patch = sourceAt(x, y);
  const left = max(0, x - reach);
  const right = min(width - PATCH, x + reach);
  const bottom = min(height - PATCH, y + reach);
  bestCost = limit;
  for (let ty = max(0, y - reach); ty <= bottom; ty++) {
    let there = targetAt(left, ty);
    for (let tx = left; tx <= right; tx++, there += 4) {
      const cost = wholeCost(patch, sourceRow, there, targetRow, bestCost);
      if (cost >= bestCost) continue;
      bestCost = cost;
      bestX = tx;
      bestY = ty;
    }
  }
  return bestCost < limit;
}

/**
 * Whether the best place, seen from the target, belongs to (x, y): every other place of the source costs
 * `margin` times as much or more. A patch that is covered in the other frame finds some place that looks
 * like it, but what is seen there came from elsewhere.
 */
function belongsTo(x: i32, y: i32, reach: i32, margin: f32): bool {
  const sourceRow = (<usize>stride) << 2;
  const targetRow = (<usize>targetStride) << 2;
  const patch = targetAt(bestX, bestY);
  const limit = margin * bestCost;
  const left = max(0, bestX - reach);
  const right = min(width - PATCH, bestX + reach);
  const bottom = min(height - PATCH, bestY + reach);
  for (let sy = max(0, bestY - reach); sy <= bottom; sy++) {
    let there = sourceAt(left, sy);
    for (let sx = left; sx <= right; sx++, there += 4) {
      if (abs(sx - x) <= SAME_PLACE && abs(sy - y) <= SAME_PLACE) continue;
      if (wholeCost(patch, targetRow, there, sourceRow, limit) < limit) return false;
    }
  }
  return true;
}

/**
 * Seeks lost patches at whole displacements of up to `reach` px along either axis, goes on from there by at most
 * `iterations` Gauss-Newton steps, and returns how many were found. Of more than `most` lost ones every second, third, … is sought, so that frames that have nothing
 * in common take hardly longer than others.
 */
export function seekLost(reach: i32, most: i32, margin: f32, iterations: i32): i32 {
  let lost = 0;
  for (let j = 0; j < rows; j += STEP) {
    for (let i = 0; i < columns; i += STEP) {
      const cost = load<f32>(costs + ((<usize>(j * columns + i)) << 2));
      if (isLost(i * spacing, j * spacing, cost)) lost++;
    }
  }
  const every = (lost + most - 1) / most;
  let met = 0;
  let found = 0;
  for (let j = 0; j < rows; j += STEP) {
    for (let i = 0; i < columns; i += STEP) {
      const k = (<usize>(j * columns + i)) << 2;
      const x = i * spacing;
      const y = j * spacing;
      const cost = load<f32>(costs + k);
      if (!isLost(x, y, cost) || met++ % every !== 0) continue;
      if (!findPlace(x, y, reach, GAIN * cost) || !belongsTo(x, y, reach, margin)) continue;
      store<f32>(flowU + k, <f32>(bestX - x));
      store<f32>(flowV + k, <f32>(bestY - y));
      store<f32>(costs + k, bestCost);
      settle(k, x, y, iterations);
      found++;
    }
  }
  return found;
}
