import { invalidArgument } from '../error.js';

export interface FittedSize {
  readonly width: number;
  readonly height: number;
  /** One sentence where the size is not simply the source's. */
  readonly note?: string;
}

export interface FitOptions {
  /** Pixels of the longer side, at most; the source's where that is smaller, unless `enlarge`. */
  readonly longSide: number;
  readonly enlarge?: boolean;
  /** False where the film keeps odd sides (4:4:4, RGB, pictures). Default true: 4:2:0 stores chroma per 2x2. */
  readonly even?: boolean;
}

const SMALLEST_SIDE = 2;

/**
 * The size a picture is rendered at: the source's aspect within rounding, never larger than the source unless asked.
 *
 * @param displayWidth in square pixels, of the upright picture, as is `displayHeight`.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function fitSize(displayWidth: number, displayHeight: number, options: FitOptions): FittedSize {
  const { longSide, enlarge = false, even = true } = options;
  if (!(longSide >= SMALLEST_SIDE) || !Number.isInteger(longSide)) {
    throw invalidArgument('size', `a whole number of pixels, at least ${SMALLEST_SIDE}`, longSide);
  }
  const sourceLong = Math.max(displayWidth, displayHeight);
  const target = enlarge ? longSide : Math.min(longSide, sourceLong);
  const scale = target / sourceLong;
  const step = even ? 2 : 1;
  // The long side never passes what was asked; the short one goes to the nearest.
  const longer = (side: number) => Math.max(SMALLEST_SIDE, Math.floor((side * scale + 1e-6) / step) * step);
  const shorter = (side: number) => {
    const nearest = Math.round((side * scale) / step) * step;
    const fits = enlarge || nearest <= side ? nearest : nearest - step;
    return Math.max(SMALLEST_SIDE, fits);
  };
  const wide = displayWidth >= displayHeight;
  const width = wide ? longer(displayWidth) : shorter(displayWidth);
  const height = wide ? shorter(displayHeight) : longer(displayHeight);
  if (width === displayWidth && height === displayHeight) return { width, height };

  const from = `${displayWidth}x${displayHeight}`;
  const rounded = Math.round(displayWidth * scale) !== width || Math.round(displayHeight * scale) !== height;
  const why = even && rounded ? ' (4:2:0 needs even sides)' : '';
  return { width, height, note: `The film is rendered at ${width}x${height}, the source is ${from}${why}.` };
}
