/** The value of one IEEE 754 half-precision number given as its 16 bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal: no implied leading one
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 16 bits of the half-precision number nearest to `value`, ties to even, overflow to infinity. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  // 65520 is halfway between the largest half (65504) and the next power of two.
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-30)));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // A carry out of the fraction (steps = 2048) raises the exponent by plain addition of the bit fields.
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + (steps - 1024));
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest === 0.5) return low + (low % 2);
  return low + (rest > 0.5 ? 1 : 0);
}

/** Decodes little-endian half-precision numbers to float32. */
export function decodeHalves(bytes: Uint8Array): Float32Array {
  const out = new Float32Array(bytes.length >> 1);
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < out.length; i++) {
    const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const exponent = bits & 0x7c00;
    // Of a normal number the fields only move; the exponent's bias is 127 for 15. A network has millions of them.
    if (exponent > 0 && exponent < 0x7c00)
      words[i] = ((bits & 0x8000) << 16) | (((bits & 0x7fff) + (112 << 10)) << 13);
    else out[i] = halfToFloat(bits);
  }
  return out;
}

/** Decodes little-endian bfloat16 numbers: the upper half of a float32's bits. */
export function decodeBrainHalves(bytes: Uint8Array): Float32Array {
  const bits = new Uint32Array(bytes.length >> 1);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24)) >>> 0;
  return new Float32Array(bits.buffer);
}
