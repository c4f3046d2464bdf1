const BITS = 11;
const BUCKETS = 1 << BITS;

/**
 * The places of values from the least to the greatest, equal ones in their order: radix sort, since the values of a
 * film's features come by the hundred thousand and comparing them takes ten times as long.
 */
export function ascending(values: Float32Array): Uint32Array {
  const n = values.length;
  let [keys, places] = [orderedKeys(values), new Uint32Array(n)];
  let [nextKeys, nextPlaces] = [new Uint32Array(n), new Uint32Array(n)];
  for (let i = 0; i < n; i++) places[i] = i;
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
      const to = begin[(keys[i] >>> shift) & (BUCKETS - 1)]++;
      nextKeys[to] = keys[i];
      nextPlaces[to] = places[i];
    }
    [keys, nextKeys, places, nextPlaces] = [nextKeys, keys, nextPlaces, places];
  }
  return places;
}

/** Whole numbers in the order of the values: the bits of a float, negative ones in reverse. */
function orderedKeys(values: Float32Array): Uint32Array<ArrayBuffer> {
  // A copy of its own: a view into a larger buffer need not begin at a multiple of four bytes.
  const keys = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < keys.length; i++) keys[i] = keys[i] >= 0x80000000 ? ~keys[i] : keys[i] | 0x80000000;
  return keys;
}
