import { invalidArgument } from '../error.js';
import { parseRational, type Rational, rational } from './rational.js';

/** Pictures a second where pictures are given without a rate. */
export const PICTURE_RATE = '25';

/**
 * Reads a frame rate: `25`, `24000/1001`, `12.5`; 23.976, 29.97 and their like are the broadcast rates they stand for.
 *
 * @throws NstError usage INVALID_ARGUMENT naming `--fps`.
 */
export function parseFrameRate(text: string): Rational {
  const rate = read(text.trim());
  const value = rate ? rate.numerator / rate.denominator : 0;
  if (!rate || !(value >= 0.01 && value <= 1000))
    throw invalidArgument('--fps', 'frames a second such as 25, 12.5 or 24000/1001', text);
  return rate;
}

function read(text: string): Rational | undefined {
  if (/^\d{1,7}\/\d{1,7}$/.test(text)) return parseRational(text);
  const decimal = /^(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text);
  if (!decimal) return undefined;
  const value = Number(text);
  const whole = Math.ceil(value);
  if (decimal[2] && Math.abs(value - (whole * 1000) / 1001) < 0.005) return rational(whole * 1000, 1001);
  return rational(Math.round(value * 10000), 10000);
}
