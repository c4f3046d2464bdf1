const BITS = 11;
const BUCKETS = 1 << BITS;

/**
 * The places of values from the least to the greatest, equal ones in their order: radix sort, since the values of a
 * film's features come by the hundred thousand and comparing them takes ten times as long.
 */
export function ascending(values: Float32Array): Uint32Array {
  const n = values.length;
  const keys = orderedKeys(values);
  let from = Uint32Array.from({ length: n }, (_, i) => i);
  let to = new Uint32Array(n);
  const begin = new Uint32Array(BUCKETS);
  for (let shift = 0; shift < 32; shift += BITS) {
    begin.fill(0);
    for (let i = 0; i < n; i++) begin[(keys[i] >>> shift) & (BUCKETS - 1)]++;
    let sum = 0;
    for (let b = 0; b < BUCKETS; b++) {
      const count = begin[b];
      begin[b] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const place = from[i];
      to[begin[(keys[place] >>> shift) & (BUCKETS - 1)]++] = place;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Whole numbers in the order of the values: the bits of a float, negative ones in reverse. */
function orderedKeys(values: Float32Array): Uint32Array {
  // A copy of its own: a view into a larger buffer need not begin at a multiple of four bytes.
  const bits = new Int32Array(values.slice().buffer);
  return Uint32Array.from(bits, (b) => (b < 0 ? ~b : b | 0x80000000) >>> 0);
}
