/** A scale of a plot: values to places along it, and where it is labelled. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  /** px. */
  place(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

export interface AxisOptions {
  /** px of the low end. */
  readonly from: number;
  /** px of the high end. */
  readonly to: number;
  /** Whether only whole numbers are labelled, and the ends are the values' own. */
  readonly whole?: boolean;
}

/** At most so many labels, of whole numbers and of others. */
const WHOLE_TICKS = 12;
const TICKS = 5;
/** Most powers of ten that are all labelled. */
const DECADES = 7;

/** Steps of 1, 2 or 5 times a power of ten, such that few labels cover the values. */
export function linearAxis(values: readonly number[], { from, to, whole = false }: AxisOptions): Axis {
  let [low, high] = endsOf(values, [0, 1]);
  if (low === high) [low, high] = whole ? [low, low + 1] : [low - span(low), low + span(low)];
  const step = Math.max(whole ? 1 : 0, niceStep((high - low) / (whole ? WHOLE_TICKS : TICKS)));
  if (!whole) [low, high] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const ticks: { value: number; text: string }[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    ticks.push({ value: k * step, text: label(k * step, step) });
  const place = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  return { low, high, place, ticks };
}

/** Whole powers of ten around positive values. */
export function logAxis(values: readonly number[], { from, to }: AxisOptions): Axis {
  const [least, most] = endsOf(values, [1, 10]);
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(most) - 1e-9));
  const every = Math.ceil((last - first) / DECADES);
  const ticks: { value: number; text: string }[] = [];
  for (let power = first; power <= last; power += every)
    ticks.push({
      value: 10 ** power,
      text: Math.abs(power) <= 3 ? String(Number(`1e${power}`)) : `1e${power}`,
    });
  const place = (value: number) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  return { low: 10 ** first, high: 10 ** last, place, ticks };
}

/** Least and greatest; not by spreading, which long films would overflow. */
function endsOf(values: readonly number[], none: readonly [number, number]): [number, number] {
  if (values.length === 0) return [...none];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

const span = (value: number): number => Math.abs(value) * 0.1 || 1;

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function label(value: number, step: number): string {
  if (Math.abs(value) < step / 2) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}
