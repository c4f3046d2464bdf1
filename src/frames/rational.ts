/** An exact fraction; `denominator` is positive. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return Math.abs(a);
}

/** The fraction in lowest terms. */
export function rational(numerator: number, denominator = 1): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator) || 1;
  const sign = denominator < 0 ? -1 : 1;
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor };
}

/** Reads `30000/1001`, `8:9` or `25`; undefined where the text is no positive fraction (`0/0`, `N/A`, `0:1`). */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)(?:[/:](\d+))?$/.exec(text ?? '');
  if (!match) return undefined;
  const numerator = Number(match[1]);
  const denominator = Number(match[2] ?? 1);
  return numerator > 0 && denominator > 0 ? rational(numerator, denominator) : undefined;
}

export function toNumber({ numerator, denominator }: Rational): number {
  return numerator / denominator;
}

/** `30000/1001`, the spelling ffmpeg takes. */
export function formatRational({ numerator, denominator }: Rational): string {
  return `${numerator}/${denominator}`;
}
