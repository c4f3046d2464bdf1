import type { FlowField } from '../flow/flow_field.js';
import type { Picture, Plane } from '../picture.js';
import { warpPicture } from './warp.js';

export interface TemporalError {
  /** Σ c·|x − ω|² / 3HW: over all pixels, as published tables count (Ruder et al. 2016, section 6). */
  readonly all: number;
  /** Σ c·|x − ω|² / 3Σc: over certain pixels only; 0 where there are none. */
  readonly certain: number;
  /** Σ c / HW, 0..1. */
  readonly certainShare: number;
}

/**
 * How far a frame is from an earlier one moved along: the mean square of x − ω weighted by certainty, colours
 * taken as 0..1. Papers divide by all pixels or by the certain ones, so both are given.
 *
 * @param current Frame i, `[3,H,W]`, 0..255.
 * @param previous An earlier frame, `[3,H,W]`, 0..255; ω is this one warped.
 * @param flow From `current` to `previous`, px: pixel p of `current` is at p + w(p) in `previous`.
 * @param certainty Of the flow, 0..1. Pixels whose motion leaves the frame have no counterpart and count as 0
 *   whatever it says, so that the masks of ground truth need not hold them.
 * @throws RangeError if sizes differ.
 */
export function temporalError(
  current: Picture,
  previous: Picture,
  flow: FlowField,
  certainty: Plane,
): TemporalError {
  return errorOf(weightedSquares(current, previous, flow, certainty));
}

/** The error whose summands are given. */
export function errorOf({ squares, weights }: Pick<WeightedSquares, 'squares' | 'weights'>): TemporalError {
  const n = squares.length;
  let square = 0;
  let weight = 0;
  for (let p = 0; p < n; p++) {
    square += squares[p];
    weight += weights[p];
  }
  return {
    all: square / (3 * n),
    certain: weight > 0 ? square / (3 * weight) : 0,
    certainShare: weight / n,
  };
}

export interface WeightedSquares {
  /** c·|x − ω|², summed over the channels, colours taken as 0..1; `[H,W]`. */
  readonly squares: Float64Array;
  /** c, 0 where motion leaves the frame; `[H,W]`. */
  readonly weights: Float32Array;
  /** ω, `[3,H,W]`, 0..255. */
  readonly warped: Picture;
}

/** The summands of `temporalError`, pixel by pixel; parameters and errors as there. */
export function weightedSquares(
  current: Picture,
  previous: Picture,
  flow: FlowField,
  certainty: Plane,
): WeightedSquares {
  const { width, height, data } = current;
  for (const [name, other] of Object.entries({ previous, flow, certainty }))
    if (other.width !== width || other.height !== height)
      throw new RangeError(
        `temporal error: current is ${width}x${height}, ${name} is ${other.width}x${other.height}`,
      );
  const { picture: warped, inside } = warpPicture(previous, flow);
  const n = width * height;
  const squares = new Float64Array(n);
  const weights = new Float32Array(n);
  for (let p = 0; p < n; p++) {
    const c = certainty.data[p] * inside.data[p];
    if (c === 0) continue;
    weights[p] = c;
    let square = 0;
    for (let i = p; i < 3 * n; i += n) square += ((data[i] - warped.data[i]) / 255) ** 2;
    squares[p] = c * square;
  }
  return { squares, weights, warped };
}
