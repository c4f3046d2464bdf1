/** Finer than any clock that ffmpeg's times are kept in: they are whole microseconds. */
const MICROSECONDS = 6;

/**
 * A number as ffmpeg's options take it. JavaScript writes small and large ones with an exponent (`2.2e-16`), which
 * is no duration to ffmpeg.
 *
 * @param digits after the point; six, for seconds, by default.
 */
export function decimal(value: number, digits = MICROSECONDS): string {
  const text = value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return text === '-0' ? '0' : text;
}
