import type { Plane } from '../../picture.js';
import type { WeightedSquares } from '../../temporal/consistency.js';

/** How much a film flickers and where: c·|x − ω| of each pixel, the mean over time, colours taken as 0..1. */
export interface FlickerSummary {
  /** How many frames apart the frames of a pair are. */
  readonly distance: number;
  /** Mean over all pixels. */
  readonly mean: number;
  /** Of the steadiest pixel. */
  readonly least: number;
  /** Of the pixel that flickers most. */
  readonly greatest: number;
  /** Its column, px from the left. */
  readonly x: number;
  /** Its row, px from the top. */
  readonly y: number;
  /** What has the brightest colour in the map: 99.9 % of the pixels are below. */
  readonly fullScale: number;
}

/** Sums c·|x − ω| pixel by pixel; |·| is the root of the mean square over the channels. */
export class FlickerMap {
  readonly #sums: Float64Array;
  #pairs = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#sums = new Float64Array(width * height);
  }

  add({ squares, weights }: Pick<WeightedSquares, 'squares' | 'weights'>): void {
    // c·√(S/3) of squares that are c·S.
    for (let p = 0; p < squares.length; p++) this.#sums[p] += Math.sqrt((squares[p] * weights[p]) / 3);
    this.#pairs++;
  }

  /** Means over time, `[H,W]`; undefined where nothing was added. */
  mean(): Plane | undefined {
    if (this.#pairs === 0) return undefined;
    return {
      width: this.width,
      height: this.height,
      data: Float32Array.from(this.#sums, (sum) => sum / this.#pairs),
    };
  }
}

export function summariseFlicker({ width, data }: Plane, distance: number): FlickerSummary {
  const sorted = Float32Array.from(data).sort();
  const greatest = sorted[sorted.length - 1];
  const at = data.indexOf(greatest);
  let sum = 0;
  for (const value of data) sum += value;
  return {
    distance,
    mean: sum / data.length,
    least: sorted[0],
    greatest,
    x: at % width,
    y: Math.floor(at / width),
    fullScale: sorted[Math.floor(0.999 * (sorted.length - 1))] || greatest,
  };
}
