import { spaceOf } from './vector_space.js';

/**
 * Dense vector arithmetic of the optimisers, over float32 arrays of equal length with float64 sums.
 * Four partial sums per loop: a single one would make every addition wait for the one before it, and four
 * also keep the rounding of long sums smaller. Their order is fixed, so results repeat bit for bit.
 *
 * Vectors of one `vectorSpace` go to kernels (`assembly/`) that give the same bits as these loops in a fifth of the
 * time. Where one vector comes from elsewhere, copying it there costs less than its loop here.
 */

/** Σ a·b. */
export function dot(a: Float32Array, b: Float32Array): number {
  const n = a.length;
  const space = spaceOf(a, b);
  if (space) return space.kernels.dot(a.byteOffset, b.byteOffset, n);
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < n; i++) s0 += a[i] * b[i];
  return s0 + s1 + (s2 + s3);
}

/**
 * q ← scale·(q + a·p), and Σ r·q of the new q: one pass over memory for an update and the inner product that
 * the next update needs.
 */
export function updateThenDot(
  q: Float32Array,
  a: number,
  p: Float32Array,
  scale: number,
  r: Float32Array,
): number {
  const n = q.length;
  const space = spaceOf(q, p, r);
  if (space) return space.kernels.updateThenDot(q.byteOffset, a, p.byteOffset, scale, r.byteOffset, n);
  const whole = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    const q0 = scale * (q[i] + a * p[i]);
    const q1 = scale * (q[i + 1] + a * p[i + 1]);
    const q2 = scale * (q[i + 2] + a * p[i + 2]);
    const q3 = scale * (q[i + 3] + a * p[i + 3]);
    q[i] = q0;
    q[i + 1] = q1;
    q[i + 2] = q2;
    q[i + 3] = q3;
    s0 += r[i] * q0;
    s1 += r[i + 1] * q1;
    s2 += r[i + 2] * q2;
    s3 += r[i + 3] * q3;
  }
  for (let i = whole; i < n; i++) {
    const q0 = scale * (q[i] + a * p[i]);
    q[i] = q0;
    s0 += r[i] * q0;
  }
  return s0 + s1 + (s2 + s3);
}

/** difference ← now − before, then before ← now. */
export function replaceAndSubtract(difference: Float32Array, now: Float32Array, before: Float32Array): void {
  const space = spaceOf(difference, before);
  if (space) {
    // The kernel may write the difference where it reads what is now.
    difference.set(now);
    const { byteOffset } = difference;
    space.kernels.replaceAndSubtract(byteOffset, byteOffset, before.byteOffset, now.length);
    return;
  }
  for (let i = 0; i < now.length; i++) {
    difference[i] = now[i] - before[i];
    before[i] = now[i];
  }
}

/** out ← x + t·d. */
export function along(out: Float32Array, x: Float32Array, t: number, d: Float32Array): void {
  const space = spaceOf(x, d);
  if (space) {
    const { scratch, kernels } = space;
    kernels.along(scratch.byteOffset, x.byteOffset, t, d.byteOffset, out.length);
    out.set(scratch);
    return;
  }
  for (let i = 0; i < out.length; i++) out[i] = x[i] + t * d[i];
}

/** Σ |a|. */
export function sumOfSizes(a: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]);
  return sum;
}

/** Whether every element is a finite number. */
export function allFinite(a: Float32Array): boolean {
  let zero = 0;
  for (let i = 0; i < a.length; i++) zero += a[i] * 0; // NaN as soon as one factor is infinite or NaN
  return zero === 0;
}
