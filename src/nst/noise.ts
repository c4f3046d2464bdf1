import { createPicture, type Picture } from '../picture.js';

/**
 * A generator of pseudo-random numbers in [0,1) with 32 random bits each: SplitMix (Steele, Lea & Flood 2014), a
 * counter in steps of the golden ratio through an invertible hash, at 32 bits with the multipliers that Wellons
 * found in his search for hashes of low bias. The same seed gives the same numbers on every machine.
 */
export function randomNumbers(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Middle grey with uniform noise of ±`amplitude` grey levels, every sample its own: a start without content. */
export function noisePicture(width: number, height: number, seed: number, amplitude = 32): Picture {
  const picture = createPicture(width, height);
  const random = randomNumbers(seed);
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = 127.5 + amplitude * (2 * random() - 1);
  return picture;
}
