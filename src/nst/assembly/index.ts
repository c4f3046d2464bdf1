// The dense vector arithmetic of the optimisers, two numbers at a time in float64: vectors.ts says what each does, and
// its loops over plain arrays give the same bits. Compiled by AssemblyScript to dist/nst/vectors.wasm.
//
// A vector is float32 at a byte address, n its length. Partial sums are those of vectors.ts: s0 and s1 in one register,
// s2 and s3 in another.

function pair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

function total(low: v128, high: v128): f64 {
  return (
    f64x2.extract_lane(low, 0) +
    f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** Σ a·b. */
export function dot(a: usize, b: usize, n: u32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const whole = a + ((<usize>(n & ~3)) << 2);
  const end = a + ((<usize>n) << 2);
  for (; a < whole; a += 16, b += 16) {
    low = f64x2.add(low, f64x2.mul(pair(a), pair(b)));
    high = f64x2.add(high, f64x2.mul(pair(a + 8), pair(b + 8)));
  }
  for (; a < end; a += 4, b += 4) {
    const s0 = f64x2.extract_lane(low, 0) + <f64>load<f32>(a) * <f64>load<f32>(b);
    low = f64x2.replace_lane(low, 0, s0);
  }
  return total(low, high);
}

/** q ← scale·(q + a·p); Σ r·q of the new q, not yet rounded to float32. */
export function updateThenDot(q: usize, a: f64, p: usize, scale: f64, r: usize, n: u32): f64 {
  const as = f64x2.splat(a);
  const scales = f64x2.splat(scale);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const whole = q + ((<usize>(n & ~3)) << 2);
  const end = q + ((<usize>n) << 2);
  for (; q < whole; q += 16, p += 16, r += 16) {
    const first = f64x2.mul(scales, f64x2.add(pair(q), f64x2.mul(as, pair(p))));
    const second = f64x2.mul(scales, f64x2.add(pair(q + 8), f64x2.mul(as, pair(p + 8))));
    v128.store64_lane(q, f32x4.demote_f64x2_zero(first), 0);
    v128.store64_lane(q + 8, f32x4.demote_f64x2_zero(second), 0);
    low = f64x2.add(low, f64x2.mul(pair(r), first));
    high = f64x2.add(high, f64x2.mul(pair(r + 8), second));
  }
  for (; q < end; q += 4, p += 4, r += 4) {
    const one = scale * (<f64>load<f32>(q) + a * <f64>load<f32>(p));
    store<f32>(q, <f32>one);
    low = f64x2.replace_lane(low, 0, f64x2.extract_lane(low, 0) + <f64>load<f32>(r) * one);
  }
  return total(low, high);
}

/** difference ← now − before, then before ← now; `difference` may be `now`. */
export function replaceAndSubtract(difference: usize, now: usize, before: usize, n: u32): void {
  const end = now + ((<usize>n) << 2);
  const whole = now + ((<usize>(n & ~3)) << 2);
  for (; now < whole; now += 16, before += 16, difference += 16) {
    const values = v128.load(now);
    // The difference of two float32 rounded once is the same from float32 as from float64.
    v128.store(difference, f32x4.sub(values, v128.load(before)));
    v128.store(before, values);
  }
  for (; now < end; now += 4, before += 4, difference += 4) {
    const value = load<f32>(now);
    store<f32>(difference, value - load<f32>(before));
    store<f32>(before, value);
  }
}

/** out ← x + t·d. */
export function along(out: usize, x: usize, t: f64, d: usize, n: u32): void {
  const ts = f64x2.splat(t);
  const end = out + ((<usize>n) << 2);
  const whole = out + ((<usize>(n & ~1)) << 2);
  for (; out < whole; out += 8, x += 8, d += 8) {
    const moved = f64x2.add(pair(x), f64x2.mul(ts, pair(d)));
    v128.store64_lane(out, f32x4.demote_f64x2_zero(moved), 0);
  }
  for (; out < end; out += 4, x += 4, d += 4)
    store<f32>(out, <f32>(<f64>load<f32>(x) + t * <f64>load<f32>(d)));
}
